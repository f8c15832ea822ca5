"""Working time: which days are worked, at which hours, and what that makes of a span. No database, no clock.

Days of a year whose arrangement (节假日安排) is published are certain. Any other year is answered from its
weekdays and the festivals of fixed date, and every such answer says `provisional`: festivals of the moon and
the weekends worked instead (调休) are not known. Source: 全国年节及纪念日放假办法 and the notice of the State
Council for each year, as data. Times are Guangdong's, Asia/Shanghai, whatever zone a moment comes in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from .errors import BadHours, NoWorkingTime

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
INSTANT = timedelta.resolution
MINUTES = 24 * 60  # of a day: the end of an interval may be midnight
FARTHEST = 366 * 20  # days searched before giving up
WEEK = 7
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})", re.ASCII)
_BETWEEN = re.compile(r"[\s,，;；、]+")


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Part of a day that is worked, in minutes after midnight; 0 <= start < end <= 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


Hours = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not as its weekday has it. hours: of this day only; None is as usual."""

    working: bool
    name: str = ""
    name_en: str = ""
    reason: str = ""
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Festival:
    """A day off of fixed date in every year from first to last; last None is without end."""

    month: int
    day: int
    first: int
    last: int | None
    name: str
    name_en: str

    def falls_on(self, day: date) -> bool:
        """Whether it is this day."""
        within = self.first <= day.year and (self.last is None or day.year <= self.last)
        return within and (day.month, day.day) == (self.month, self.day)


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """Whether a day is worked. provisional: its year's arrangement is not published, so it may change."""

    day: date
    working: bool
    provisional: bool
    name: str = ""
    name_en: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.working


@dataclass(frozen=True, slots=True)
class Moment:
    """When working time is used up; provisional when a day on the way was."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Worked:
    """Working time between two moments; provisional when a day on the way was."""

    time: timedelta
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """One centre's calendar. week: hours of Monday to Sunday; published: years whose arrangement is known."""

    days: Mapping[date, Day]
    published: frozenset[int]
    week: Sequence[Hours]
    festivals: Sequence[Festival] = field(default=())

    def is_working_day(self, day: date) -> DayAnswer:
        """Whether the day is worked; true and false as itself."""
        if known := self.days.get(day):
            return DayAnswer(day, known.working, False, known.name, known.name_en, known.reason)
        usual = bool(self.week[day.weekday()])
        if day.year in self.published:
            return DayAnswer(day, usual, False)
        for festival in self.festivals:
            if festival.falls_on(day):
                return DayAnswer(day, False, True, festival.name, festival.name_en)
        return DayAnswer(day, usual, True)

    def hours_of(self, day: date) -> Hours:
        """When the day is worked. A weekend day worked instead of another has the hours of a usual day."""
        if not self.is_working_day(day):
            return ()
        known = self.days.get(day)
        if known and known.hours is not None:
            return known.hours
        return self.week[day.weekday()] or next((hours for hours in self.week if hours), ())

    def add_working_time(self, start: datetime, duration: timedelta) -> Moment:
        """The earliest moment by which this much has been worked since `start` (aware).

        Nothing to work is `start` itself; the last minute before an end of work is that end, not the next
        morning.

        Raises:
            NoWorkingTime: no such moment in the next twenty years.
            ValueError: `start` without a time zone, or less than nothing.
        """
        if duration < timedelta():
            raise ValueError("less than nothing cannot be worked")
        left, provisional = duration, False
        if not left:
            return Moment(_aware(start).astimezone(ZONE), False)
        for day, stretches in self._stretches(_aware(start)):
            provisional |= self.is_working_day(day).provisional
            for opens, closes in stretches:
                if left <= closes - opens:
                    return Moment((opens + left).astimezone(ZONE), provisional)
                left -= closes - opens
        raise NoWorkingTime

    def working_time_between(self, start: datetime, end: datetime) -> Worked:
        """What is worked from `start` to `end`, both aware; nothing when `end` is not later."""
        begins, ends = _aware(start), _aware(end)
        total, provisional = timedelta(), False
        for day, stretches in self._stretches(begins, until=ends):
            provisional |= self.is_working_day(day).provisional
            total += sum(
                (min(closes, ends) - opens for opens, closes in stretches if opens < ends), timedelta()
            )
        return Worked(total, provisional)

    def _stretches(
        self, start: datetime, until: datetime | None = None
    ) -> Iterator[tuple[date, list[tuple[datetime, datetime]]]]:
        """Each day from that of `start` on with what is left of its hours, in UTC: no hour is lost."""
        day = start.astimezone(ZONE).date()
        last = (until - INSTANT).astimezone(ZONE).date() if until else day + FARTHEST * DAY
        while day <= last:
            bounds = [(_moment(day, part.start), _moment(day, part.end)) for part in self.hours_of(day)]
            yield day, [(max(opens, start), closes) for opens, closes in bounds if closes > start]
            day += DAY


def parse_hours(text: str) -> Hours:
    """Intervals as people write them, "09:00-12:00, 13:00-18:00"; nothing is a day without work.

    Raises:
        BadHours: not intervals, one ends before it begins, or two overlap.
    """
    found = []
    rest = _INTERVAL.sub("", text)
    if _BETWEEN.sub("", rest):
        raise BadHours(part=rest.strip()[:40])
    for match in _INTERVAL.finditer(text):
        start, end = (int(match[n]) * 60 + int(match[n + 1]) for n in (1, 3))
        minutes = (int(match[2]), int(match[4]))
        if not 0 <= start < end <= MINUTES or max(minutes) > 59:  # noqa: PLR2004 - minutes of an hour
            raise BadHours(part=match[0])
        found.append(Interval(start, end))
    found.sort()
    for before, after in pairwise(found):
        if after.start < before.end:
            raise BadHours(part=f"{before}, {after}")
    return tuple(found)


def written(hours: Sequence[Interval]) -> str:
    """Intervals as `parse_hours` reads them."""
    return ", ".join(str(part) for part in hours)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def _moment(day: date, minutes: int) -> datetime:
    """A time of day as a moment; 1440 is the next midnight."""
    whole, part = divmod(minutes, MINUTES)
    local = datetime.combine(day + whole * DAY, datetime.min.time(), ZONE)
    return local.replace(hour=part // 60, minute=part % 60).astimezone(UTC)
