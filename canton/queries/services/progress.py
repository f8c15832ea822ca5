"""How a piece of work begins, gets on and ends: each change commits and tells the open screens."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from canton.kernel.errors import CantonError

from ..choices import UNDER_WAY, State
from ..errors import Cancelled
from ..models import ResultFile, Run
from . import trail

TELL_EVERY = 1.0  # seconds between news of the same work
Piece = TypeVar("Piece", Run, ResultFile)


@transaction.atomic
def begin(kind: type[Piece], number: UUID, *, now: datetime) -> Piece | None:
    """Take the work on; None when it is gone, has ended, or is not wanted any more."""
    found = kind.objects.select_for_update(of=("self",)).filter(pk=number, state__in=UNDER_WAY).first()
    if found is None:
        return None
    found.state, found.started_at, found.progress = State.RUNNING, now, None
    found.save(update_fields=["state", "started_at", "progress"])
    trail.publish(run_of(found))
    return found


def teller(work: Run | ResultFile) -> Callable[[float], bool]:
    """For a Watch: writes per cent down, and answers whether the work is still wanted."""
    told = time.monotonic()

    def tell(percent: float) -> bool:
        nonlocal told
        if time.monotonic() - told < TELL_EVERY:
            return True
        told = time.monotonic()
        progress = None if percent < 0 else min(99, int(percent))
        with transaction.atomic():
            mine = type(work).objects.filter(pk=work.pk)
            if mine.exclude(progress=progress).update(progress=progress):
                trail.publish(run_of(work))
            return mine.filter(unwanted=False).exists()

    return tell


@transaction.atomic
def finish(work: Piece, *, now: datetime) -> Piece:
    """The work is done."""
    work.state, work.progress, work.ended_at = State.DONE, 100, now
    work.save()
    trail.publish(run_of(work))
    return work


@transaction.atomic
def fail(work: Piece, error: CantonError, *, now: datetime) -> Piece:
    """The work ended without a result."""
    work.state = State.CANCELLED if isinstance(error, Cancelled) else State.FAILED
    work.ended_at = now
    trail.blame(work, error)
    work.save()
    trail.publish(run_of(work))
    return work


def run_of(work: Run | ResultFile) -> Run:
    """The run a piece of work belongs to."""
    return work.run if isinstance(work, ResultFile) else work
