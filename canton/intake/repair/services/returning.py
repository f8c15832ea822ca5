"""Refused rows given back to the city that sent them, to be put right there; a notice tells it."""

from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import translation

from canton.audit.services import record
from canton.exchange.choices import NoticeKind
from canton.exchange.models import Link, Outgoing
from canton.exchange.returned import MOST_ROWS, MOST_VALUE, Reason, Returned
from canton.exchange.services import send_notice

from ... import journal, wording
from ...models import Batch, SentBack
from ..errors import NotRepairable, SentBackAlready, UndoneAlready
from ..refused import RefusedRows
from ..rows import RowList, reasons_of


@transaction.atomic
def send_back(batch: Batch, *, note: str, by: str, now: datetime) -> SentBack:
    """Ask the city for its corrected file; a batch that replaces this one answers.

    Where a link leads to the city, a notice with the rows and their reasons goes there.

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
    outgoing = _tell(batch, NoticeKind.SENT_BACK, _told(batch, rows, note).content(), by=by, now=now)
    made = SentBack.objects.create(
        batch=batch, note=note, rows=rows, sent_by=by, sent_at=now, outgoing=outgoing
    )
    record("intake.send_back", actor=by, centre=batch.centre_id, now=now, target=batch.number, rows=made.rows)
    journal.publish(batch)
    return made


@transaction.atomic
def recall(batch: Batch, *, by: str, now: datetime) -> None:
    """Take back that the city is to do it; it is told.

    Raises:
        UndoneAlready: it does not have it.
    """
    waiting = SentBack.objects.select_for_update(of=("self",)).filter(batch=batch, recalled_at=None).first()
    if waiting is None:
        raise UndoneAlready
    if waiting.outgoing is not None:
        _tell(batch, NoticeKind.RECALL, {"notice": waiting.outgoing.sha256, "by": by}, by=by, now=now)
    waiting.recalled_by, waiting.recalled_at = by, now
    waiting.save(update_fields=["recalled_by", "recalled_at"])
    record("intake.recall", actor=by, centre=batch.centre_id, now=now, target=batch.number)
    journal.publish(batch)


def note_reply(digest: str, by: str, reply: str, now: datetime) -> None:
    """The city has seen the notice of this digest; joins the caller's transaction."""
    for found in SentBack.objects.filter(outgoing__sha256=digest, answered_at=None).select_related("batch"):
        found.answered_by, found.answered_at, found.reply = by, now, reply
        found.save(update_fields=["answered_by", "answered_at", "reply"])
        journal.publish(found.batch)


def _tell(
    batch: Batch, kind: NoticeKind, content: dict[str, object], *, by: str, now: datetime
) -> Outgoing | None:
    link = Link.objects.filter(pk=batch.centre_id, active=True).first()
    return None if link is None else send_notice(kind, content, to=link, now=now, actor=by)


def _told(batch: Batch, rows: int, note: str) -> Returned:
    delivery = batch.deliveries.select_related("incoming").last()
    listed = islice(RefusedRows(batch), MOST_ROWS)
    return Returned(
        batch=batch.number, dataset=batch.dataset, period=batch.period, sequence=batch.sequence,
        package=delivery.incoming.sha256 if delivery else "", rows=rows, note=note,
        reasons=tuple(_reason(batch, code, count) for code, count in reasons_of(batch).items()),
        listed=tuple((each.line, each.column, each.value[:MOST_VALUE], each.reason) for each in listed),
    )  # fmt: skip


def _reason(batch: Batch, code: str, rows: int) -> Reason:
    format_ = batch.how_written.format
    with translation.override("zh-hans"):
        chinese = wording.reason(code, format_)
    with translation.override("en"):
        english = wording.reason(code, format_)
    return Reason(code, rows, chinese[:400], english[:400])
