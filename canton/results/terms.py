"""Periods of result packages: their names, which are over, and when each is to be built, sent and there."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from canton.reports.periods import Period, containing

from .errors import BadPeriod

RHYTHMS = ("day", "week", "month", "quarter")
_FORMS = {
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
    "week": re.compile(r"(\d{4})-W(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
}
EXAMPLES = {"day": "2026-11-22", "week": "2026-W47", "month": "2026-10", "quarter": "2026-Q3"}


@dataclass(frozen=True, slots=True)
class Moment:
    """So many days after the last day of a period, at this time of the centre."""

    days: int
    at: time

    def of(self, period: Period, zone: ZoneInfo) -> datetime:
        """For one period."""
        return datetime.combine(period.end + timedelta(days=self.days), self.at, zone)


def name(period: Period, rhythm: str) -> str:
    """2026-11-22, 2026-W47 (ISO 8601), 2026-10 or 2026-Q3."""
    start = period.start
    match rhythm:
        case "day":
            return start.isoformat()
        case "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start:%Y}-Q{(start.month + 2) // 3}"
    raise ValueError(rhythm)


def read(text: str, rhythm: str) -> Period:
    """The period of that name.

    Raises:
        BadPeriod: no period of this rhythm is called so.
    """
    found = _FORMS[rhythm].fullmatch(text)
    if not found:
        raise BadPeriod(period=text, example=EXAMPLES[rhythm])
    numbers = [int(part) for part in found.groups()]
    try:
        return containing(_first_day(rhythm, numbers), rhythm)
    except ValueError as error:
        raise BadPeriod(period=text, example=EXAMPLES[rhythm]) from error


def _first_day(rhythm: str, numbers: list[int]) -> date:
    match rhythm:
        case "day":
            return date(*numbers)
        case "week":
            return date.fromisocalendar(numbers[0], numbers[1], 1)
        case "month":
            return date(numbers[0], numbers[1], 1)
    return date(numbers[0], numbers[1] * 3 - 2, 1)


def over(rhythm: str, today: date, count: int) -> list[Period]:
    """The last `count` periods whose last day lies before today, oldest first."""
    latest = containing(today, rhythm).moved(-1)
    return [latest.moved(-steps) for steps in range(count - 1, -1, -1)]
