"""Refused rows given back to the city that sent them, to be put right there; a notice tells it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import translation

from canton.audit.services import record
from canton.exchange.choices import NoticeKind
from canton.exchange.models import Link, Outgoing
from canton.exchange.returned import MOST_ROWS, MOST_VALUE, Reason, Returned
from canton.exchange.services import send_notice
from canton.shell.figures import number as figure

from ... import journal, wording
from ...models import Batch, SentBack
from ..errors import NothingChosen, NotRepairable, SentBackAlready, TooManyToSend, UndoneAlready
from ..lineage import family_of
from ..rows import RowList, reasons_of, refusals_of, sent_lines


@transaction.atomic
def send_back(
    batch: Batch,
    *,
    note: str,
    by: str,
    now: datetime,
    lines: Collection[int] | None = None,
    reason: str = "",
) -> SentBack:
    """Ask the city for its corrected file; a batch that replaces this one answers.

    Args:
        lines: first lines of the rows; None is all that it does not have yet.
        reason: the code all of them were refused for, where they are all rows refused for it.

    Where a link leads to the city, a notice with just these rows and their reasons goes there.

    Raises:
        NotRepairable: nothing of it was refused, or it is replaced.
        SentBackAlready: the city has all of them.
        NothingChosen, TooManyToSend: no rows, or more than a notice lists.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    refused = frozenset(RowList(batch).lines())
    if not refused or batch.replaced_by_id is not None or not batch.finished:
        raise NotRepairable(batch=batch.number)
    there = sent_lines(batch)
    wanted = refused if lines is None else refused & frozenset(lines)
    if not wanted:
        raise NothingChosen
    chosen = wanted - there
    if not chosen:
        raise SentBackAlready(batch=batch.number)
    picked = None if chosen == refused else sorted(chosen)
    outgoing = _tell(
        batch, NoticeKind.SENT_BACK, _told(batch, picked, len(chosen), note, reason).content(), by=by, now=now
    )
    made = SentBack.objects.create(
        batch=batch, note=note, lines=picked, rows=len(chosen), sent_by=by, sent_at=now, outgoing=outgoing
    )
    record("intake.send_back", actor=by, centre=batch.centre_id, now=now, target=batch.number, rows=made.rows)
    journal.publish(batch)
    return made


@transaction.atomic
def recall(batch: Batch, *, by: str, now: datetime, sent: int | None = None) -> None:
    """Take back that the city is to do it; it is told. sent: key of what was sent back, else the latest.

    What went back from a batch is recalled from its corrected copy as well.

    Raises:
        UndoneAlready: it does not have it.
    """
    there = SentBack.objects.select_for_update(of=("self",)).filter(
        batch__in=family_of(batch), recalled_at=None
    )
    waiting = there.first() if sent is None else there.filter(pk=sent).first()
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


def _told(batch: Batch, lines: list[int] | None, rows: int, note: str, reason: str) -> Returned:
    """What the notice says.

    Raises:
        TooManyToSend: some of the rows would not be listed, and nothing else names them.
    """
    delivery = batch.deliveries.select_related("incoming").last()
    listed, counted = refusals_of(batch, lines, limit=MOST_ROWS), reasons_of(batch, lines)
    if lines is not None and not reason and sum(counted.values()) > MOST_ROWS:
        raise TooManyToSend(limit=figure(MOST_ROWS), rows=figure(rows))
    return Returned(
        batch=batch.number, dataset=batch.dataset, period=batch.period, sequence=batch.sequence,
        package=delivery.incoming.sha256 if delivery else "", rows=rows, note=note,
        reasons=tuple(_reason(batch, code, count) for code, count in counted.items()),
        listed=tuple((each.line, each.column, each.value[:MOST_VALUE], each.reason) for each in listed),
        only="" if lines is None else reason,
    )  # fmt: skip


def _reason(batch: Batch, code: str, rows: int) -> Reason:
    format_ = batch.how_written.format
    with translation.override("zh-hans"):
        chinese = wording.reason(code, format_)
    with translation.override("en"):
        english = wording.reason(code, format_)
    return Reason(code, rows, chinese[:400], english[:400])
