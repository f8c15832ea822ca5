"""What can go wrong when people put refused rows right."""

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class NotRepairable(CantonError):
    """Nothing of this batch can be put right here."""

    code = "E-REPAIR-BATCH"
    text = gettext_noop("The rows of %(batch)s cannot be put right: it is replaced, or still under way.")


class Replaced(NotRepairable):
    """Another batch has taken this one's place."""

    code = "E-REPAIR-REPLACED"
    text = gettext_noop("%(by)s has taken the place of this batch; its rows are put right there.")


class BeingApplied(CantonError):
    """A corrected copy is being written or run."""

    code = "E-REPAIR-UNDER-WAY"
    text = gettext_noop("The corrections of %(batch)s are being run; wait until that is through.")


class BeingCorrected(CantonError):
    """A correction of many rows is being written, or taken back."""

    code = "E-REPAIR-CORRECTING"
    text = gettext_noop(
        "A correction of %(rows)s rows is being written. Wait until that is through, or cancel it."
    )


class BeingTakenBack(CantonError):
    """A correction of many rows is being taken back."""

    code = "E-REPAIR-TAKING-BACK"
    text = gettext_noop("A correction is being taken back. Go on when that is through.")


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
    text = gettext_noop("These rows of %(batch)s were sent back already.")


class NothingChosen(CantonError):
    """No row to send back was chosen."""

    code = "E-REPAIR-NOTHING-CHOSEN"
    text = gettext_noop("No row is chosen. Tick the rows that go back, or send back all that are listed.")


class TooManyToSend(CantonError):
    """More rows than a notice lists."""

    code = "E-REPAIR-SEND-ROWS"
    text = gettext_noop(
        "A notice lists %(limit)s rows, these are %(rows)s."
        " Choose one reason or fewer rows, or send back all."
    )
