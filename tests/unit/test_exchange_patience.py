"""Trying again: soon at first, never too often, and never so late that nobody notices."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from canton.exchange.patience import until_next_attempt, until_next_question


def test_first_attempts_follow_within_seconds():
    assert [until_next_attempt(n).total_seconds() for n in (1, 2, 3, 4)] == [2, 4, 8, 16]


@given(some.integers(min_value=0, max_value=10_000))
def test_no_pause_between_attempts_is_longer_than_five_minutes(attempts):
    assert timedelta(seconds=2) <= until_next_attempt(attempts) <= timedelta(minutes=5)


@given(some.lists(some.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)), min_size=2))
def test_receipts_are_asked_for_less_often_the_longer_it_takes(waits):
    pauses = [until_next_question(waited) for waited in sorted(waits)]
    assert all(earlier <= later for earlier, later in pairwise(pauses))
    assert timedelta(seconds=1) <= pauses[0] and pauses[-1] <= timedelta(minutes=1)
