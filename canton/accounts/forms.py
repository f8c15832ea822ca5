"""What is asked at the door."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


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
