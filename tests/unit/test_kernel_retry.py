"""What may succeed later is tried again, ever more slowly; what cannot is left alone."""

import psycopg
import pytest
from django.db import IntegrityError, OperationalError
from hypothesis import given
from hypothesis import strategies as st
from procrastinate import utils
from procrastinate.jobs import Job

from canton.kernel.errors import CantonError
from canton.kernel.jobs import ATTEMPTS, LONGEST_WAIT, RetryTransient, is_transient


class Away(CantonError):
    code = "E-AWAY"
    transient = True


class Wrong(CantonError):
    code = "E-WRONG"


def job(attempts: int) -> Job:
    return Job(
        id=1, queue="default", lock=None, queueing_lock=None, task_name="t", task_kwargs={}, attempts=attempts
    )


@pytest.mark.parametrize("error", [Away(), OperationalError(), psycopg.OperationalError()])
def test_transient(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", [Wrong(), IntegrityError(), ValueError(), KeyError("x")])
def test_terminal(error: Exception) -> None:
    assert RetryTransient(ATTEMPTS).get_retry_decision(exception=error, job=job(0)) is None


@given(st.integers(0, ATTEMPTS - 2))
def test_waits_grow_to_two_minutes(attempts: int) -> None:
    decision = RetryTransient(ATTEMPTS).get_retry_decision(exception=Away(), job=job(attempts))
    assert decision is not None and decision.retry_at is not None
    wait = (decision.retry_at - utils.utcnow()).total_seconds()
    assert min(2**attempts, LONGEST_WAIT) - 1 <= wait <= min(2**attempts, LONGEST_WAIT)


def test_it_ends_after_the_last_attempt() -> None:
    assert RetryTransient(3).get_retry_decision(exception=Away(), job=job(1)) is not None
    assert RetryTransient(3).get_retry_decision(exception=Away(), job=job(2)) is None
