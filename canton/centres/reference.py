"""Loads the tree of centres, their departments and desks, and the number segments.

Loading an edition of the data again does nothing. A later edition changes and adds rows; it never deletes
one, because contacts and accounts may refer to it, and leaves alone what people changed since.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from django.db import connection, models, transaction

from . import almanac, calendars
from .calendar import parse_hours
from .choices import Tier
from .models import (
    CalendarDay,
    CalendarYear,
    Centre,
    Dated,
    Department,
    Desk,
    Edition,
    Segment,
    SegmentChange,
    SegmentPlan,
)
from .territory import Territory, published

DATA = Path(__file__).parent / "data"
NATION = "0"
PROVINCE = "广东"  # whose cities the segments are read for
ORGANISATION = ("centres.csv", "departments.csv", "desks.csv")


def load(now: datetime) -> None:
    """Bring centres, departments, desks and segments up to the editions of this release; now: aware."""
    load_organisation(now)
    load_segments(published(), now)
    load_calendar(now)


def load_organisation(now: datetime, folder: Path = DATA) -> None:
    """Load centres, then each tier's departments and desks at every centre of the tier."""
    fingerprint = hashlib.sha256(b"".join((folder / name).read_bytes() for name in ORGANISATION)).hexdigest()
    load_edition("organisation", fingerprint, now, lambda: _organisation(folder))


def load_segments(territory: Territory, now: datetime) -> None:
    """Load the province's number segments; needs the cities."""
    cities = dict(
        Centre.objects.filter(tier=Tier.CITY, parent__name=PROVINCE).values_list("area_code", "code")
    )
    fingerprint = hashlib.sha256(f"{territory.fingerprint} {sorted(cities.items())}".encode()).hexdigest()
    load_edition("segments", fingerprint, now, lambda: _segments(territory.segments(PROVINCE, cities)))


def load_calendar(now: datetime) -> None:
    """Load the nation's calendar: every day published so far, and working hours if it has none yet."""
    hours = (DATA / "working_hours.csv").read_bytes()
    fingerprint = hashlib.sha256(almanac.fingerprint().encode() + hours).hexdigest()
    load_edition("calendar", fingerprint, now, _calendar)


@transaction.atomic
def load_edition(name: str, fingerprint: str, now: datetime, load: Callable[[], int]) -> bool:
    """Run `load` (answers its number of rows) unless this edition is the one loaded; whether it ran."""
    if Edition.objects.select_for_update().filter(name=name, fingerprint=fingerprint).exists():
        return False
    rows = load()
    edition = {"fingerprint": fingerprint, "rows": rows, "loaded_at": now}
    Edition.objects.update_or_create(name=name, defaults=edition)
    return True


def put(rows: Iterable[models.Model], *, key: tuple[str, ...]) -> int:
    """Insert rows, or update those whose key is there already; how many there were.

    Rows that people changed (their `version` is above 1) stay as people left them.
    """
    found = list(rows)
    if not found:
        return 0
    model = type(found[0])
    if issubclass(model, Dated):
        theirs = set(model._default_manager.filter(version__gt=1).values_list(*key))
        found = [row for row in found if tuple(_keyed(row, key)) not in theirs]
    fields = [f.name for f in model._meta.concrete_fields if f.name not in key and f.name != "id"]
    model._default_manager.bulk_create(
        found, update_conflicts=True, unique_fields=list(key), update_fields=fields
    )
    return len(found)


def _keyed(row: models.Model, key: tuple[str, ...]) -> Iterable[object]:
    return (getattr(row, row._meta.get_field(name).attname) for name in key)  # type: ignore[union-attr]


def _organisation(folder: Path) -> int:
    rows = _read(folder / "centres.csv")
    for tier in Tier:  # parents first
        put((_centre(row) for row in rows if row["tier"] == tier), key=("code",))
    centres = list(Centre.objects.all())
    departments = _per_centre(centres, _read(folder / "departments.csv"))
    count = len(rows) + put(
        (_department(centre, position, row) for centre, position, row in departments), key=("centre", "code")
    )
    known = {(row.centre_id, row.code): row for row in Department.objects.all()}
    desks = _per_centre(centres, _read(folder / "desks.csv"))
    return count + put(
        (_desk(known[centre.code, row["department"]], position, row) for centre, position, row in desks),
        key=("centre", "code"),
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _per_centre(
    centres: list[Centre], rows: list[dict[str, str]]
) -> Iterable[tuple[Centre, int, Mapping[str, str]]]:
    """Each centre with each row of its tier, numbered in the order of the file."""
    return ((c, n, row) for c in centres for n, row in enumerate(rows) if row["tier"] == c.tier)


def _centre(row: Mapping[str, str]) -> Centre:
    return Centre(
        code=row["code"],
        tier=row["tier"],
        parent_id=row["parent"] or None,
        division=row["division"],
        name=row["name"],
        name_en=row["name_en"],
        letters=row["letters"],
        area_code=row["area_code"],
    )


def _department(centre: Centre, position: int, row: Mapping[str, str]) -> Department:
    return Department(
        centre=centre, code=row["code"], name=row["name"], name_en=row["name_en"], position=position
    )


def _desk(department: Department, position: int, row: Mapping[str, str]) -> Desk:
    return Desk(
        centre_id=department.centre_id,
        department=department,
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        role=row["role"],
        position=position,
    )


def _calendar() -> int:
    """Days people set by hand stay; a day the tables no longer have goes."""
    calendar = calendars.own(NATION)
    theirs = set(calendar.days.filter(by_person=True).values_list("day", flat=True))
    calendar.days.filter(by_person=False).delete()
    found = [
        CalendarDay(calendar=calendar, day=row.day, working=row.working, name=row.name, name_en=row.name_en)
        for row in almanac.days()
        if row.day not in theirs
    ]
    CalendarDay.objects.bulk_create(found)
    years = [CalendarYear(calendar=calendar, year=year, source=almanac.source()) for year in almanac.years()]
    CalendarYear.objects.bulk_create(years, ignore_conflicts=True)
    if not calendar.hours.exists():
        rows = _read(DATA / "working_hours.csv")
        calendars.put_week(calendar, [(int(row["weekday"]), parse_hours(row["hours"])) for row in rows])
    return len(found)


def _segments(rows: Iterable[tuple[str, str]]) -> int:
    """COPY into a table of this transaction, then one upsert: 56,000 rows in a third of a second.

    What people decided of a segment stays.
    """
    table = Segment._meta.db_table
    if not re.fullmatch(r"\w+", table):
        raise ValueError(table)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE arriving (prefix text, centre text) ON COMMIT DROP")
        with cursor.copy("COPY arriving FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO {table} (prefix, centre_id) SELECT prefix, centre FROM arriving "
            f"WHERE NOT EXISTS (SELECT FROM {SegmentChange._meta.db_table} c "
            f"JOIN {SegmentPlan._meta.db_table} p ON p.id = c.plan_id "
            "WHERE c.prefix = arriving.prefix AND p.state = 'applied') "
            "ON CONFLICT (prefix) DO UPDATE SET centre_id = excluded.centre_id "
            f"WHERE {table}.centre_id <> excluded.centre_id"
        )
        cursor.execute("SELECT count(*) FROM arriving")
        count: int = cursor.fetchone()[0]
        cursor.execute("DROP TABLE arriving")
    return count
