"""Batches that stand still without reason are put back to work; failed ones when somebody asks for it."""

import shutil
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from canton.audit.services import record
from canton.kernel.configuration import home

from .. import journal
from ..choices import FINISHED, State, Step, StepState
from ..errors import NotStopped, passes
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
    """Have a worker go on with a batch that failed.

    Raises:
        NotStopped: it is through, replaced, or a job stands for it.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if not stands_still(batch):
        raise NotStopped(batch=batch.number)
    record("intake.run_again", actor=by, centre=batch.centre_id, now=now, target=batch.number)
    run_later(batch)
    journal.publish(batch)


def stands_still(batch: Batch) -> bool:
    """Whether it failed and nobody will go on with it now: nothing took its place, no job stands for it."""
    if batch.state != State.FAILED or batch.replaced_by_id is not None:
        return False
    return not _in_hand().filter(args__number=batch.number).exists()


def _may_pass(batch: Batch) -> bool:
    return batch.state != State.FAILED or passes(batch.error_code)


def _numbers_in_hand() -> frozenset[str]:
    return frozenset(_in_hand().values_list("args__number", flat=True))


def _in_hand() -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(task_name="intake.run", status__in=["todo", "doing"])
