"""What can go wrong when people decide the codes of texts."""

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class NotJudgeable(CantonError):
    """The row is not in the store any more."""

    code = "E-JUDGE-REPLACED"
    text = gettext_noop(
        "Batch %(batch)s was replaced by a newer one; decide its row there. Nothing was changed."
    )


class DecidedMeanwhile(CantonError):
    """Two people decided one row; the second sees what the first said."""

    code = "E-JUDGE-MEANWHILE"
    text = gettext_noop(
        "%(by)s decided this row while you had it open: %(code)s. Look at it, and decide again if need be."
    )


class NoSuchCode(CantonError):
    """The code is not in use."""

    code = "E-JUDGE-CODE"
    text = gettext_noop("There is no code %(key)s in use. Choose one from the tree.")


class NothingToUndo(CantonError):
    """The row has no decision."""

    code = "E-JUDGE-UNDO"
    text = gettext_noop("There is no decision to take back; perhaps somebody did already.")
