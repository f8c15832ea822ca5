"""What can go wrong when a query is asked for; each failure has a stable code and a sentence."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class BadQuery(CantonError):
    """The query cannot be asked so; a subclass says why. The fact `path`, if any, says which condition."""

    code: ClassVar[str] = "E-QUERY"
    text: ClassVar[str] = gettext_noop("The query cannot be asked so.")

    @property
    def path(self) -> str:
        """Place of the condition in the tree; "" for the query as a whole."""
        return str(self.facts.get("path", ""))


class BadShape(BadQuery):
    """The document is no query: a part is missing, unknown, of the wrong kind, or there are too many."""

    code: ClassVar[str] = "E-QUERY-SHAPE"
    text: ClassVar[str] = gettext_noop("This is no query: %(part)s.")


class UnknownDataset(BadQuery):
    """No format has that name, or it is not related to the one asked."""

    code: ClassVar[str] = "E-QUERY-DATASET"
    text: ClassVar[str] = gettext_noop("There is no dataset “%(name)s” to ask here.")


class UnknownColumn(BadQuery):
    """The datasets asked have no such column."""

    code: ClassVar[str] = "E-QUERY-COLUMN"
    text: ClassVar[str] = gettext_noop("There is no column “%(name)s” here.")


class UnknownOperator(BadQuery):
    """There is no such comparison, or not for a column of this type."""

    code: ClassVar[str] = "E-QUERY-OPERATOR"
    text: ClassVar[str] = gettext_noop("“%(column)s” cannot be compared by “%(name)s”.")


class NoFigure(BadQuery):
    """The column holds nothing that figure is made of."""

    code: ClassVar[str] = "E-QUERY-FIGURE"
    text: ClassVar[str] = gettext_noop("This figure cannot be made of “%(column)s”; choose another column.")


class FigureOfNothing(NoFigure):
    """Sum, average and the like need a column."""

    text: ClassVar[str] = gettext_noop("Choose the column a figure is made of.")


class WrongValue(BadQuery):
    """A value that is none of the column's type, or too few or too many of them."""

    code: ClassVar[str] = "E-QUERY-VALUE"
    text: ClassVar[str] = gettext_noop("“%(value)s” is no value for “%(column)s”: wanted is %(wanted)s.")


class MissingValue(WrongValue):
    """The comparison needs a value."""

    text: ClassVar[str] = gettext_noop("“%(column)s” needs a value to compare with.")


class NumberProtected(BadQuery):
    """Parts of a customer's number could be found out by asking again and again."""

    code: ClassVar[str] = "E-QUERY-NUMBER"
    text: ClassVar[str] = gettext_noop(
        "Customers' numbers are masked: “%(column)s” can be compared with whole numbers only."
    )


class NeedsConsent(BadQuery):
    """It would give more rows than are given without asking."""

    code: ClassVar[str] = "E-QUERY-MANY"
    text: ClassVar[str] = gettext_noop(
        "The query gives %(rows)s rows. Narrow it, or say that you want them all."
    )


class NeedsConsentUnbounded(NeedsConsent):
    """Nothing narrows it."""

    code: ClassVar[str] = "E-QUERY-EVERYTHING"
    text: ClassVar[str] = gettext_noop(
        "Without conditions the query gives everything there is, %(rows)s rows. "
        "Add a condition, or say that you want them all."
    )


class TooSlow(CantonError):
    """It was stopped at its time limit; nothing is left of it."""

    code: ClassVar[str] = "E-QUERY-TIME"
    text: ClassVar[str] = gettext_noop(
        "The query took longer than %(seconds)s s and was stopped. Narrow the days or the centres."
    )


class Cancelled(CantonError):
    """Whoever asked does not want it any more."""

    code: ClassVar[str] = "E-QUERY-CANCELLED"
    text: ClassVar[str] = gettext_noop("The query was cancelled.")


class EngineRefused(CantonError):
    """The engine stopped for a reason of its own, as no memory."""

    code: ClassVar[str] = "E-QUERY-ENGINE"
    text: ClassVar[str] = gettext_noop("The query failed: %(detail)s")


class NoReason(CantonError):
    """Full numbers are shown only to those who say why."""

    code: ClassVar[str] = "E-QUERY-REASON"
    text: ClassVar[str] = gettext_noop(
        "Full numbers need a reason of at least %(least)s characters; it is kept."
    )


class MayNotUnmask(CantonError):
    """The role does not see full numbers."""

    code: ClassVar[str] = "E-QUERY-UNMASK"
    text: ClassVar[str] = gettext_noop("Your role does not see full numbers.")


class NotReady(CantonError):
    """There is no result to take a file of: not yet, or no longer."""

    code: ClassVar[str] = "E-QUERY-NO-RESULT"
    text: ClassVar[str] = gettext_noop("There is no result to export; run the query again.")


class UnknownPerson(CantonError):
    """Nobody in the scope has that staff number."""

    code: ClassVar[str] = "E-QUERY-PERSON"
    text: ClassVar[str] = gettext_noop("There is nobody with the staff number %(number)s.")


class BadLetter(CantonError):
    """What another centre sent is no question for an original."""

    code: ClassVar[str] = "E-ORIGINAL-QUESTION"
    text: ClassVar[str] = gettext_noop("The question for an original is wrong: %(part)s.")


class NotYours(CantonError):
    """The asking centre is not above the one whose file it is, or there is none: it is not told which."""

    code: ClassVar[str] = "E-ORIGINAL-SCOPE"
    text: ClassVar[str] = gettext_noop("There is no such original in the scope of centre %(centre)s.")


class NoSuchLine(CantonError):
    """The file is there and shorter."""

    code: ClassVar[str] = "E-ORIGINAL-LINE"
    text: ClassVar[str] = gettext_noop("The original has no line %(line)s.")


class NotAsked(CantonError):
    """A file came that nobody here asked for, or another one than was asked for."""

    code: ClassVar[str] = "E-ORIGINAL-UNASKED"
    text: ClassVar[str] = gettext_noop("Nobody here asked for this original.")
