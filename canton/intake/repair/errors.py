"""What can go wrong when people put refused rows right."""

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class NotRepairable(CantonError):
    """Nothing of this batch can be put right here."""

    code = "E-REPAIR-BATCH"
    text = gettext_noop("The rows of %(batch)s cannot be put right: it is replaced, or still under way.")


class BeingApplied(CantonError):
    """A corrected copy is being written or run."""

    code = "E-REPAIR-UNDER-WAY"
    text = gettext_noop("The corrections of %(batch)s are being run; wait until that is through.")


class NotTheNewest(CantonError):
    """Only a corrected copy that is loaded, and whose place nothing took, can be taken back."""

    code = "E-REPAIR-NOT-NEWEST"
    text = gettext_noop("%(batch)s is no corrected copy that holds now; it cannot be taken back.")


class RowMoved(CantonError):
    """Somebody else corrected the row since it was opened."""

    code = "E-REPAIR-CONFLICT"
    text = gettext_noop(
        "Somebody else has corrected this row since you opened it. Both values stand below;"
        " save again if yours is the right one."
    )


class NothingChanged(CantonError):
    """No value differs."""

    code = "E-REPAIR-NOTHING"
    text = gettext_noop("Nothing was changed.")


class TooManyRows(CantonError):
    """More rows than one act may change."""

    code = "E-REPAIR-ROWS"
    text = gettext_noop("%(limit)s rows can be put right in one act; these are more. Choose fewer values.")


class UndoneAlready(CantonError):
    """There is nothing to take back."""

    code = "E-REPAIR-UNDONE"
    text = gettext_noop("This was taken back already.")


class SentBackAlready(CantonError):
    """The city has the rows already."""

    code = "E-REPAIR-SENT-BACK"
    text = gettext_noop("The rows of %(batch)s were sent back already.")
