"""What a crash, a lost database or a sender who stopped half way leaves behind."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

from canton.kernel import jobs

from .. import folders
from ..choices import IncomingState
from ..errors import NoLink
from ..models import Incoming, OtherKey
from .callers import forget_nonces
from .taking_in import take_in, tidy

log = logging.getLogger(__name__)

TASK = "exchange.open_package"
STUCK = timedelta(minutes=10)


def sweep(*, now: datetime) -> int:
    """Take in packages that lie committed and unknown, forget halves nobody finishes, wake what is stuck.

    Answers how many packages were taken in. Running it beside the SFTP server or another sweep is safe.
    """
    taken = sum(_take_all((box / "in").glob("*.zip"), box.name, now) for box in folders.dropboxes())
    taken += sum(_take_strays(box, now) for box in folders.inboxes())
    for box in folders.dropboxes():
        _forget_halves(box / "in", now)
    for incoming in Incoming.objects.filter(state=IncomingState.RECEIVED, received_at__lt=now - STUCK):
        _wake(incoming)
    forget_nonces(now=now)
    OtherKey.objects.filter(until__lt=now).delete()
    return taken


def _take_all(found: Iterable[Path], sender: str, now: datetime) -> int:
    taken = 0
    for path in sorted(found):
        try:
            take_in(path, sender=sender, now=now)
        except FileNotFoundError:
            continue  # the SFTP server was quicker
        except NoLink as error:
            log.warning("%s stays in the drop-box: %s", path.name, error.message)
            continue
        taken += 1
    return taken


def _take_strays(inbox: Path, now: datetime) -> int:
    """Packages moved by a transaction that did not commit, or left by a job killed while tidying."""
    known = {row.sha256: row for row in Incoming.objects.filter(link_id=inbox.name)}
    strays = [path for path in inbox.glob("*.zip") if path.stem not in known]
    for entry in inbox.iterdir():
        incoming = known.get(entry.name.partition(".")[0])
        if incoming is not None:
            tidy(incoming)
    return _take_all(strays, inbox.name, now)


def _forget_halves(folder: Path, now: datetime) -> None:
    for part in folder.glob("*.zip.part"):
        try:
            if now.timestamp() - part.stat().st_mtime > settings.CANTON_PART_SECONDS:
                part.unlink()
        except FileNotFoundError:
            continue  # finished in this moment


def _wake(incoming: Incoming) -> None:
    """Queue the opening again when its job gave up."""
    waiting = ProcrastinateJob.objects.filter(
        task_name=TASK, args__incoming=incoming.pk, status__in=["todo", "doing"]
    )
    if not waiting.exists():
        jobs.enqueue(TASK, lock=f"exchange.incoming.{incoming.pk}", incoming=incoming.pk)
