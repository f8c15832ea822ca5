"""Refused rows given back to the city that sent them, to be put right where they were made."""

from datetime import datetime

from django.db import transaction

from canton.audit.services import record

from ...models import Batch, SentBack
from ..errors import NotRepairable, SentBackAlready, UndoneAlready
from ..rows import RowList


@transaction.atomic
def send_back(batch: Batch, *, note: str, by: str, now: datetime) -> SentBack:
    """Write down that the city is to send its corrected file; a batch that replaces this one answers it.

    Raises:
        NotRepairable: nothing of it was refused, or it is replaced.
        SentBackAlready: it was before.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    rows = len(RowList(batch))
    if not rows or batch.replaced_by_id is not None or not batch.finished:
        raise NotRepairable(batch=batch.number)
    if SentBack.objects.filter(batch=batch, recalled_at=None).exists():
        raise SentBackAlready(batch=batch.number)
    made = SentBack.objects.create(batch=batch, note=note, rows=rows, sent_by=by, sent_at=now)
    record("intake.send_back", actor=by, centre=batch.centre_id, now=now, target=batch.number, rows=made.rows)
    return made


@transaction.atomic
def recall(batch: Batch, *, by: str, now: datetime) -> None:
    """Take back that the city is to do it.

    Raises:
        UndoneAlready: it does not have it.
    """
    waiting = SentBack.objects.select_for_update().filter(batch=batch, recalled_at=None)
    if not waiting.update(recalled_by=by, recalled_at=now):
        raise UndoneAlready
    record("intake.recall", actor=by, centre=batch.centre_id, now=now, target=batch.number)
