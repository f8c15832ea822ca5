"""What is asked at the door, and of people in the register."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.centres.models import Centre, Department, Desk, there_on
from canton.centres.selectors import visible_to

from .authority import roles_given_by
from .choices import Role
from .models import Staff
from .services import Details

NUMBER = RegexValidator(
    r"^(?=.*\d)[0-9A-Z]{3,12}$", _("Three to twelve digits or capital letters, at least one digit.")
)


class SignInForm(forms.Form):
    """A staff number and its password."""

    number = forms.CharField(
        label=_("Staff number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "class": "form-control"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
    )


def _secret(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "form-control"})
    return forms.CharField(label=label, help_text=help_text, max_length=256, strip=False, widget=widget)


class CodeForm(forms.Form):
    """A code of the authenticator, or one for recovery."""

    code = forms.CharField(
        label=pgettext_lazy("factor", "Code"),
        max_length=24,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none", "class": "fig"}
        ),
    )


class NewPasswordForm(forms.Form):
    """Twice the new password."""

    new = _secret(
        _("New password"),
        "new-password",
        _("At least 10 characters; no common password, not digits alone, not like your number or name."),
    )
    again = _secret(_("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", ValidationError(_("The two new passwords differ."), code="differ"))
        return given


class PasswordChangeForm(NewPasswordForm):
    """The password in force, and twice the new one."""

    current = _secret(_("Current password"), "current-password")
    field_order = ["current", "new", "again"]


class PersonForm(forms.Form):
    """What the register says of a person; offers only what the editor may give, in his own tree.

    today: a centre, department or desk closed by then is offered only to who holds it already.
    """

    number = forms.CharField(
        label=_("Staff number"), min_length=3, max_length=12, validators=[NUMBER],
        help_text=_("What the person signs in with; it stays for good."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "class": "fig"}),
    )  # fmt: skip
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    centre = forms.ModelChoiceField(
        Centre.objects.none(), label=_("Centre"), empty_label=None,
        widget=forms.Select({"hx-target": "#posts", "hx-swap": "outerHTML"}),
    )  # fmt: skip
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label="—"
    )
    desk = forms.ModelChoiceField(Desk.objects.none(), label=_("Desk"), required=False, empty_label="—")
    role = forms.ChoiceField(label=_("Main role"), help_text=_("Says what the home page and the rail show."))
    further_roles = forms.MultipleChoiceField(
        label=_("Further roles"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=_("Language of the screens"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, editor: Staff, today: date, person: Staff | None = None, **kwargs: Any
    ) -> None:
        self.person = person
        kwargs["initial"] = _said_of(person) if person else {"centre": editor.centre_id}
        super().__init__(*args, **kwargs)
        if person:
            del self.fields["number"]
        given = roles_given_by(editor)
        roles = [(role.value, role.label) for role in Role if role in given]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["further_roles"].choices = roles  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("as the desk shows")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["centre"].widget.attrs["hx-get"] = reverse("accounts:posts")
        centres = visible_to(editor)
        offered = {"centre": person and person.centre_id, "department": person and person.department_id,
                   "desk": person and person.desk_id}  # fmt: skip
        open_or_held = {name: there_on(today) | Q(pk=held) for name, held in offered.items()}
        self.fields["centre"].queryset = centres.filter(open_or_held["centre"])  # type: ignore[attr-defined]
        here = Q(centre__in=centres, centre=self["centre"].value())
        self.fields["department"].queryset = Department.objects.filter(here, open_or_held["department"])  # type: ignore[attr-defined]
        self.fields["desk"].queryset = Desk.objects.filter(here, open_or_held["desk"])  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if Staff.objects.filter(number=number).exists():
            raise ValidationError(_("Somebody has this number."), code="taken")
        return number

    def details(self) -> Details:
        """What was given, as the service takes it."""
        given = self.cleaned_data
        return Details(
            name=given["name"], centre=given["centre"], department=given["department"], desk=given["desk"],
            roles=tuple(Role(role) for role in (given["role"], *given["further_roles"])),
            language=given["language"],
        )  # fmt: skip


def _said_of(person: Staff) -> dict[str, Any]:
    return {
        "name": person.name, "centre": person.centre_id, "department": person.department_id,
        "desk": person.desk_id, "role": person.role, "further_roles": person.further_roles,
        "language": person.language, "seen": person.version,
    }  # fmt: skip


class ReasonForm(forms.Form):
    """Why something is done to an account; it goes into the audit trail."""

    reason = forms.CharField(
        label=_("Reason"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
