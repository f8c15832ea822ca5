"""The journal of a batch: every change of state commits with its entry and tells the open screens."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from canton.kernel import events
from canton.kernel.errors import CantonError

from .choices import State, Step, StepState
from .models import Batch, StepRun

STATE_DURING = {
    Step.CHECK: State.CHECKING,
    Step.CLASSIFY: State.CLASSIFYING,
    Step.SORT: State.SORTING,
    Step.LOAD: State.LOADING,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a finished step writes down. seconds: what it took by its own clock, if it says so."""

    detail: dict[str, object] = field(default_factory=dict)
    seconds: float | None = None


@transaction.atomic
def begin(batch: Batch, step: Step, *, now: datetime) -> None:
    """The batch is in this step from now on; what the step found before is forgotten."""
    run, made = StepRun.objects.get_or_create(
        batch=batch, step=step, defaults={"state": StepState.RUNNING, "started_at": now}
    )
    if not made:
        StepRun.objects.filter(pk=run.pk).update(
            state=StepState.RUNNING,
            attempts=F("attempts") + 1,
            started_at=now,
            ended_at=None,
            seconds=None,
            detail={},
        )
    _move(batch, STATE_DURING.get(step), step)


@transaction.atomic
def finish(batch: Batch, step: Step, finding: Finding, *, now: datetime) -> None:
    """The step is done."""
    _end(batch, step, StepState.DONE, now=now, detail=finding.detail, seconds=finding.seconds)
    publish(batch)


@transaction.atomic
def fail(batch: Batch, error: CantonError, *, now: datetime) -> None:
    """The step under way failed; the batch waits to be run again, and begins with that step."""
    _end(batch, Step(batch.step), StepState.FAILED, now=now, detail={"code": error.code})
    if not batch.finished:
        batch.state = State.FAILED
        blame(batch, error)
        batch.save(update_fields=["state", "error_code", "error_detail", "error_facts"])
    publish(batch)


@transaction.atomic
def refuse(batch: Batch, error: CantonError, *, now: datetime) -> None:
    """The file is refused whole: nothing of it is loaded, and it is finished."""
    _end(batch, Step(batch.step), StepState.REFUSED, now=now, detail={"code": error.code})
    batch.reasons.all().delete()
    batch.state = State.REFUSED
    batch.read = batch.kept = batch.refused = batch.repaired = 0
    batch.finished_at = now
    blame(batch, error)
    batch.save()
    publish(batch)


def blame(batch: Batch, error: CantonError) -> None:
    """Set why the batch stands still; the facts, so that each reader gets the message in his own language."""
    batch.error_code = error.code
    batch.error_detail = error.message
    batch.error_facts = facts_of(error)


def facts_of(error: CantonError) -> dict[str, int | str]:
    """What an error's sentence is made of, to be kept."""
    return {name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()}


def publish(batch: Batch) -> None:
    """Tell the open screens, when the transaction commits."""
    events.publish("batches", centre=batch.centre_id, id=batch.number)


def _move(batch: Batch, state: State | None, step: Step) -> None:
    batch.step = step
    if state is not None:
        batch.state = state
        batch.error_code = batch.error_detail = ""
        batch.error_facts = {}
    batch.save(update_fields=["state", "step", "error_code", "error_detail", "error_facts"])
    publish(batch)


def _end(
    batch: Batch,
    step: Step,
    state: StepState,
    *,
    now: datetime,
    detail: dict[str, object],
    seconds: float | None = None,
) -> None:
    for run in batch.steps.select_for_update().filter(step=step):
        run.state = state
        run.ended_at = now
        run.seconds = (now - run.started_at).total_seconds() if seconds is None else seconds
        run.detail = detail
        run.save()
