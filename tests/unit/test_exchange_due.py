"""What is due when, and how a report stands: days, months, grace, corrections, periods of every spelling."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from canton.exchange import due
from canton.exchange.due import Arrival, Term

ZONE = ZoneInfo("Asia/Shanghai")
DAILY = Term("daily", 1, time(8, 0), timedelta(hours=1), date(2026, 11, 1))
MONTHLY = Term("monthly", 5, time(18, 0), timedelta(), date(2026, 1, 1), date(2026, 12, 31))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("202602", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-11-22", date(2026, 11, 22), date(2026, 11, 22)),
        ("20261122", date(2026, 11, 22), date(2026, 11, 22)),
        ("2026-11-22T16", date(2026, 11, 22), date(2026, 11, 22)),
        ("2026-11-22-night", date(2026, 11, 22), date(2026, 11, 22)),
        ("20261023-1122T16", date(2026, 10, 23), date(2026, 11, 22)),
        ("20261215-0103", date(2026, 12, 15), date(2027, 1, 3)),
    ],
)
def test_period_names_its_days(period: str, first: date, last: date) -> None:
    assert due.days_of(period) == (first, last)


@pytest.mark.parametrize(
    "period", ["", "spring", "2026-13", "2026-02-30", "26112216-112218", "20260229-0301"]
)
def test_period_without_days_names_none(period: str) -> None:
    assert due.days_of(period) is None


def test_package_that_does_not_say_is_about_what_was_over_last() -> None:
    came = date(2026, 3, 1)
    assert due.days_reported(DAILY, "week9", came) == (date(2026, 2, 28), date(2026, 2, 28))
    assert due.days_reported(MONTHLY, "", came) == (date(2026, 2, 1), date(2026, 2, 28))


def test_what_is_due_and_when() -> None:
    days = due.beginnings(DAILY, date(2026, 10, 30), date(2026, 11, 2))
    assert [due.name(DAILY, day) for day in days] == ["2026-11-01", "2026-11-02"]  # not before it starts
    assert due.due_at(DAILY, days[0], ZONE) == local(2026, 11, 2, 8)
    months = due.beginnings(MONTHLY, date(2025, 11, 1), date(2027, 2, 1))
    assert [due.name(MONTHLY, day) for day in months][::11] == ["2026-01", "2026-12"]
    assert due.due_at(MONTHLY, date(2026, 12, 1), ZONE) == local(2027, 1, 5, 18)
    assert due.due_at(MONTHLY, date(2026, 2, 1), ZONE) == local(2026, 3, 5, 18)


DAY = date(2026, 11, 10)
BEFORE, IN_GRACE, AFTER = local(2026, 11, 11, 7, 59), local(2026, 11, 11, 8, 30), local(2026, 11, 11, 9, 1)


def came(at: datetime, day: date = DAY, *, refused: bool = False) -> Arrival:
    return Arrival((day, day), at.astimezone(UTC), refused)


@pytest.mark.parametrize(
    ("arrivals", "now", "wanted"),
    [
        ([], BEFORE, "wait"),
        ([], IN_GRACE, "grace"),
        ([], AFTER, "late"),
        ([came(BEFORE, date(2026, 11, 9))], AFTER, "late"),  # of another day
        ([came(IN_GRACE)], AFTER, "ok"),
        ([came(AFTER)], AFTER, "after"),
        ([came(BEFORE), came(AFTER)], AFTER, "ok"),  # a correction
        ([came(BEFORE, refused=True)], AFTER, "bad"),
        ([came(BEFORE, refused=True), came(AFTER)], AFTER, "after"),
        ([Arrival((date(2026, 10, 1), date(2026, 11, 30)), BEFORE)], AFTER, "ok"),  # of many days
    ],
)
def test_how_it_stands(arrivals: list[Arrival], now: datetime, wanted: str) -> None:
    assert due.standing(DAILY, DAY, arrivals, ZONE, now) == wanted


MANY = Term("daily", 1, time(8, 0), timedelta(hours=1), date(2026, 11, 1), parts=8)
SPAN = (date(2026, 11, 1), DAY)


def parts(count: int, at: datetime = BEFORE) -> list[Arrival]:
    return [Arrival((DAY, DAY), at, name=f"{DAY}T{hour}/1") for hour in range(count)]


@pytest.mark.parametrize(
    ("arrivals", "now", "wanted", "there"),
    [
        (parts(1), BEFORE, "wait", 1),  # the first of several is not the day
        (parts(7), AFTER, "part", 7),
        (parts(7) + parts(7, AFTER), AFTER, "part", 7),  # corrections of the same
        (parts(8), AFTER, "ok", 8),
        (parts(20), AFTER, "ok", 8),
        ([*parts(7), Arrival((DAY, DAY), AFTER, name="last")], AFTER, "after", 8),
        ([*parts(7), Arrival((DAY, DAY), BEFORE, refused=True, name="last")], AFTER, "part", 7),
        ([Arrival((DAY, DAY), BEFORE, refused=True, name="only")], AFTER, "bad", 0),
        ([Arrival((DAY, date(2026, 11, 12)), BEFORE)], AFTER, "ok", 8),  # covers the day and more
        ([Arrival(SPAN, BEFORE, name="span", until=16)], AFTER, "part", 5),  # two thirds of its last day
        ([Arrival(SPAN, BEFORE, name="span", until=16), *parts(3)], AFTER, "ok", 8),
    ],
)
def test_day_of_several_files_is_complete_when_all_are_there(
    arrivals: list[Arrival], now: datetime, wanted: str, there: int
) -> None:
    assert due.standing(MANY, DAY, arrivals, ZONE, now) == wanted
    assert due.came(MANY, DAY, arrivals) == there


@pytest.mark.parametrize(
    ("period", "hour"), [("20261023-1122T16", 16), ("20261023-1122", 24), ("2026-11-22T16", 24), ("x", 24)]
)
def test_span_says_at_which_hour_its_last_day_ends(period: str, hour: int) -> None:
    assert due.last_hour(period) == hour
