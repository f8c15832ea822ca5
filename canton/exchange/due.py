"""What is due when, and how it stands: pure rules over periods, without a database or a clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .choices import Rhythm, Standing

Days = tuple[date, date]

_MONTH = re.compile(r"(\d{4})-?(\d{2})")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T-](?!\d{4}).*)?")
_SPAN = re.compile(r"(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(?:T\d{2})?")


@dataclass(frozen=True, slots=True)
class Term:
    """By when a centre reports a day or a month.

    after: days after the day, or day of the month after the month. grace: how much later is not late yet.
    starts, ends: first and last day that is reported. parts: how many files make a period complete.
    """

    rhythm: str
    after: int
    at: time
    grace: timedelta
    starts: date
    ends: date | None = None
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """A package that came: the days it covers, when it came, and whether it was refused whole.

    name: which file it is; a correction has the name of what it corrects.
    until: the hour at which the last of several days ends, 24 when whole.
    """

    days: Days
    at: datetime
    refused: bool = False
    name: str = ""
    until: int = 24


def beginnings(term: Term, first: date, last: date) -> list[date]:
    """First days of the periods that begin from `first` to `last` and are reported, oldest first."""
    found, day = [], first if term.rhythm == Rhythm.DAILY else first.replace(day=1)
    while day <= last:
        if day >= first and term.starts <= last_day(term, day) and (term.ends is None or day <= term.ends):
            found.append(day)
        day = last_day(term, day) + timedelta(days=1)
    return found


def last_day(term: Term, beginning: date) -> date:
    """The last day of a period."""
    if term.rhythm == Rhythm.DAILY:
        return beginning
    return (beginning.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def name(term: Term, beginning: date) -> str:
    """2026-11-22, or 2026-11 for a month: how the reports of the period are named."""
    return f"{beginning:%Y-%m-%d}" if term.rhythm == Rhythm.DAILY else f"{beginning:%Y-%m}"


def due_at(term: Term, beginning: date, zone: ZoneInfo) -> datetime:
    """The moment a period is due."""
    if term.rhythm == Rhythm.DAILY:
        day = beginning + timedelta(days=term.after)
    else:
        day = last_day(term, beginning) + timedelta(days=term.after)
    return datetime.combine(day, term.at, zone)


def days_of(period: str) -> Days | None:
    """First and last day a package's period names, as 2026-11, 2026-11-22, 2026-11-22T16, 20261023-1122T16.

    None when it names none.
    """
    try:
        if found := _SPAN.fullmatch(period):
            year, *rest = (int(part) for part in found.groups())
            first, last = date(year, rest[0], rest[1]), date(year, rest[2], rest[3])
            return first, last if last >= first else last.replace(year=year + 1)
        if found := _MONTH.fullmatch(period):
            first = date(int(found[1]), int(found[2]), 1)
            return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if found := _DAY.fullmatch(period):
            day = date(int(found[1]), int(found[2]), int(found[3]))
            return day, day
    except ValueError:  # of the form of a period, and no day of the calendar (2026-13): it names no days
        return None
    return None


def last_hour(period: str) -> int:
    """The hour at which the last of several days of a period ends, 24 when it is whole: 16 of …-1122T16."""
    found = _SPAN.fullmatch(period)
    hour = period.rpartition("T")[2] if found and "T" in period else ""
    return min(int(hour), 24) if hour else 24


def days_reported(term: Term, period: str, came: date) -> Days:
    """The days a package is about; if it does not say, those of the last period that was over as it came."""
    known = days_of(period)
    if known is not None:
        return known
    if term.rhythm == Rhythm.DAILY:
        day = came - timedelta(days=term.after)
        return day, day
    last = came.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def standing(
    term: Term, beginning: date, arrivals: Iterable[Arrival], zone: ZoneInfo, now: datetime
) -> Standing:
    """How a period stands. A later correction does not make a report late that was there in time."""
    due = due_at(term, beginning, zone)
    first, last = beginning, last_day(term, beginning)
    about = [each for each in arrivals if each.days[0] <= last and each.days[1] >= first]
    complete = completed_at(term, beginning, about)
    if complete is not None:
        return Standing.ARRIVED if complete <= due + term.grace else Standing.ARRIVED_LATE
    good = [each for each in about if not each.refused]
    if about and not good:
        return Standing.REFUSED
    if now > due + term.grace:
        return Standing.PARTLY if good else Standing.LATE
    return Standing.IN_GRACE if now > due else Standing.NOT_YET


def came(term: Term, beginning: date, about: Iterable[Arrival]) -> int:
    """How many of the files of a period are there, at most as many as make it complete."""
    counted = _first_of_each(term, beginning, about)
    return min(sum(count for _, count in counted), term.parts)


def completed_at(term: Term, beginning: date, about: Iterable[Arrival]) -> datetime | None:
    """When the last file that was wanting came; None while any is."""
    there = 0
    for at, count in _first_of_each(term, beginning, about):
        there += count
        if there >= term.parts:
            return at
    return None


def _first_of_each(term: Term, beginning: date, about: Iterable[Arrival]) -> list[tuple[datetime, int]]:
    """When each file came first, and for how many it counts, the earliest in front."""
    first: dict[str, Arrival] = {}
    for each in sorted(about, key=lambda each: each.at):
        if not each.refused:
            first.setdefault(each.name, each)
    return [(each.at, _counts(term, beginning, each)) for each in first.values()]


def _counts(term: Term, beginning: date, arrival: Arrival) -> int:
    """For how many files of the period one counts.

    All, when it covers more than the period; of a day it covers to an hour, its share; otherwise one.
    """
    first, last = arrival.days
    if first >= beginning and last <= last_day(term, beginning):
        return 1
    if term.rhythm == Rhythm.DAILY and last == beginning:
        return max(term.parts * arrival.until // 24, 1)
    return term.parts
