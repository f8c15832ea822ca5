"""Working time against a count minute by minute, and the days of published and unpublished years by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canton.centres.calendar import Day, Festival, Interval, WorkingCalendar, parse_hours, written
from canton.centres.errors import BadHours, NoWorkingTime

GUANGDONG = timedelta(hours=8)  # east of UTC; no summer time since 1991
MINUTE = timedelta(minutes=1)
OFFICE = ((540, 720), (780, 1080))
NIGHT = ((0, 360), (1320, 1440))  # the minute before midnight belongs to it
WEEK = [OFFICE, OFFICE, NIGHT, (), OFFICE, (), ()]
SPECIAL = {
    date(2026, 2, 14): (True, None),  # a Saturday worked instead
    date(2026, 2, 16): (False, None),
    date(2026, 2, 17): (False, None),
    date(2026, 2, 18): (True, ((600, 660),)),
}


def calendar(
    week: list[tuple[tuple[int, int], ...]] = WEEK, published: frozenset[int] = frozenset({2026})
) -> WorkingCalendar:
    days = {
        day: Day(working, hours=tuple(Interval(*part) for part in hours) if hours else None)
        for day, (working, hours) in SPECIAL.items()
    }
    return WorkingCalendar(days, published, [tuple(Interval(*part) for part in hours) for hours in week])


def worked_in_the_minute(moment: datetime) -> bool:
    """By the tables above, for the minute that begins at a UTC moment."""
    local = moment + GUANGDONG
    hours: tuple[tuple[int, int], ...] = WEEK[local.weekday()]
    if local.date() in SPECIAL:
        working, own = SPECIAL[local.date()]
        hours = (own or hours or OFFICE) if working else ()
    return any(start <= local.hour * 60 + local.minute < end for start, end in hours)


moments = st.integers(0, 10 * 24 * 60).map(
    lambda minutes: datetime(2026, 2, 11, 16, tzinfo=UTC) + minutes * MINUTE
)


@settings(max_examples=40, deadline=None)
@given(moments, moments)
def test_between_two_moments_as_many_minutes_as_one_counts(start: datetime, end: datetime) -> None:
    counted, at = 0, start
    while at < end:
        counted += worked_in_the_minute(at)
        at += MINUTE
    assert calendar().working_time_between(start, end).time == counted * MINUTE


@settings(max_examples=40, deadline=None)
@given(moments, st.integers(1, 1500))
def test_adding_ends_where_one_counting_minutes_ends(start: datetime, minutes: int) -> None:
    left, at = minutes, start
    while left:
        left -= worked_in_the_minute(at)
        at += MINUTE
    found = calendar().add_working_time(start, minutes * MINUTE)
    assert found.at == at
    assert calendar().working_time_between(start, found.at).time == minutes * MINUTE


@given(moments, st.integers(0, 5000), st.integers(0, 5000))
@settings(max_examples=40, deadline=None)
def test_two_stretches_one_after_the_other_are_one(start: datetime, first: int, second: int) -> None:
    known = calendar()
    middle = known.add_working_time(start, first * MINUTE).at
    assert (
        known.add_working_time(middle, second * MINUTE).at
        == known.add_working_time(start, (first + second) * MINUTE).at
    )


def test_seconds_are_kept_and_nothing_to_do_is_done_at_once() -> None:
    start = datetime(2026, 2, 13, 8, 59, 59, tzinfo=UTC)  # a Friday, 16:59:59 there
    assert calendar().add_working_time(start, timedelta(seconds=1)).at == datetime(2026, 2, 13, 9, tzinfo=UTC)
    assert calendar().add_working_time(start, timedelta()).at == start


def test_without_hours_it_says_so_instead_of_searching_for_ever() -> None:
    with pytest.raises(NoWorkingTime):
        WorkingCalendar({}, frozenset(), [()] * 7).add_working_time(datetime(2026, 1, 1, tzinfo=UTC), MINUTE)


@pytest.mark.parametrize("wrong", [datetime(2026, 1, 1), None])  # noqa: DTZ001 - that is what is wrong
def test_a_moment_without_a_zone_or_less_than_nothing_is_a_mistake(wrong: datetime | None) -> None:
    start, time = (wrong, MINUTE) if wrong else (datetime(2026, 1, 1, tzinfo=UTC), -MINUTE)
    with pytest.raises(ValueError, match=r"zone|nothing"):
        calendar().add_working_time(start, time)


FESTIVALS = (
    Festival(1, 1, 1950, None, "元旦", "New Year"),
    Festival(10, 3, 1999, None, "国庆节", "National Day"),
)


@pytest.mark.parametrize(
    ("day", "working", "provisional"),
    [
        (date(1999, 1, 1), False, True),
        (date(1999, 1, 4), True, True),
        (date(1998, 10, 3), False, True),  # a Saturday; no festival of that day before 1999
        (date(2027, 1, 1), False, True),
        (date(2027, 2, 8), True, True),  # 春节 2027, which nobody has published: it says it may change
        (date(2026, 2, 17), False, False),
        (date(2026, 2, 14), True, False),
        (date(2026, 10, 3), False, False),
    ],
)
def test_days_say_whether_their_year_is_known(day: date, working: bool, provisional: bool) -> None:
    known = WorkingCalendar(
        calendar().days, frozenset({2026}), [(Interval(540, 1080),)] * 5 + [()] * 2, FESTIVALS
    )
    answer = known.is_working_day(day)
    assert (bool(answer), answer.working, answer.provisional) == (working, working, provisional)


def test_a_deadline_past_new_year_is_provisional_and_one_before_is_not() -> None:
    known = calendar(week=[OFFICE] * 5 + [(), ()])
    start = datetime(2026, 12, 31, 1, tzinfo=UTC)
    assert known.add_working_time(start, timedelta(hours=8)).provisional is False
    assert known.add_working_time(start, timedelta(hours=9)).provisional is True
    midnight = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert known.working_time_between(start, midnight).provisional is False
    assert known.working_time_between(start, midnight + MINUTE).provisional is True


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", ()),
        ("09:00-12:00, 13:00-18:00", OFFICE),
        ("13:00–18:00； 9:00~12:00", OFFICE),
        ("00:00-06:00 22:00-24:00", NIGHT),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, hours: tuple[tuple[int, int], ...]) -> None:
    found = parse_hours(text)
    assert tuple((part.start, part.end) for part in found) == hours
    assert parse_hours(written(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "9-12",
        "12:00-09:00",
        "09:00-09:00",
        "22:00-06:00",
        "09:60-10:00",
        "09:00-12:00 11:00-13:00",
        "00:00-24:01",
        "soon",
    ],
)
def test_hours_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        parse_hours(text)
