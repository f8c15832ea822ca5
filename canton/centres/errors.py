"""What can go wrong when people change the organisation: one class a failure, with a lasting code."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from canton.kernel.errors import CantonError


@dataclass(frozen=True, slots=True)
class Difference:
    """A field two people changed: what is held now, and what the second wanted."""

    field: str
    held: Any
    wanted: Any


class ChangedMeanwhile(CantonError):
    """Somebody else changed it after this person opened it; `differences` has both values of each field."""

    code = "E-CENTRE-STALE"
    text = _(
        "Somebody changed it after you opened it. Nothing of yours is saved yet: compare both values below, "
        "put right what you want to keep, and save again."
    )

    def __init__(self, differences: tuple[Difference, ...], version: int) -> None:
        super().__init__()
        self.differences = differences
        self.version = version


class CodeTaken(CantonError):
    """Another centre, department or desk has the code."""

    code = "E-CENTRE-CODE"
    text = _("The code %(key)s is taken. Open the one that has it, or choose another code.")


class WrongPlace(CantonError):
    """The tier, the code and the centre above do not fit together."""

    code = "E-CENTRE-PLACE"
    text = _(
        "%(name)s cannot stand there: a province stands below the nation, a city below a province, and the "
        "code of a city begins with that of its province. Choose another parent, kind or code."
    )


class StillUsed(CantonError):
    """Something open depends on what was to be closed."""

    code = "E-CENTRE-USED"
    text = _("%(name)s cannot be closed while these are open: %(what)s. Close or move them first.")


class ClosedAbove(CantonError):
    """What it belongs to is closed."""

    code = "E-CENTRE-CLOSED"
    text = _("%(name)s is closed. Reopen it first, or choose another.")


class WrongPeriod(CantonError):
    """It would close before it was there."""

    code = "E-CENTRE-PERIOD"
    text = _("It is there from %(start)s; it cannot be closed before that day.")


class NothingToUndo(CantonError):
    """The change was taken back already, or changed over."""

    code = "E-CENTRE-UNDO"
    text = _(
        "This change cannot be taken back any more: it was taken back already, or something changed after "
        "it. Look at the changes below and edit what you want to be otherwise."
    )


class BadHours(CantonError):
    """What was written is not a list of intervals in a day."""

    code = "E-CALENDAR-HOURS"
    text = _(
        "“%(part)s” is not understood. Write intervals such as 09:00-12:00, 13:00-18:00, none overlapping; "
        "for a night write 22:00-24:00, and 00:00-06:00 on the next day."
    )


class NoWorkingTime(CantonError):
    """The calendar has no working hours, so nothing is ever done in it."""

    code = "E-CALENDAR-EMPTY"
    text = _("This calendar has no working time in the next twenty years. Give it working hours first.")


class DayChangedMeanwhile(CantonError):
    """Somebody else changed the day, the hours or the year after this person opened it."""

    code = "E-CALENDAR-STALE"
    text = _("Somebody changed it after you opened it; now it is: %(now)s. Save again if yours is to hold.")

    def __init__(self, version: int, **facts: object) -> None:
        super().__init__(**facts)
        self.version = version


class UnreadableList(CantonError):
    """A segment file that is no list of segments."""

    code = "E-SEGMENT-FILE"
    text = _(
        "The file is not a list of segments: %(why)s. It is CSV with the columns segment, city and, if you "
        "like, valid_from; the list you can download here is one. If the file calls them otherwise, say how."
    )


class PlanStale(CantonError):
    """The number table changed after the plan was made."""

    code = "E-SEGMENT-STALE"
    text = _("The number table changed since this was prepared. Hand the file in again and look at it anew.")


class PlanSettled(CantonError):
    """The plan was applied, dropped or taken back before."""

    code = "E-SEGMENT-SETTLED"
    text = _("This was applied or taken back already, by you or somebody else. Look at the list.")


class LaterPlan(CantonError):
    """Only the latest change of the number table can be taken back."""

    code = "E-SEGMENT-LATER"
    text = _("The number table was changed again after this, by %(name)s. Take that back first.")


class SegmentRefused(CantonError):
    """One segment cannot be changed so."""

    code = "E-SEGMENT-REFUSED"
    text = _("Segment %(prefix)s is not changed: %(why)s.")
