"""What is asked when a working calendar is changed or asked."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .calendar import WEEK, Day, Hours, parse_hours, written
from .errors import BadHours

HOURS_HELP = _(
    "From-to in 24 hours, several with commas: 09:00-12:00, 13:00-18:00. Empty: as on a usual day."
)


class HoursField(forms.CharField):
    """Intervals of a day, as parse_hours reads them."""

    def clean(self, value: Any) -> Hours:
        text = super().clean(value)
        try:
            return parse_hours(text)
        except BadHours as error:
            raise forms.ValidationError(error.message, code=error.code) from error


class DayForm(forms.Form):
    """Whether and when one day is worked, and why."""

    working = forms.TypedChoiceField(
        label=_("This day is"), coerce=lambda value: value == "yes",
        choices=[("yes", _("worked")), ("no", pgettext_lazy("calendar", "off day"))],
    )  # fmt: skip
    name = forms.CharField(
        label=pgettext_lazy("calendar", "Name"),
        max_length=40,
        required=False,
        help_text=_("Of a festival: 春节."),
    )
    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=120, help_text=_("Why it differs: the notice, or the occasion.")
    )
    hours = HoursField(
        label=_("Hours of this day"), max_length=120, required=False, help_text=HOURS_HELP,
        widget=forms.TextInput({"class": "fig", "autocomplete": "off"}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def day(self) -> Day:
        """What was asked for, as the calendar reckons with it."""
        given = self.cleaned_data
        hours = given["hours"] if given["working"] and given["hours"] else None
        return Day(given["working"], given["name"], given["name_en"], given["reason"], hours)


class WeekForm(forms.Form):
    """The hours of each weekday; several intervals in one, none where nobody works."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(WEEK):
            self.fields[f"day{number}"] = HoursField(
                label=WEEKDAYS[number], max_length=200, required=False,
                widget=forms.TextInput(
                    {"placeholder": _("nobody works"), "class": "fig", "autocomplete": "off"}
                ),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(self.week()):
            raise forms.ValidationError(_("At least one day of the week needs working hours."))
        return given

    def week(self) -> list[Hours]:
        """Hours of Monday to Sunday."""
        return [self.cleaned_data[f"day{number}"] for number in range(WEEK)]

    @staticmethod
    def of(week: tuple[Hours, ...]) -> dict[str, str]:
        """What the fields show for these hours."""
        return {f"day{number}": written(hours) for number, hours in enumerate(week)}


class YearForm(forms.Form):
    """After which notice the days of a year were entered."""

    source = forms.CharField(
        label=_("Notice"), max_length=120, help_text=_("Its name and number, such as 国办发明电〔2025〕7号.")
    )


class CountForm(forms.Form):
    """A span of working time to be added to a moment."""

    start = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    hours = forms.DecimalField(label=_("Hours of work"), min_value=0, max_value=10_000, decimal_places=2)
