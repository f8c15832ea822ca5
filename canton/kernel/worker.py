"""The process that runs jobs. A worker that dies is noticed within seconds and its jobs are run again.

Every worker holds an advisory lock on a connection of its own. PostgreSQL lets go of it when the worker
dies, however it dies; the others look every second for workers without lock and heartbeat. A worker that
loses its own lock (the database went away) ends at once, because its jobs may be given to another.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

import psycopg
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app as house
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.worker import Worker

HEARTBEAT = 1.0  # seconds
SILENCE = 3  # seconds without heartbeat before a worker without lock counts as dead
RUNS = 20  # a job that outlives its worker as often is given up: it probably kills it
CLAIM = 0x43414E54  # "CANT", the class of our advisory locks with two keys
LOST_CLAIM = 75  # exit code, as EX_TEMPFAIL

log = logging.getLogger(__name__)

# The worker rows are locked, so of several sweepers only one frees the jobs of a dead worker.
DEAD = """
SELECT id FROM procrastinate_workers w
 WHERE last_heartbeat < now() - make_interval(secs => %(silence)s)
   AND NOT EXISTS (SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %(claim)s AND objid = w.id::oid
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
   FOR UPDATE SKIP LOCKED"""
FREE = """
SELECT id, task_name, attempts,
       CASE WHEN attempts + 1 < %(runs)s THEN procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
            ELSE procrastinate_finish_job_v1(id, 'failed', false) END
  FROM procrastinate_jobs WHERE status = 'doing' AND (worker_id = ANY(%(dead)s) OR worker_id IS NULL)
   FOR UPDATE SKIP LOCKED"""


def work(*, at_once: int) -> None:
    """Run jobs until SIGTERM or SIGINT; `at_once` of them side by side. Django must be set up."""
    asyncio.run(_work(at_once))


async def _work(at_once: int) -> None:
    django = cast(DjangoConnector, house.connector)
    app = house.with_connector(
        django.get_worker_connector()
    )  # the house's own stays in Django's transactions
    async with app.open_async():
        claimed = asyncio.Event()

        async def after_claim(run: Callable[[], Awaitable[Any]], *_: object) -> Any:
            await claimed.wait()
            return await run()

        options: WorkerOptions = {
            **app.worker_defaults,
            "concurrency": at_once,
            "fetch_job_polling_interval": 1.0,
            "update_heartbeat_interval": HEARTBEAT,
            "stalled_worker_timeout": 86_400,  # ours is surer, see above
            "worker_middleware": [after_claim],
        }
        worker = Worker(app=app, **options)
        claim = asyncio.create_task(_hold_claim(worker, claimed), name="claim")
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            claim.cancel()
            with suppress(asyncio.CancelledError):
                await claim


async def _hold_claim(worker: Worker, claimed: asyncio.Event) -> None:
    try:
        async with await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as session:
            while worker.worker_id is None:
                await asyncio.sleep(0.05)
            await session.execute("SELECT pg_advisory_lock(%s, %s)", [CLAIM, worker.worker_id])
            known = await session.execute(
                "SELECT FROM procrastinate_workers WHERE id = %s", [worker.worker_id]
            )
            if await known.fetchone() is None:
                log.error("This worker was taken for dead before it could claim its place; it ends")
                os._exit(LOST_CLAIM)
            claimed.set()
            while True:
                await free_jobs_of_the_dead(session)
                async for _ in session.notifies(timeout=HEARTBEAT):
                    pass  # none comes; this is a sleep that a lost connection ends at once
    except psycopg.OperationalError as error:
        log.error("The database went away, this worker ends: %s", str(error).strip())
        os._exit(LOST_CLAIM)


async def free_jobs_of_the_dead(session: psycopg.AsyncConnection[tuple[object, ...]]) -> int:
    """Queue again the jobs of workers that died; answer how many there were."""
    async with session.transaction():
        rows = await session.execute(DEAD, {"silence": SILENCE, "claim": CLAIM})
        dead = [row[0] for row in await rows.fetchall()]
        jobs = await (await session.execute(FREE, {"runs": RUNS, "dead": dead})).fetchall()
        if dead:
            await session.execute("DELETE FROM procrastinate_workers WHERE id = ANY(%s)", [dead])
    for number, name, attempts, _ in jobs:
        log.warning("Job %s (%s) lost its worker in attempt %s; it is run again", number, name, attempts)
    return len(jobs)
