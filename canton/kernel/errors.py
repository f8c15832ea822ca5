"""What can go wrong: one class per failure, with a stable code for programs and a sentence for a person."""

from typing import ClassVar

from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop  # the one that needs no settings


class CantonError(Exception):
    """Base of every failure the house knows.

    A subclass sets `code` ("E-PKG-SIGNATURE"; never changed once released), `text` (an English msgid with
    %(name)s places, marked by gettext_noop or gettext_lazy) and, if trying again may help, `transient`.
    The keywords it is raised with fill the places. One positional argument stands in for `text`.
    """

    code: ClassVar[str] = "E-CANTON"
    transient: ClassVar[bool] = False
    text: ClassVar[str | Promise] = gettext_noop("It did not work.")

    def __init__(self, *args: object, **facts: object) -> None:
        super().__init__(*args)
        self.facts = facts

    @property
    def message(self) -> str:
        """The sentence for a person, in the language in force; English before Django is set up."""
        text = self.args[0] if len(self.args) == 1 and not self.facts else self.text
        sentence = _translated(text) if isinstance(text, str | Promise) else str(text)
        return sentence % self.facts if self.facts else sentence

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def _translated(text: str | Promise) -> str:
    try:
        return gettext(text) if isinstance(text, str) and text else str(text)
    except (AppRegistryNotReady, ImproperlyConfigured):
        return text if isinstance(text, str) else repr(text)
