"""What is asked on the screens of the exchange."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Centre

from . import expected
from .choices import Rhythm
from .models import Duty
from .notices import MOST_WORDS
from .wording import dataset_titles


class DutyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is due: by whom, how often, by when."""

    class Meta:
        model = Duty
        fields = (
            "dataset", "centre", "rhythm", "parts", "after", "at", "grace_minutes", "starts_on", "ends_on",
            "chase_by_itself", "chase_hours",
        )  # fmt: skip
        widgets = {
            "at": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "starts_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "parts": _("How many files make a day or month complete. A corrected file counts once."),
            "after": _("Daily: days after the day reported. Monthly: day of the month after."),
            "grace_minutes": _("So much later is not late yet."),
            "ends_on": _("Empty: until further notice."),
        }

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        titles = list(dataset_titles().items())
        self.fields["dataset"] = forms.ChoiceField(label=_("Data set"), choices=titles)
        below = Centre.objects.filter(pk__in=[centre.pk for centre in expected.centres()])
        self.fields["centre"] = forms.ModelChoiceField(
            below,
            required=False,
            label=_("Centre"),
            empty_label=_("all centres below"),
            help_text=_("One that has a line of its own is not under “all centres”."),
        )
        if self.instance.pk is None:
            self.initial.setdefault("starts_on", today)
            self.initial.setdefault("at", "08:00")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, ends = given.get("starts_on"), given.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", ValidationError(_("The last day lies before the first."), code="order"))
        if given.get("rhythm") == Rhythm.MONTHLY and given.get("after") == 0:
            self.add_error("after", ValidationError(_("A month is due on a day from 1 on."), code="day"))
        alike = Duty.objects.filter(dataset=given.get("dataset"), centre=given.get("centre"))
        if alike.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "centre",
                ValidationError(_("There is a line for this data set and centre already."), code="twice"),
            )
        return given


class AcknowledgeForm(forms.Form):
    """What one says to a reminder."""

    reply = forms.CharField(label=_("Answer"), max_length=MOST_WORDS, required=False)


class AcceptKeyForm(forms.Form):
    """Which host key is accepted, and how it was compared."""

    shown = forms.CharField(max_length=100, widget=forms.HiddenInput)
    how = forms.CharField(
        label=_("How it was compared"), min_length=4, max_length=200,
        help_text=_("With whom, and by what way other than this link; it is kept in the trail."),
    )  # fmt: skip


class PauseForm(forms.Form):
    """Why a link is held."""

    why = forms.CharField(
        label=_("Why"), min_length=4, max_length=200, help_text=_("Whoever comes next sees it.")
    )


class RotateForm(forms.Form):
    """How long the old keys hold beside the new ones."""

    days = forms.IntegerField(
        label=_("Both hold for"), min_value=1, max_value=90, initial=7,
        help_text=_("Long enough for everything that is on its way to arrive."),
    )  # fmt: skip
