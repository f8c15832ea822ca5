"""Runs a batch in children that SIGKILL themselves at named moments: `mortal.py NUMBER REPORT MOMENT …`.

A moment is STEP:begun (entered in the journal, nothing done), STEP:written (its folder is there, or the
load is in its transaction; not entered as done) or STEP:done (committed). The last child is left alone. For
each child one JSON line says how it ended and how many rows a reader finds afterwards.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import django
from django.utils import timezone

django.setup()

import pyarrow.parquet  # noqa: E402

from canton.intake import journal, services  # noqa: E402
from canton.intake.models import Batch  # noqa: E402
from canton.intake.services import running  # noqa: E402
from canton.records import selectors  # noqa: E402


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arrange(moment: str) -> None:
    """Have this process die at the moment."""
    step, _, when = moment.partition(":")
    stages = dict(running.STAGES)
    original, finish = stages[step], journal.finish

    def begun(*_: object) -> None:
        die()

    def done(*arguments: object) -> None:
        original(*arguments)
        die()

    def finish_written(batch: Batch, ended: str, *rest: object, **named: object) -> None:
        if ended == step:
            die()
        finish(batch, ended, *rest, **named)

    if when == "written":
        journal.finish = finish_written
    else:
        running.STAGES = {**stages, step: begun if when == "begun" else done}


def visible() -> int:
    """Rows a reader finds through the manifest."""
    files = selectors.files("contacts", centres=["4401"], start=date(1990, 1, 1), end=date(2030, 1, 1))
    return sum(pyarrow.parquet.read_metadata(file).num_rows for file in files)


def in_child(work: Callable[[], None]) -> int:
    """How a child that does the work ends: its exit code, or minus the signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
    except BaseException:  # noqa: BLE001 - told to the parent by the exit code
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def attempt(number: str, moment: str) -> None:
    if moment:
        arrange(moment)
    services.run(number, clock=timezone.now)


def tell(number: str, moment: str, ended: int, report: Path) -> None:
    facts = {"moment": moment, "ended": ended, "state": Batch.objects.get(number=number).state}
    with report.open("a") as file:
        file.write(json.dumps({**facts, "visible": visible()}) + "\n")


def main(number: str, report: Path, moments: list[str]) -> None:
    for moment in [*moments, ""]:
        ended = in_child(partial(attempt, number, moment))
        if in_child(partial(tell, number, moment, ended, report)):
            sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
