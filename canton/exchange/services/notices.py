"""Notices sent to a neighbour and taken from him: reminders, and that they were seen."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.kernel import events

from .. import folders, handlers, keys, packages, returned
from .. import notices as letters
from ..choices import NoticeKind
from ..errors import AcknowledgedAlready
from ..models import Chase, Incoming, Link, Notice, Outgoing
from ..receipts import Outcome
from . import sending
from .foreign_keys import take_keys
from .receipts import send_receipt


@transaction.atomic
def send_notice(
    kind: NoticeKind, content: dict[str, Any], *, to: Link, now: datetime, actor: str = "system"
) -> Outgoing:
    """Pack a notice and queue it; the neighbour is called, or finds it when he calls."""
    with tempfile.TemporaryDirectory(dir=folders.outbox()) as beside:
        manifest = packages.Manifest(
            sender=settings.CANTON_CENTRE,
            recipient=to.pk,
            dataset=letters.DATASET,
            version=letters.VERSION,
            created=now,
        )
        file = letters.write(kind, content, Path(beside))
        package = packages.pack(
            [packages.Source(file)], manifest=manifest, key=keys.signing(), into=folders.outbox()
        )
    outgoing = Outgoing(
        link=to, name=package.path.name, sha256=package.sha256, bytes=package.bytes, queued_at=now
    )
    outgoing.describe(package.manifest)
    return sending.enter(outgoing, now=now, actor=actor)


def take_notice(incoming: Incoming) -> None:
    """Take a notice over, within the transaction that opens its package, and answer that it is here.

    Raises:
        NoticeUnreadable: it is refused whole.
    """
    assert incoming.opened_at is not None  # the exchange has just opened it
    kind, content = letters.read(incoming.data_path)
    TAKEN[kind](incoming, content, incoming.opened_at)
    send_receipt(incoming, outcome=Outcome(accepted=True), now=incoming.opened_at)


@transaction.atomic
def acknowledge(notice: Notice, *, by: str, reply: str, now: datetime) -> Notice:
    """Say that a person has seen a notice, and what he says to it; its sender is told.

    Raises:
        AcknowledgedAlready: somebody has.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("link", "incoming").get(pk=notice.pk)
    )
    if notice.acknowledged_at is not None:
        raise AcknowledgedAlready
    notice.acknowledged_at, notice.acknowledged_by, notice.reply = now, by, reply
    notice.save()
    content = {"notice": notice.incoming.sha256, "by": by, "reply": reply}
    send_notice(NoticeKind.ACKNOWLEDGE, content, to=notice.link, now=now, actor=by)
    record(
        "exchange.acknowledge_notice",
        actor=by,
        centre=settings.CANTON_CENTRE,
        now=now,
        target=notice.incoming.name,
        reply=reply,
    )
    events.publish("links", centre=settings.CANTON_CENTRE, notice=notice.pk)
    return notice


def _take_reminder(incoming: Incoming, content: dict[str, Any], now: datetime) -> None:
    letters.items(content)
    Notice.objects.create(link=incoming.link, incoming=incoming, content=content, received_at=now)
    _note("exchange.take_reminder", incoming, now, items=len(content["items"]))


def _take_acknowledgement(incoming: Incoming, content: dict[str, Any], now: datetime) -> None:
    """Stamp the reminders of ours that it answers; one about nothing of ours is taken and changes nothing."""
    about, by = letters.text(content, "notice"), letters.text(content, "by")
    reply = letters.text(content, "reply", letters.MOST_WORDS)
    chases = Chase.objects.filter(outgoing__link=incoming.link, outgoing__sha256=about, acknowledged_at=None)
    chases.update(acknowledged_at=now, acknowledged_by=by, reply=reply)
    handlers.replied(about, by, reply, now)
    _note("exchange.take_acknowledgement", incoming, now, by=by)


def _take_returned(incoming: Incoming, content: dict[str, Any], now: datetime) -> None:
    told = returned.read(content)
    Notice.objects.create(link=incoming.link, incoming=incoming, content=content, received_at=now)
    _note("exchange.take_returned", incoming, now, batch=told.batch, rows=told.rows)


def _take_recall(incoming: Incoming, content: dict[str, Any], now: datetime) -> None:
    """What was sent back is put right by its sender after all; there is nothing to do here any more."""
    about, by = letters.text(content, "notice"), letters.text(content, "by")
    found = Notice.objects.filter(link=incoming.link, incoming__sha256=about, recalled_at=None)
    found.update(recalled_at=now)
    _note("exchange.take_recall", incoming, now, by=by)


def _take_keys(incoming: Incoming, content: dict[str, Any], now: datetime) -> None:
    phase = take_keys(incoming.link, incoming, content, now)
    _note("exchange.take_keys", incoming, now, phase=phase, key=incoming.link.verify_key.id)


TAKEN = {
    NoticeKind.CHASE: _take_reminder,
    NoticeKind.ACKNOWLEDGE: _take_acknowledgement,
    NoticeKind.KEYS: _take_keys,
    NoticeKind.SENT_BACK: _take_returned,
    NoticeKind.RECALL: _take_recall,
}


def _note(action: str, incoming: Incoming, now: datetime, **detail: Any) -> None:
    record(
        action, actor=f"link:{incoming.sender}", centre=settings.CANTON_CENTRE, now=now,
        target=incoming.name, **detail,
    )  # fmt: skip
    events.publish("links", centre=settings.CANTON_CENTRE, package=incoming.name)
