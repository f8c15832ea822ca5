"""How figures, times and numbers are written for people."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from canton.shell import figures


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0, "0", "0"),
        (1234567, "1,234,567", "1,234,567"),
        (9_999_999, "9,999,999", "9,999,999"),
        (10_000_000, "1,000.0 万", "10.0 M"),
        (41_826_000, "4,182.6 万", "41.8 M"),
        (None, "—", "—"),
        ("", "—", "—"),
    ],
)
def test_numbers_have_thousands_and_from_ten_million_on_a_larger_unit(
    value: object, chinese: str, english: str
) -> None:
    with translation.override("zh-hans"):
        assert figures.number(value) == chinese
    with translation.override("en"):
        assert figures.number(value) == english


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "00:00"), (66, "01:06"), (3599, "59:59"), (3600, "1:00:00"), (7325, "2:02:05"), (None, "—")],
)
def test_durations_are_minutes_and_seconds(seconds: int | None, shown: str) -> None:
    assert figures.clock(seconds) == shown
    if seconds is not None:
        assert figures.clock(timedelta(seconds=seconds)) == shown


def test_rates_have_one_decimal_and_missing_is_not_zero() -> None:
    assert figures.percent(0.8874) == "88.7"
    assert figures.percent(0) == "0.0"
    assert figures.percent(None) == "—"


def test_times_are_the_centres_and_carry_another_year() -> None:
    this_year = timezone.localtime().year
    midnight = datetime(this_year, 3, 1, 16, 30, tzinfo=UTC)  # 00:30 of the next day in Guangdong
    assert figures.moment(midnight) == "03-02 00:30"
    assert figures.moment(datetime(1999, 1, 31, 23, 59, tzinfo=UTC)) == "1999-02-01 07:59"
    assert figures.moment(midnight, "time") == "00:30:00"
    assert figures.moment(None) == "—"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138****8000"),
        ("+8613800138000", "+86138****8000"),
        ("02085551234", "020****1234"),
        ("8555123", "85***23"),
        ("10086", "*****"),
        ("", "—"),
    ],
)
def test_numbers_of_subscribers_are_masked(number: str, shown: str) -> None:
    assert figures.masked(number) == shown


@given(st.text(st.characters(categories=["Nd"]), min_size=1, max_size=20))
def test_a_masked_number_never_shows_as_much_as_it_hides_of_a_short_one(number: str) -> None:
    shown = figures.masked(number)
    assert shown.count("*") >= min(len(number), 1)
    assert shown != number
