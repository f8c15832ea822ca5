"""Which hours the demonstration sends in which batch, and that it never sends an hour in two."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from canton.demo.plan import HELD_BACK, Ledger, Luck, Span, history, live

NOW = datetime(2026, 11, 22, 16, 40)  # noqa: DTZ001 - wall clock of the cities
MIDNIGHT = NOW.replace(hour=0, minute=0)


def test_history_ends_where_the_live_batches_begin() -> None:
    span = history("4401", now=NOW, days=28)
    assert span == Span("4401", datetime(2026, 10, 25), datetime(2026, 11, 22, 10))  # noqa: DTZ001
    spans = list(live("4401", start=span.end, now=NOW))
    assert [each.start.hour for each in spans] == [10, 11, 12, 13, 14, 15]


@pytest.mark.parametrize("minutes", range(0, 24 * 60, 20))
def test_at_any_time_of_day_live_batches_follow_history_without_gap_or_overlap(minutes: int) -> None:
    now = MIDNIGHT + timedelta(minutes=minutes)
    span = history("4401", now=now, days=2)
    spans = list(live("4401", start=span.end, now=now))
    assert len(spans) == HELD_BACK
    assert all(before.end == after.start for before, after in pairwise([span, *spans]))
    assert timedelta(0) <= now - spans[-1].end < timedelta(hours=9)
    assert span.start.hour == 0
    assert timedelta(days=2) <= span.end - span.start < timedelta(days=3)


def test_the_night_is_one_batch() -> None:
    evening = MIDNIGHT.replace(hour=20)
    spans = list(live("4401", start=evening, now=MIDNIGHT + timedelta(days=1, hours=9)))
    assert [each.period for each in spans] == [
        "2026-11-22T20",
        "2026-11-22T21",
        "2026-11-22-night",
        "2026-11-23T07",
        "2026-11-23T08",
    ]
    assert spans[2].end - spans[2].start == timedelta(hours=9)


def test_an_unfinished_hour_is_not_sent() -> None:
    assert list(live("4401", start=NOW.replace(minute=0), now=NOW)) == []


def test_periods_are_short_and_tell_spans_apart() -> None:
    lengths = [timedelta(hours=count) for count in (1, 2, 9, 24, 7 * 24, 28 * 24 + 16)]
    spans = [Span("4401", start, start + length) for start in (MIDNIGHT, NOW) for length in lengths]
    night = Span("4401", MIDNIGHT.replace(hour=22), MIDNIGHT + timedelta(days=1, hours=7))
    periods = [span.period for span in [*spans, night]]
    assert len(set(periods)) == len(periods)
    assert max(map(len, periods)) <= 16
    assert Span("4401", MIDNIGHT, NOW.replace(minute=0)).period == "20261122-1122T16"
    assert Span("4401", NOW.replace(minute=0), MIDNIGHT + timedelta(days=2)).period == "26112216-112400"


def test_luck_is_rare_fixed_and_spares_history() -> None:
    spans = [
        Span(city, start, start + timedelta(hours=1))
        for city in ("4401", "4403", "4408")
        for start in (NOW.replace(minute=0) - timedelta(hours=hour) for hour in range(500))
    ]
    found = [span.luck for span in spans]
    assert found == [span.luck for span in spans]
    assert 10 <= found.count(Luck.DAMAGED) <= 60
    assert 15 <= found.count(Luck.FOREIGN) <= 75
    assert 45 <= found.count(Luck.UNTIDY) <= 140
    assert history("4401", now=NOW, days=28).luck is Luck.GOOD


def test_the_ledger_remembers_what_has_gone_and_what_was_on_its_way(tmp_path: Path) -> None:
    first = history("4401", now=NOW, days=2)
    ledger = Ledger(tmp_path / "ledger.json")
    assert ledger.through("4401") is None
    assert ledger.under_way("4401") is None

    ledger.begin(first)
    assert Ledger(ledger.path).under_way("4401") == first
    assert Ledger(ledger.path).through("4401") is None

    ledger.finish(first)
    assert Ledger(ledger.path).under_way("4401") is None
    assert Ledger(ledger.path).through("4401") == first.end
    assert Ledger(ledger.path).through("4403") is None
