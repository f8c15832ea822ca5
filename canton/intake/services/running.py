"""Running a batch through its steps, from wherever the last run was killed.

A step writes its folder beside and renames it, and only then is entered as done; one that was cut short is
done again from the folder before it. What the warehouse shows changes in the one transaction of the load.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from canton.kernel import locks
from canton.kernel.configuration import home
from canton.kernel.errors import CantonError
from canton.kernel.jobs import LOST_DATABASE
from canton.records.disk import FULL
from canton.records.selectors import shelf_state

from .. import journal
from ..choices import Step, StepState
from ..errors import DatabaseLost, OutOfSpace, Overtaken, Unexpected
from ..models import Batch
from ..refusals import FileRefused
from . import receipts, stages
from .acceptance import lock_of
from .stages import Clock, Work

Progress = Callable[[Step], None]

STAGES: Mapping[Step, Callable[[Work], None]] = {
    Step.CHECK: stages.check,
    Step.CLASSIFY: stages.classify,
    Step.SORT: stages.sort,
    Step.LOAD: stages.load,
    Step.RECEIPT: receipts.answer,
}
LEAVES_A_FOLDER = frozenset({Step.CHECK, Step.CLASSIFY, Step.SORT})


@dataclass(frozen=True, slots=True)
class Run:
    """A batch as a run left it, and whether anything had been left to do."""

    batch: Batch
    worked: bool


def run(number: str, *, clock: Clock, progress: Progress = lambda step: None) -> Run:
    """Do what is left of a batch: check, classify, sort, load, receipt. One at a time per centre and dataset.

    A file that breaks the agreement as a whole ends refused, and that is no error.

    Raises:
        CantonError: a step failed; the batch says so, and goes on from that step when it is run again.
    """
    batch = Batch.objects.select_related("centre", "original").get(number=number)
    with locks.only_one(lock_of(batch)):
        batch.refresh_from_db(from_queryset=Batch.objects.select_related("centre", "original"))
        place = home() / "work" / batch.number
        left = _steps_left(batch, place)
        if left:
            _carry_out(left, Work(batch, place, clock), progress)
        else:
            receipts.answer_deliveries(batch, now=clock())
        shutil.rmtree(place, ignore_errors=True)
    return Run(batch, worked=bool(left))


def _carry_out(left: Iterable[Step], work: Work, progress: Progress) -> None:
    """Do these steps; whatever stops them is written down before it is raised."""
    try:
        try:
            _do(left, work, progress)
        except FileRefused as error:
            journal.refuse(work.batch, error, now=work.clock())
            _do([Step.RECEIPT], work, progress)
    except LOST_DATABASE as error:
        raise DatabaseLost from error  # nothing can be written down; the next run begins with this step
    except Exception as error:
        failure = _as_failure(error)
        journal.fail(work.batch, failure, now=work.clock())
        raise failure from error


def _do(steps: Iterable[Step], work: Work, progress: Progress) -> None:
    batch = work.batch
    if batch.replaced_by is not None and not batch.finished:
        raise Overtaken(by=batch.replaced_by.number)
    for step in steps:
        progress(step)
        journal.begin(batch, step, now=work.clock())
        STAGES[step](work)


def _steps_left(batch: Batch, place: Path) -> list[Step]:
    """The steps to do, in order: from the first one not done, or whose result is gone or out of date."""
    done = set(batch.steps.filter(state=StepState.DONE).values_list("step", flat=True))
    if batch.finished:
        return [] if Step.RECEIPT in done else [Step.RECEIPT]
    steps = list(STAGES)
    if batch.checked_against != shelf_state(batch.dataset, batch.centre_id):
        return steps
    kept = [step for step in steps if step in LEAVES_A_FOLDER and step in done and (place / step).is_dir()]
    while kept != steps[: len(kept)]:
        kept.pop()
    return steps[len(kept) :]


def _as_failure(error: Exception) -> CantonError:
    """The house's own failure for whatever a step raised."""
    if isinstance(error, CantonError):
        return error
    if isinstance(error, OSError) and error.errno in FULL:
        return OutOfSpace()
    if isinstance(error, duckdb.Error) and os.strerror(errno.ENOSPC) in str(error):
        return OutOfSpace()
    return Unexpected(kind=type(error).__name__)
