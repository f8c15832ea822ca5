"""Jobs: part of the transaction; run again after any death of their worker; one at a time under a lock."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from canton.kernel import jobs
from canton.kernel.worker import CLAIM, SILENCE

BEAT = 0.25  # seconds
WORKER = """
import django, os, sys, time
django.setup()
from pathlib import Path
from canton.kernel import jobs, worker
from canton.kernel.errors import CantonError

notes = Path(sys.argv[1])
worker.HEARTBEAT = float(sys.argv[2])

def note(text):
    with notes.open("a") as file:
        file.write(text + "\\n")

class Away(CantonError):
    code = "E-AWAY"
    transient = True

@jobs.task(name="test.note")
def write(text):
    note(text)

@jobs.task(name="test.slow")
def slow(text, seconds):
    note(f"start {text}")
    if notes.with_suffix(".quick").exists():
        seconds = 0
    time.sleep(seconds)
    note(f"end {text}")

@jobs.task(name="test.away")
def away(text):
    note(text)
    raise Away()

@jobs.task(name="test.wrong")
def wrong(text):
    note(text)
    raise ValueError(text)

@jobs.task(name="test.enqueue")
def enqueue(fail):
    from django.db import transaction
    with transaction.atomic():
        jobs.enqueue("test.note", text="from a job")
        if fail:
            raise ValueError("rolled back")

worker.work(at_once=2)
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes"
    path.touch()
    return path


@pytest.fixture
def worker(notes: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers; all are gone afterwards."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "canton.settings", "CANTON_LOG": "CRITICAL"}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen([sys.executable, "-c", WORKER, str(notes), str(BEAT)], env=environment)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(met: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def said(notes: Path) -> list[str]:
    return notes.read_text().splitlines()


def state(number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [number])
        row = cursor.fetchone()
    return str(row[0]) if row else "none"


def silent() -> float:
    """Seconds since the heart of the most silent worker beat."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - min(last_heartbeat)) FROM procrastinate_workers"
        )
        return float(cursor.fetchone()[0])


def test_no_commit_no_job() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = jobs.enqueue("test.note", text="never")
        raise ZeroDivisionError
    assert state(lost) == "none"
    with transaction.atomic():
        kept = jobs.enqueue("test.note", text="some day")
    assert state(kept) == "todo"


def test_jobs_run_fail_and_are_retried_as_they_deserve(
    notes: Path, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    good = jobs.enqueue("test.note", text="荔湾")
    wrong = jobs.enqueue("test.wrong", text="wrong")
    away = jobs.enqueue("test.away", text="away")
    jobs.enqueue("test.enqueue", fail=True)
    jobs.enqueue("test.enqueue", fail=False)
    process = worker()
    until(lambda: said(notes).count("away") >= 2 and "from a job" in said(notes))
    until(lambda: state(good) == "succeeded")
    assert state(wrong) == "failed"
    assert said(notes).count("wrong") == 1
    assert state(away) in ("todo", "doing")
    assert said(notes).count("from a job") == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def test_a_killed_workers_job_is_run_again_within_seconds(
    notes: Path, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    number = jobs.enqueue("test.slow", text="x", seconds=60, lock="batch 1")
    after = jobs.enqueue("test.note", text="after", lock="batch 1")
    first = worker()
    until(lambda: said(notes) == ["start x"])
    first.kill()
    first.wait()
    notes.with_suffix(".quick").touch()
    worker()
    until(lambda: state(after) == "succeeded")  # a worker that is only silent is given a day
    assert said(notes) == ["start x", "start x", "end x", "after"]
    assert state(number) == "succeeded"


def test_a_living_workers_job_is_left_alone_however_late_its_heartbeat(
    notes: Path, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    for text in "xy":  # both hands full: a free one could be fetching the next job when it is stopped
        jobs.enqueue("test.slow", text=text, seconds=60)
    stopped = worker()
    until(lambda: sorted(said(notes)) == ["start x", "start y"])
    stopped.send_signal(signal.SIGSTOP)  # alive, but its heart stands still
    worker()
    jobs.enqueue("test.note", text="other work goes on")
    until(lambda: "other work goes on" in said(notes))
    until(lambda: silent() > SILENCE + 4 * BEAT)  # long enough for the other to have looked for the dead
    assert sorted(said(notes)) == ["other work goes on", "start x", "start y"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [CLAIM])
        assert cursor.fetchone()[0] == 2


def test_a_worker_whose_database_session_is_cut_ends_at_once(
    notes: Path, worker: Callable[[], subprocess.Popen[bytes]], app_url: str
) -> None:
    jobs.enqueue("test.slow", text="x", seconds=60)
    process = worker()
    until(lambda: said(notes) == ["start x"])
    with psycopg.connect(app_url) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s",
            [CLAIM],
        )
    assert process.wait(timeout=60) == 75


def test_jobs_under_one_lock_do_not_overlap(
    notes: Path, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    for text in "ab":
        jobs.enqueue("test.slow", text=text, seconds=0.5, lock="batch 1")
    worker()
    until(lambda: len(said(notes)) == 4)
    assert said(notes) == ["start a", "end a", "start b", "end b"]
