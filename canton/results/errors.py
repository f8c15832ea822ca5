"""What can go wrong with result data; each failure has a stable code and a sentence."""

from django.utils.translation import gettext_lazy as _

from canton.kernel.errors import CantonError


class BadResultDefinition(CantonError):
    """The files of a definition do not fit together; whoever writes definitions reads the detail."""

    code = "E-RESULT-DEFINITION"
    text = _("The definition of the result package is wrong: %(detail)s")


class WrongQuestion(CantonError):
    """Base of what was asked wrongly: commands end with 2."""


class UnknownResult(WrongQuestion):
    """There is no definition of that name, or it is not made at this tier."""

    code = "E-RESULT-UNKNOWN"
    text = _("No result package %(name)s is made here.")


class BadPeriod(WrongQuestion):
    """No period is called so."""

    code = "E-RESULT-PERIOD"
    text = _("%(period)s is no period of this package; one is called %(example)s.")


class PeriodNotOver(WrongQuestion):
    """Its last day is not over."""

    code = "E-RESULT-EARLY"
    text = _("%(period)s is not over yet; its figures are counted afterwards.")


class NothingCounted(CantonError):
    """No row was loaded for the period: a package of zeros would say what nobody knows."""

    code = "E-RESULT-EMPTY"
    text = _("There are no data of %(period)s; nothing is built. Late data are built when they have come.")


class NotBuilt(CantonError):
    """Nothing was built for the period."""

    code = "E-RESULT-NONE"
    text = _("No package %(name)s of %(period)s has been built or has come.")


class StaysHere(CantonError):
    """It is made for this centre itself."""

    code = "E-RESULT-OWN"
    text = _("%(name)s is made for this centre itself and is not sent.")


class Superseded(CantonError):
    """A corrected package has taken its place."""

    code = "E-RESULT-OLD"
    text = _("Package %(sequence)s of %(name)s %(period)s has been replaced by a corrected one.")


class OnItsWay(CantonError):
    """It waits, is being sent or has arrived."""

    code = "E-RESULT-SENT"
    text = _("%(name)s %(period)s is on its way or has arrived; it is not sent twice.")


class PackageLost(CantonError):
    """The package is not in the archive any more, or is not what was built."""

    code = "E-RESULT-FILE"
    text = _("The package of %(name)s %(period)s is not in the archive as it was built; build it again.")


class NotAddressed(CantonError):
    """Such packages are not taken in at this centre, or not from this sender."""

    code = "E-RESULT-CENTRE"
    text = _("%(name)s is not taken in here from centre %(sender)s.")


class NotItsFigures(CantonError):
    """It holds figures of a centre that is not below its sender."""

    code = "E-RESULT-SENDER"
    text = _("Centre %(sender)s sends figures of centre %(centre)s, which is not below it.")


class BadTable(CantonError):
    """The table is not as its description says."""

    code = "E-RESULT-TABLE"
    text = _("Line %(line)s of the table is wrong at %(column)s: %(why)s.")


class SequenceTaken(CantonError):
    """Other figures came before under the same number."""

    code = "E-RESULT-SEQUENCE"
    text = _("Package %(sequence)s of %(name)s %(period)s is here with other figures; a correction needs the next number.")  # noqa: E501  # fmt: skip
