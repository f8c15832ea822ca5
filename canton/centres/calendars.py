"""Working calendars as the database has them: the centre's own, over that of each centre above it."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from .calendar import WEEK, Day, Festival, Hours, Interval, WorkingCalendar, parse_hours
from .models import Calendar, CalendarDay, CalendarYear, Centre, WorkingHours

DATA = Path(__file__).parent / "data"


def of(centre: Centre, *, start: date | None = None, end: date | None = None) -> WorkingCalendar:
    """The calendar that holds at a centre: its own days and hours, else those above it; five queries.

    start, end: only the days from one to the other are looked up, both inclusive; all unless told.
    """
    chain = lineage(centre)
    days = {row.day: day(row) for row in differing(chain, start=start, end=end)}
    published = CalendarYear.objects.filter(calendar__in=chain).values_list("year", flat=True)
    return WorkingCalendar(days, frozenset(published), week(chain), festivals())


def lineage(centre: Centre) -> list[str]:
    """Codes of the centre and of those above it, the nearest first."""
    codes: list[str] = []
    found: Centre | None = centre
    while found is not None:
        codes.append(found.code)
        found = found.parent
    return codes


def differing(
    chain: Sequence[str], *, start: date | None = None, end: date | None = None
) -> list[CalendarDay]:
    """Days that are not as their weekday has them, each from the nearest calendar that says so, in order."""
    rows = CalendarDay.objects.filter(calendar__in=chain)
    if start:
        rows = rows.filter(day__gte=start)
    if end:
        rows = rows.filter(day__lte=end)
    nearest: dict[date, CalendarDay] = {}
    for row in sorted(rows, key=lambda row: -chain.index(row.calendar_id)):
        nearest[row.day] = row
    return [nearest[each] for each in sorted(nearest)]


def hours_kept_at(chain: Sequence[str]) -> str | None:
    """Code of the nearest centre that has working hours of its own."""
    keep = set(WorkingHours.objects.filter(calendar__in=chain).values_list("calendar", flat=True))
    return next((code for code in chain if code in keep), None)


def week(chain: Sequence[str]) -> tuple[Hours, ...]:
    """Hours of Monday to Sunday, of the nearest calendar that has any."""
    rows = WorkingHours.objects.filter(calendar=hours_kept_at(chain)).order_by("weekday", "start")
    found = {
        number: tuple(_interval(row) for row in same)
        for number, same in groupby(rows, lambda row: row.weekday)
    }
    return tuple(found.get(number, ()) for number in range(WEEK))


def day(row: CalendarDay) -> Day:
    """A row as the calendar reckons with it."""
    own = parse_hours(row.hours) if row.hours else None
    return Day(row.working, row.name, row.name_en, row.reason, own)


@cache
def festivals() -> tuple[Festival, ...]:
    """Festivals of fixed date (data/festivals.csv), for years nobody has published."""
    with (DATA / "festivals.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_festival(row) for row in csv.DictReader(file))


def own(code: str) -> Calendar:
    """The calendar row of a centre, made when it has none yet."""
    return Calendar.objects.get_or_create(centre_id=code)[0]


def put_week(calendar: Calendar, hours: Iterable[tuple[int, Hours]]) -> None:
    """Replace the hours of a calendar; the caller's transaction holds both steps together."""
    WorkingHours.objects.filter(calendar=calendar).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(calendar=calendar, weekday=number, start=part.start, end=part.end)
        for number, parts in hours
        for part in parts
    )


def _interval(row: WorkingHours) -> Interval:
    return Interval(row.start, row.end)


def _festival(row: dict[str, str]) -> Festival:
    last = int(row["last"]) if row["last"] else None
    month, on, first = int(row["month"]), int(row["day"]), int(row["first"])
    return Festival(month, on, first, last, row["name"], row["name_en"])
