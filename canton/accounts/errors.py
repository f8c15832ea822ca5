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


class OutOfReach(CantonError):
    """A manager touches only his own centre and those below it."""

    code = "E-ACCOUNT-REACH"
    text = gettext_noop("This person works at a centre you do not administer.")


class OwnAccount(CantonError):
    """Nobody gives himself roles, suspends himself or resets his own second factor as an administrator."""

    code = "E-ACCOUNT-OWN"
    text = gettext_noop("This is your own account. Another administrator has to do it.")


class RoleNotYours(CantonError):
    """The role holds more than the giver has himself or is trusted with."""

    code = "E-ACCOUNT-ROLE"
    text = gettext_noop("The role “%(role)s” may do more than you may; you cannot give it.")


class LastAdministrator(CantonError):
    """Without this person nobody could administer the centre."""

    code = "E-ACCOUNT-LAST"
    text = gettext_noop("Nobody else administers %(centre)s. Give somebody the role first.")


class WrongPost(CantonError):
    """Department or desk are of another centre, or the desk is for another role."""

    code = "E-ACCOUNT-POST"
    text = gettext_noop("Department, desk, centre and roles do not fit together.")


class AccountChanged(CantonError):
    """Somebody else changed the account after this person opened it."""

    code = "E-ACCOUNT-STALE"
    text = gettext_noop(
        "Somebody changed this account after you opened it. Look at what it says now, then change it again."
    )


class NoSuchSession(CantonError):
    """A session that has ended meanwhile."""

    code = "E-ACCOUNT-SESSION"
    text = gettext_noop("This session has ended already.")


class WrongCode(CantonError):
    """A one-time code that is not the one of now."""

    code = "E-ACCOUNT-CODE"
    text = gettext_noop(
        "This code is not right. Codes change every 30 seconds; check the clock of the phone."
    )


class NoFactor(CantonError):
    """The person has no second factor."""

    code = "E-ACCOUNT-NO-FACTOR"
    text = gettext_noop("This account has no second factor.")


class FactorRequired(CantonError):
    """A role wants a second factor, so it cannot be given up."""

    code = "E-ACCOUNT-FACTOR-REQUIRED"
    text = gettext_noop("Your role requires a second factor; it can be replaced, not removed.")


class SealBroken(CantonError):
    """A sealed secret cannot be opened: the database and the keys are not of the same house."""

    code = "E-ACCOUNT-SEAL"
    text = gettext_noop(
        "The second factor cannot be read with the keys of this centre. An administrator has to reset it."
    )


class FactorThere(CantonError):
    """A second factor is enrolled already."""

    code = "E-ACCOUNT-FACTOR-THERE"
    text = gettext_noop(
        "There is a second factor already. Remove it, or have it reset, before you set up another."
    )


class NoSuchAccount(CantonError):
    """Nobody has this staff number; said only to who works at the machine."""

    code = "E-ACCOUNT-UNKNOWN"
    text = gettext_noop("Nobody has staff number %(number)s.")


class NoSuchCentre(CantonError):
    """The centre is unknown, or not of this house."""

    code = "E-ACCOUNT-CENTRE"
    text = gettext_noop("There is no centre %(centre)s here.")


class PostClosed(CantonError):
    """A centre, department or desk that is closed is given to nobody."""

    code = "E-ACCOUNT-POST-CLOSED"
    text = gettext_noop("%(post)s is closed since %(day)s. Choose another.")
