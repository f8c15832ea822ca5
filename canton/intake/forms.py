"""What is asked when a file is handed in on the screen, and the conditions of the list."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from canton.centres.selectors import Viewer, visible_to

from .errors import BadName
from .numbering import require_name
from .terminal import GROUPS, NEEDS_WORK, SORTS, URGENT_FIRST, WINDOWS, Filters
from .workshop.selectors import choices as layout_choices


class UploadForm(forms.Form):
    """A file, whose it is and what is in it; period and sequence together, or neither."""

    file = forms.FileField(label=_("File"), max_length=255)
    centre = forms.ChoiceField(label=_("Centre"))
    layout = forms.ChoiceField(label=_("Layout"))
    period = forms.CharField(
        label=_("Period"),
        required=False,
        max_length=16,
        help_text=_("fill in period and sequence both, or neither"),
    )
    sequence = forms.IntegerField(
        label=_("Sequence"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("1 for the first file of the period, 2 for the next"),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("centre", [(centre.code, f"{centre.code} {centre}") for centre in visible_to(viewer)])
        self._choices("layout", layout_choices(viewer))

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_file(self) -> "UploadedFile[bytes]":
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        if (given.size or 0) > settings.CANTON_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than this centre takes in."))
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        period, sequence = given.get("period", ""), given.get("sequence")
        try:
            require_name(period, sequence)
        except BadName as error:
            empty = "sequence" if period and sequence is None else "period"
            if empty not in self.errors:
                self.add_error(empty, error.message)
        return given


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
