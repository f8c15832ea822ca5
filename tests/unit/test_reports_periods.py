"""Ranges of days: what each is, what comes before and after, what it is compared with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canton.reports.comparison import change
from canton.reports.engine import ready
from canton.reports.errors import BadRange
from canton.reports.periods import KINDS, Period, containing

DAYS = st.dates(date(1999, 1, 1), date(2030, 12, 31))


@given(DAYS, st.sampled_from(KINDS))
def test_a_calendar_period_holds_its_day_and_borders_its_neighbours(day, kind):
    period = containing(day, kind)
    assert period.start <= day <= period.end
    assert period.kind == kind
    assert period.previous.end == period.start - timedelta(days=1)
    assert period.moved(1).start == period.end + timedelta(days=1)
    assert period.moved(1).previous == period


@pytest.mark.parametrize(
    ("start", "end", "kind", "previous", "year_before"),
    [
        ((2026, 3, 1), (2026, 3, 31), "month", (date(2026, 2, 1), date(2026, 2, 28)), date(2025, 3, 1)),
        ((2024, 2, 29), (2024, 2, 29), "day", (date(2024, 2, 28), date(2024, 2, 28)), date(2023, 2, 28)),
        ((2026, 11, 16), (2026, 11, 22), "week", (date(2026, 11, 9), date(2026, 11, 15)), date(2025, 11, 17)),
        ((2026, 1, 1), (2026, 3, 31), "quarter", (date(2025, 10, 1), date(2025, 12, 31)), date(2025, 1, 1)),
        ((2026, 3, 5), (2026, 3, 14), "custom", (date(2026, 2, 23), date(2026, 3, 4)), date(2025, 3, 5)),
    ],
)
def test_what_a_period_is_compared_with(start, end, kind, previous, year_before):
    period = Period(date(*start), date(*end))
    assert period.kind == kind
    assert (period.previous.start, period.previous.end) == previous
    assert period.year_before.start == year_before


def test_a_range_that_ends_before_it_starts_or_lasts_more_than_ten_years_is_refused():
    with pytest.raises(BadRange, match="1999-01-31"):
        Period(date(1999, 1, 31), date(1999, 1, 1))
    with pytest.raises(BadRange):
        Period(date(1999, 1, 1), date(2019, 1, 1))


@pytest.mark.parametrize(
    ("figure", "now", "before", "amount", "verdict"),
    [
        ("service_level", 0.887, 0.881, 0.6, "ok"),
        ("service_level", 0.80, 0.881, -8.1, "bad"),
        ("abandonment", 0.031, 0.045, -1.4, "ok"),
        ("asa_s", 9.0, 8.0, 12.5, "bad"),
        ("offered", 110, 100, 10.0, ""),
        ("asa_s", 8.0, 8.0, 0.0, ""),
    ],
)
def test_a_change_is_in_points_for_rates_and_red_means_worse(figure, now, before, amount, verdict):
    made = change(ready("traffic").figure(figure), now, before)
    assert (made.amount, made.verdict) == (amount, verdict)
    assert made.in_points == (figure in ("service_level", "abandonment"))


def test_without_something_to_compare_with_there_is_no_change():
    figure = ready("traffic").figure("asa_s")
    assert change(figure, None, 8.0) is None
    assert change(figure, 8.0, None) is None
    assert change(figure, 8.0, 0) is None
