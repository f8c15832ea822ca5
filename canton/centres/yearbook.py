"""A year of a working calendar laid out for the eye: months, weeks from Monday, and each day's kind."""

from calendar import Calendar as Sheet
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from .calendar import DayAnswer, WorkingCalendar

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. kind: work, rest (its weekday), off (by name), makeup (worked though its weekday rests)."""

    answer: DayAnswer
    kind: str
    special: bool  # has hours of its own


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks of seven cells, Monday first; None where the week reaches into another month."""

    first: date
    weeks: list[list[Cell | None]]
    working: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row off, or worked instead, for the same reason."""

    start: date
    end: date
    answer: DayAnswer

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def months(calendar: WorkingCalendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [_month(calendar, year, number) for number in MONTHS]


def stretches(calendar: WorkingCalendar, year: int) -> list[Stretch]:
    """Every run of days that are not as their weekday has them, in order."""
    named = sorted(day for day in calendar.days if day.year == year)
    if year not in calendar.published:
        fixed = (date(year, festival.month, festival.day) for festival in calendar.festivals)
        named = sorted({*named, *(day for day in fixed if not calendar.is_working_day(day))})
    runs = groupby(
        enumerate(named), lambda at: (at[1].toordinal() - at[0], _same(calendar.is_working_day(at[1])))
    )
    return [_stretch(calendar, [day for _at, day in run]) for _key, run in runs]


def _month(calendar: WorkingCalendar, year: int, number: int) -> Month:
    weeks = [
        [_cell(calendar, day) if day.month == number else None for day in days]
        for days in Sheet().monthdatescalendar(year, number)
    ]
    return Month(date(year, number, 1), weeks, sum(1 for cell in _cells(weeks) if cell.answer))


def _cells(weeks: list[list[Cell | None]]) -> Iterator[Cell]:
    return (cell for week in weeks for cell in week if cell)


def _cell(calendar: WorkingCalendar, day: date) -> Cell:
    answer = calendar.is_working_day(day)
    usual = bool(calendar.week[day.weekday()])
    known = calendar.days.get(day)
    if answer:
        kind = "work" if usual else "makeup"
    else:
        kind = "off" if answer.name or answer.reason or usual else "rest"
    return Cell(answer, kind, bool(known and known.hours is not None))


def _same(answer: DayAnswer) -> tuple[bool, str, str]:
    return answer.working, answer.name, answer.reason


def _stretch(calendar: WorkingCalendar, days: list[date]) -> Stretch:
    return Stretch(days[0], days[-1], calendar.is_working_day(days[0]))
