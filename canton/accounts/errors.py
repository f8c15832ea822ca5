"""What can go wrong with accounts."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class NumberTaken(CantonError):
    """Somebody has this staff number already."""

    code = "E-ACCOUNT-NUMBER"
    text = gettext_noop("Staff number %(number)s is taken.")


class WeakPassword(CantonError):
    """The password breaks a rule of the password policy; `reasons` are sentences for a person."""

    code = "E-ACCOUNT-PASSWORD"
    text = gettext_noop("The password is refused: %(reasons)s")

    def __init__(self, error: ValidationError) -> None:
        self.reasons = tuple(error.messages)
        super().__init__(reasons=" ".join(self.reasons))


class LinkVoid(CantonError):
    """A link to set a new password that is used, replaced, too old, or was never made."""

    code = "E-ACCOUNT-LINK"
    text = gettext_noop("This link is not valid, or no longer.")


class TooManyLinks(CantonError):
    """More links in an hour than one needs."""

    code = "E-ACCOUNT-LINKS"
    text = gettext_noop("Too many links in the last hour. Try again later.")
    transient = True
