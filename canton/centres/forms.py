"""What is asked when the organisation is changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import posts
from .choices import Tier
from .models import Centre, Department, Desk
from .numbers import PREFIX
from .selectors import Viewer, visible_to

CODE_TAKEN = _("This code is taken. Open the one that has it, or choose another code.")
DIGITS = r"^(0|\d{2}|\d{4}|\d{6})$"
CHOOSE = _("— choose —")
CODE_HELP = _(
    "2 to 24 Latin letters, digits, - or _, such as billing-2; names it in files, and stays for good."
)
CODE_WRONG = {
    "invalid": _("A code has Latin letters, digits, - and _ only, no blanks: such as billing-2."),
    "max_length": _("A code has 24 characters at most."),
    "required": _("Give it a code: Latin letters, digits, - or _, such as billing-2."),
}
FIRST_DAY = _("The first day it is there; it may lie ahead.")
POSITION_HELP = _("A whole number; smaller ones come first.")
ENGLISH_HELP = _("For the English screens: Billing Desk.")


def day(**attributes: str) -> forms.DateInput:
    """A field for a day that browsers offer a calendar for."""
    return forms.DateInput({"type": "date", **attributes}, format="%Y-%m-%d")


if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class Versioned(ModelForm):
    """Carries the version its editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        """Column -> value, of everything asked."""
        given: Mapping[str, Any] = self.cleaned_data
        columns = {name: value for name, value in given.items() if name != "version"}
        return {
            self._meta.model._meta.get_field(name).attname: getattr(value, "pk", value)
            for name, value in columns.items()
        }

    def seen(self) -> int:
        """The version its editor saw; 0 when he says none."""
        return self.cleaned_data.get("version") or 0

    def validate_constraints(self) -> None:
        """The service answers for these, with a sentence that says what to do."""


class CentreForm(Versioned):
    """A centre: names, kind, what it stands below, how to reach it."""

    class Meta:
        model = Centre
        fields = [
            "code", "name", "name_en", "division", "tier", "parent", "letters", "area_code",
            "contact_person", "contact_phone", "contact_email",
        ]  # fmt: skip
        error_messages = {
            "code": {"unique": CODE_TAKEN},
            "letters": {
                "unique": _("These letters are taken by another centre."),
                "max_length": _("Four letters at most: GZ."),
            },
            "contact_email": {"invalid": _("An e-mail address, such as gz10000@example.cn.")},
        }
        help_texts = {
            "code": _("As in GB/T 2260: two digits a province, four a city below it."),
            "name": _("Short, as in lists: 广州."),
            "division": _("In full, as it stands on the door: 广州市."),
            "letters": _("Head of its batch numbers, at most four: GZ."),
            "area_code": _("Of its fixed lines, with the zero: 020."),
            "name_en": _("For the English screens: Guangzhou."),
            "contact_phone": _("With its area code: 020-38880000."),
        }

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.parent_id if not self.instance._state.adding else None
        parents = Centre.objects.filter(code__in=visible_to(viewer)).exclude(tier=Tier.CITY)
        parents |= Centre.objects.filter(pk=known)
        self.fields["parent"] = forms.ModelChoiceField(
            parents.distinct(), label=_("Above it"), required=False, empty_label=_("none: it is the nation")
        )
        if not self.instance._state.adding:
            del self.fields["code"]
        else:
            self.fields["code"] = forms.RegexField(
                DIGITS, label=_("Code"), max_length=6, help_text=CentreForm.Meta.help_texts["code"],
                error_messages={"invalid": _("A code has two, four or six digits.")},
            )  # fmt: skip

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).upper()


class DepartmentForm(Versioned):
    """A department of one centre."""

    class Meta:
        model = Department
        fields = ["name", "name_en", "code", "position", "valid_from"]
        help_texts = {
            "name": _("As on its door: 计费中心."),
            "name_en": _("For the English screens: Billing Centre."),
            "code": CODE_HELP,
            "position": POSITION_HELP,
            "valid_from": FIRST_DAY,
        }
        error_messages = {"code": CODE_WRONG}
        widgets = {"valid_from": day()}


class DeskForm(Versioned):
    """A desk of one centre, in one of its departments, for one role."""

    class Meta:
        model = Desk
        fields = ["name", "name_en", "code", "department", "role", "position", "valid_from"]
        help_texts = {
            "name": _("As people say it: 计费专业处理台."),
            "name_en": ENGLISH_HELP,
            "code": CODE_HELP,
            "position": POSITION_HELP,
            "valid_from": FIRST_DAY,
        }
        error_messages = {"code": CODE_WRONG}
        widgets = {"valid_from": day()}

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = forms.ModelChoiceField(
            centre.departments.filter(valid_until=None), label=_("Department"), empty_label=CHOOSE,
            error_messages={"required": _("Choose the department it belongs to.")},
        )  # fmt: skip
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=[("", CHOOSE), *posts.choices()],
            help_text=_("Only people of this role can be given the desk."),
            error_messages={"required": _("Choose the role that works at it.")},
        )  # fmt: skip


class CloseForm(forms.Form):
    """From which day on something is no longer there."""

    day = forms.DateField(
        label=_("Closed from"), widget=day(), help_text=_("The first day it is no longer there.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class SegmentFileForm(forms.Form):
    """A file of number segments."""

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        help_text=_("CSV: segment, city (code or name), valid_from; the day may lie ahead."),
    )
    whole = forms.BooleanField(
        label=_("The file is the whole list: segments it does not name are removed"), required=False
    )
    segment = forms.CharField(
        label=_("Column of the segment"), required=False, max_length=80,
        help_text=_("only where the file calls it otherwise"),
    )  # fmt: skip
    city = forms.CharField(
        label=_("Column of the city"), required=False, max_length=80,
        help_text=_("only where the file calls it otherwise"),
    )  # fmt: skip


class SegmentForm(forms.Form):
    """Where one segment is at home, and since when; one the table does not know yet needs a city."""

    city = forms.ChoiceField(label=_("City"), required=False)
    since = forms.DateField(label=_("Since"), widget=day())
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=6)

    def __init__(self, *args: Any, viewer: Viewer, known: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.must_be_here = not known
        cities = visible_to(viewer).filter(tier=Tier.CITY, valid_until=None)
        field = self.fields["city"]
        assert isinstance(field, forms.ChoiceField)
        none = CHOOSE if self.must_be_here else _("none: it leaves the table")
        field.choices = [("", none), *((city.code, f"{city.code} {city}") for city in cities)]
        field.required = self.must_be_here
        field.error_messages["required"] = _("Choose the city it was issued in.")


class NewSegmentForm(SegmentForm):
    """A segment the table does not have yet."""

    segment = forms.RegexField(
        PREFIX, label=_("Segment"), max_length=7,
        help_text=_("The first seven digits of its numbers: 1391234 stands for 13912340000 to 13912349999."),
        error_messages={"invalid": _("A segment has seven digits: 13 to 19 first, such as 1391234.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "fig"}),
    )  # fmt: skip
    field_order = ["segment", "city", "since"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, known=False, **kwargs)
