"""Work for later: jobs kept in PostgreSQL (Procrastinate), named so that services need not import tasks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from .errors import CantonError

Task = TypeVar("Task", bound=Callable[..., Any])

ATTEMPTS = 12  # the last one comes about 9 minutes after the first
LONGEST_WAIT = 120  # seconds
LOST_DATABASE = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    ConnectorException,
)


def enqueue(
    name: str,
    *,
    queue: str = "default",
    lock: str | None = None,
    at: datetime | None = None,
    **arguments: Any,
) -> int:
    """Have the task `name` run with `arguments` (JSON); answer the job's number.

    Part of the transaction in force: no commit, no job. Jobs with the same `lock` run one after the
    other, in the order they came. `at` is the earliest time (aware).
    """
    return int(app.configure_task(name, queue=queue, lock=lock, schedule_at=at).defer(**arguments))


def task(
    *, name: str, queue: str = "default", retry: int | BaseRetryStrategy | None = None
) -> Callable[[Task], Task]:
    """Make a function of <room>/tasks.py the task `name`; the function itself stays as it is.

    retry: how many attempts a transient failure gets (12 unless told), or a strategy of your own.
    A job whose worker dies is run again from its start, so a task must bear being repeated.
    """
    strategy = retry if isinstance(retry, BaseRetryStrategy) else RetryTransient(retry or ATTEMPTS)

    def register(function: Task) -> Task:
        app.task(name=name, queue=queue, retry=strategy)(function)
        return function

    return register


def every(cron: str, *, name: str, queue: str = "default") -> Callable[[Task], Task]:
    """Make a function without arguments the task `name`, run when `cron` says (UTC), once per centre."""

    def register(function: Task) -> Task:
        def run(timestamp: int) -> None:
            function()

        registered = app.task(name=name, queue=queue, retry=RetryTransient(ATTEMPTS), queueing_lock=name)(run)
        app.periodic(cron=cron)(registered)
        return function

    return register


class RetryTransient(BaseRetryStrategy):
    """Try again what may yet succeed, waiting 1, 2, 4 … 120 seconds; leave terminal failures alone."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, or None for never."""
        if not is_transient(exception) or job.attempts + 1 >= self.attempts:
            return None
        return RetryDecision(retry_in={"seconds": min(2**job.attempts, LONGEST_WAIT)})


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed later: the error says so, or the database was away."""
    return error.transient if isinstance(error, CantonError) else isinstance(error, LOST_DATABASE)
