"""Results are kept for some days; what is left of runs nobody goes on with is cleared away."""

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from canton.kernel.configuration import home

from ..choices import UNDER_WAY, State
from ..errors import EngineRefused
from ..models import ResultFile, Run
from .progress import fail

SLACK = timedelta(minutes=5)


def sweep(*, now: datetime) -> int:
    """Expire results past their day, and fail runs that are lost; answer how many results expired."""
    lost = now - timedelta(seconds=settings.CANTON_QUERY_SECONDS) - SLACK
    for run in Run.objects.filter(state=State.RUNNING, started_at__lt=lost):
        fail(run, EngineRefused(detail="lost"), now=now)
    expired = 0
    for run in Run.objects.filter(expires_at__lt=now).exclude(state__in=(*UNDER_WAY, State.EXPIRED)):
        _expire(run)
        expired += 1
    named = {pk.hex for pk in Run.objects.exclude(state=State.EXPIRED).values_list("pk", flat=True)}
    for folder in (home() / "results").glob("*"):
        if folder.name not in named:
            shutil.rmtree(folder, ignore_errors=True)
    return expired


@transaction.atomic
def _expire(run: Run) -> None:
    ResultFile.objects.filter(run=run).delete()
    if run.state == State.DONE:
        run.state = State.EXPIRED
        run.save(update_fields=["state"])
    shutil.rmtree(run.folder, ignore_errors=True)
