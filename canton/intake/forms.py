"""What is asked when a file is handed in on the screen, and the conditions of the list."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.centres.selectors import Viewer, visible_to

from .errors import BadName
from .numbering import require_name
from .terminal import GROUPS, NEEDS_WORK, SORTS, URGENT_FIRST, WINDOWS, Filters
from .workshop.selectors import choices as layout_choices

UNSAID = ("", _("choose …"))
SPANS = [
    ("month", _("a month")),
    ("day", _("a day")),
    ("other", _("another")),
    ("none", pgettext_lazy("period", "none")),
]
MONTH = {"type": "month", "pattern": "[0-9]{4}-[0-9]{2}", "placeholder": "1999-01"}
DAY = {"type": "date"}
MONTH_NAME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class UploadForm(forms.Form):
    """A file, whose it is and what is in it; period and sequence together, or neither.

    span: how the period is said, by a month, a day or in writing, or that there is none.
    """

    file = forms.FileField(label=_("File"), max_length=255)
    layout = forms.ChoiceField(label=_("Layout"))
    centre = forms.ChoiceField(label=_("Centre the data are of"))
    span = forms.ChoiceField(
        label=_("Period of the data"),
        choices=SPANS,
        required=False,
        widget=forms.RadioSelect,
        initial="month",
    )
    month = forms.CharField(label=_("Month"), required=False, max_length=7, widget=forms.TextInput(MONTH))
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    period = forms.CharField(
        label=_("Period in writing"),
        required=False,
        max_length=16,
        help_text=_("1999-01-31T09 is an hour, 1999-W05 a week, 1999-Q1 a quarter"),
    )
    sequence = forms.IntegerField(
        label=_("Sequence"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("1 for the first file of the period, 2 for the next"),
    )
    replace = forms.BooleanField(label=_("It takes the place of the one that is here"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, today: date, **kwargs: Any) -> None:
        """today: the local date; the month before it and the day before it are offered as the period."""
        super().__init__(*args, **kwargs)
        centres = [(centre.code, f"{centre.code} {centre}") for centre in visible_to(viewer)]
        self._choices("centre", centres if len(centres) == 1 else [UNSAID, *centres])
        self._choices("layout", [UNSAID, *layout_choices(viewer)])
        before = today - timedelta(days=1)
        proposed = {
            "month": f"{today.replace(day=1) - timedelta(days=1):%Y-%m}", "day": before, "sequence": 1,
        }  # fmt: skip
        self.initial = {**proposed, **self.initial}
        for name in ("span", "month", "day", "period", "sequence"):  # wanted, unless there is no period
            self.fields[name].widget.attrs["data-wanted"] = True
        for name in ("month", "day"):
            self.fields[name].widget.attrs["max"] = f"{today:%Y-%m}" if name == "month" else f"{today}"

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_file(self) -> "UploadedFile[bytes]":
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        if (given.size or 0) > settings.CANTON_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than this centre takes in."))
        return given

    def clean_month(self) -> str:
        given: str = self.cleaned_data["month"]
        if given and not MONTH_NAME.fullmatch(given) and self.data.get("span") == "month":
            raise forms.ValidationError(_("A month is written as 1999-01."))
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        asked = {"month": "month", "day": "day"}.get(given.get("span", ""), "period")
        if given.get("span") == "none":
            return given | {"period": "", "sequence": None}
        given["period"] = str(given.get(asked) or "")
        if given.get("span") and not given["period"]:
            self._tell(asked, _("Say the period, or choose that there is none."))
        try:
            require_name(given["period"], given.get("sequence"))
        except BadName as error:
            self._tell(
                "sequence" if given["period"] and given.get("sequence") is None else asked, error.message
            )
        return given

    def _tell(self, name: str, text: Any) -> None:
        if name not in self.errors:
            self.add_error(name, text)


def ask_file_again(form: forms.Form) -> None:
    """Say beside the file of a form that comes back that it must be chosen again: no browser keeps it."""
    if form.files and form.errors and "file" not in form.errors:
        form.add_error("file", _("Choose the file again: a form that comes back has lost it."))


def filters_from(asked: Any) -> Filters:
    """The conditions an address names; what it does not know is left out."""
    sort = asked.get("sort", URGENT_FIRST)
    window = asked.get("received", "all")
    group = asked.get("state", "")
    return Filters(
        group=group if group in GROUPS else "",
        city=asked.get("city", "")[:6],
        dataset=asked.get("dataset", "")[:32],
        period=asked.get("period", "")[:16],
        window=window if window in WINDOWS else "all",
        text=asked.get("q", "").strip()[:80],
        sort=sort if sort == NEEDS_WORK or sort.lstrip("-") in SORTS else URGENT_FIRST,
    )
