"""Which hours the demonstration sends in which batch, and that it never sends an hour in two."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from canton.demo.plan import HELD_BACK, Ledger, Luck, Span, history, hours

NOW = datetime(2026, 11, 22, 16, 40)  # noqa: DTZ001 - wall clock of the cities


def test_history_ends_where_the_live_hours_begin() -> None:
    span = history("4401", now=NOW, days=28)
    assert span == Span("4401", datetime(2026, 10, 25), datetime(2026, 11, 22, 10))  # noqa: DTZ001
    live = list(hours("4401", start=span.end, now=NOW))
    assert [each.start.hour for each in live] == [10, 11, 12, 13, 14, 15]
    assert live[0].start == span.end
    assert all(before.end == after.start for before, after in pairwise(live))
    assert live[-1].end == NOW.replace(minute=0)
    assert len(live) == HELD_BACK / timedelta(hours=1)


def test_history_just_after_midnight_starts_on_a_full_day() -> None:
    span = history("4401", now=datetime(2026, 3, 1, 2, 5), days=1)  # noqa: DTZ001
    assert span == Span("4401", datetime(2026, 2, 27), datetime(2026, 2, 28, 20))  # noqa: DTZ001


def test_an_unfinished_hour_is_not_sent() -> None:
    assert list(hours("4401", start=NOW.replace(minute=0), now=NOW)) == []


def test_periods_are_short_and_tell_spans_apart() -> None:
    start = datetime(2026, 10, 25)  # noqa: DTZ001
    lengths = [timedelta(hours=count) for count in (1, 2, 24, 7 * 24, 28 * 24 + 16)]
    periods = [Span("4401", start, start + length).period for length in lengths]
    short = ["2026-10-25T00", "20261025-1025T02", "2026-10-25"]
    assert periods == [*short, "20261025-1101T00", "20261025-1122T16"]
    assert max(map(len, periods)) <= 16


def test_luck_is_rare_fixed_and_spares_history() -> None:
    spans = [
        Span(city, start, start + timedelta(hours=1))
        for city in ("4401", "4403", "4408")
        for start in (NOW.replace(minute=0) - timedelta(hours=hour) for hour in range(500))
    ]
    found = [span.luck for span in spans]
    assert found == [span.luck for span in spans]
    assert 15 <= found.count(Luck.DAMAGED) <= 90
    assert 50 <= found.count(Luck.UNTIDY) <= 150
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
