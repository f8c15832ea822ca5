"""Ranges of local days: calendar day, week, month, quarter, or any; and what each is compared with."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from .errors import BadRange

KINDS = ("day", "week", "month", "quarter")
MOST_DAYS = 3660
ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from start to end, both included.

    Raises:
        BadRange: start after end, or more than ten years.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise BadRange(start=self.start.isoformat(), end=self.end.isoformat(), most=MOST_DAYS)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def kind(self) -> str:
        """day, week (from Monday), month or quarter if it is exactly one, else "custom"."""
        return next((kind for kind in KINDS if containing(self.start, kind) == self), "custom")

    def moved(self, steps: int) -> "Period":
        """So many periods of its kind later, or earlier if negative; any other range moves by its length."""
        if self.kind in ("month", "quarter"):
            months = steps * (1 if self.kind == "month" else 3)
            return containing(_months_later(self.start, months), self.kind)
        shift = timedelta(days=self.days * steps)
        return Period(self.start + shift, self.end + shift)

    @property
    def previous(self) -> "Period":
        """What 环比 compares with."""
        return self.moved(-1)

    @property
    def year_before(self) -> "Period":
        """What 同比 compares with: the same dates a year before; for a week the one 52 weeks before."""
        if self.kind == "week":
            return self.moved(-52)
        if self.kind in KINDS[2:]:
            return containing(_months_later(self.start, -12), self.kind)
        return Period(_months_later(self.start, -12), _months_later(self.end, -12))

    def first(self, days: int) -> "Period":
        """Its first days, at least one and at most all."""
        return Period(self.start, min(self.end, self.start + (max(days, 1) - 1) * ONE))


def containing(day: date, kind: str) -> Period:
    """The day, week, month or quarter a day lies in."""
    match kind:
        case "day":
            return Period(day, day)
        case "week":
            monday = day - day.weekday() * ONE
            return Period(monday, monday + 6 * ONE)
        case "month":
            first = day.replace(day=1)
            return Period(first, _months_later(first, 1) - ONE)
        case "quarter":
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return Period(first, _months_later(first, 3) - ONE)
    raise ValueError(kind)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
