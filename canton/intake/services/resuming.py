"""Batches that stand still without reason are put back to work; failed ones when somebody asks for it."""

import shutil
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from procrastinate.contrib.django.models import ProcrastinateJob

from canton.audit.services import record
from canton.kernel.configuration import home

from .. import journal
from ..choices import FINISHED, State, Step, StepState
from ..errors import passes
from ..models import Batch, StepRun
from .acceptance import run_later

PATIENCE = timedelta(minutes=2)
FORGOTTEN = timedelta(days=1)


def pick_up(*, now: datetime) -> int:
    """Have workers run every unfinished batch that no job stands for; answer how many there were.

    Those are batches of commands that were killed, and of failures that pass (a full disk) and outlived the
    attempts of their job. Other failures wait for somebody to look.
    """
    answered = StepRun.objects.filter(batch=OuterRef("pk"), step=Step.RECEIPT, state=StepState.DONE)
    unfinished = Batch.objects.filter(received_at__lt=now - PATIENCE).filter(
        ~Q(state__in=FINISHED) | ~Exists(answered)
    )
    in_hand = _numbers_in_hand()
    waiting = [batch for batch in unfinished if batch.number not in in_hand and _may_pass(batch)]
    for batch in waiting:
        run_later(batch)
    return len(waiting)


def sweep(*, now: datetime) -> int:
    """Remove work folders nobody will go on with, untouched for a day; answer how many there were."""
    unfinished = set(Batch.objects.exclude(state__in=FINISHED).values_list("number", flat=True))
    limit = (now - FORGOTTEN).timestamp()
    folders = [folder for folder in (home() / "work").glob("*") if folder.name not in unfinished]
    left = [folder for folder in folders if folder.stat().st_mtime < limit]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


@transaction.atomic
def run_again(batch: Batch, *, by: str, now: datetime) -> None:
    """Have a worker go on with a batch that failed."""
    record("intake.run_again", actor=by, centre=batch.centre_id, now=now, target=batch.number)
    run_later(batch)
    journal.publish(batch)


def _may_pass(batch: Batch) -> bool:
    return batch.state != State.FAILED or passes(batch.error_code)


def _numbers_in_hand() -> frozenset[str]:
    jobs = ProcrastinateJob.objects.filter(task_name="intake.run", status__in=["todo", "doing"])
    return frozenset(jobs.values_list("args__number", flat=True))
