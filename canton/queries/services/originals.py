"""Originals that another centre holds: asked for, given, filed in our own archive; audited on both sides."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from canton.accounts.models import Staff
from canton.audit.services import record
from canton.centres.models import Centre
from canton.exchange import services as exchange
from canton.exchange.models import Incoming
from canton.exchange.receipts import Outcome
from canton.intake.models import Batch
from canton.intake.originals import is_text
from canton.kernel import events
from canton.records import services as records
from canton.records.errors import OriginalMissing
from canton.records.models import Original
from canton.records.selectors import byte_lines, original_path

from .. import letters
from ..errors import MayNotUnmask, NoReason, NoSuchLine, NotAsked, NotYours
from ..letters import Question
from ..models import OriginalRequest
from .asking import LEAST_REASON
from .trail import TOPIC


@transaction.atomic
def fetch_original(
    batch: Batch, line: int, *, reason: str, by: Staff, now: datetime, address: str | None = None
) -> OriginalRequest:
    """Ask the centre a batch came from for its file; the same question again is the one that is open.

    Of a text file larger than CANTON_ORIGINAL_BYTES only the line and its neighbours are asked for. A centre
    that we do not call finds the question when it calls us.

    Raises:
        NoReason: nobody said why.
        NoLink: there is no active link to that centre.
    """
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise NoReason(least=LEAST_REASON)
    only_lines = batch.original.bytes > settings.CANTON_ORIGINAL_BYTES and is_text(batch)
    for waiting in OriginalRequest.objects.filter(sha256=batch.sha256, arrived_at=None):
        if not waiting.refused and (waiting.line == line or not only_lines):
            return waiting
    request = OriginalRequest(
        sha256=batch.sha256, batch=batch.number, line=line, holder=batch.centre, owner=by,
        reason=reason[:200], asked_at=now, only_lines=only_lines,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="canton-question-") as folder:
        path = Path(folder) / "question.json"
        Question(
            request=str(request.pk), sha256=batch.sha256, batch=batch.number, line=line, by=by.number,
            reason=request.reason, only_lines=only_lines,
        ).write(path)  # fmt: skip
        report = exchange.Report(letters.QUESTION)
        request.outgoing = exchange.queue(path, report=report, to=batch.centre, now=now, actor=by.number)
    request.save(force_insert=True)
    record(
        "queries.ask_original", actor=by.number, centre=by.centre.code, now=now, address=address,
        target=f"{batch.number}:{line}", holder=batch.centre_id, reason=request.reason, sha256=batch.sha256,
    )  # fmt: skip
    return request


def give_original(incoming: Incoming) -> None:
    """Answer a question for an original of ours with the file; handler of the exchange.

    Raises:
        BadLetter, NotYours, OriginalMissing: the question is refused, and its sender told why.
    """
    now = incoming.opened_at or timezone.now()
    question = letters.read(incoming.data_path)
    asker = Centre.objects.get(pk=incoming.sender)
    held = Original.objects.filter(pk=question.sha256, centre__code__startswith=asker.reach).first()
    if held is None or not settings.CANTON_CENTRE.startswith(asker.reach):
        raise NotYours(centre=asker.code)
    if question.only_lines:
        _give_lines(held, question, asker, now)
    else:
        report = exchange.Report(letters.ANSWER, encoding="")
        exchange.queue(original_path(held.sha256), report=report, to=asker, now=now)
    record(
        "queries.give_original", actor=f"link:{asker.code}", centre=settings.CANTON_CENTRE, now=now,
        target=f"{question.batch}:{question.line}", by=question.by, reason=question.reason,
        sha256=held.sha256, only_lines=question.only_lines,
    )  # fmt: skip
    exchange.send_receipt(incoming, outcome=Outcome(accepted=True), now=now)


def _give_lines(held: Original, question: Question, asker: Centre, now: datetime) -> None:
    """Put the line that was asked for, and its neighbours, into the outbox."""
    near, longest = letters.NEIGHBOURS, letters.LONGEST_LINE
    found = byte_lines(held.sha256, question.line, before=near, after=near, longest=longest)
    if not any(number == question.line for number, _ in found):
        raise NoSuchLine(line=question.line)
    lines = tuple(content for _, content in found)
    with tempfile.TemporaryDirectory(prefix="canton-lines-") as folder:
        path = Path(folder) / "lines.json"
        letters.Excerpt(held.sha256, question.line, found[0][0], lines).write(path)
        exchange.queue(path, report=exchange.Report(letters.LINES), to=asker, now=now)


def file_lines(incoming: Incoming) -> None:
    """Keep lines that were asked for; handler of the exchange.

    Raises:
        BadLetter: they are none.
        NotAsked: nobody asked its sender for this line of this file.
    """
    now = incoming.opened_at or timezone.now()
    excerpt = letters.read_lines(incoming.data_path)
    waiting = OriginalRequest.objects.filter(
        sha256=excerpt.sha256, line=excerpt.line, holder=incoming.sender, only_lines=True, arrived_at=None
    )
    requests = list(waiting.select_for_update(of=("self",)))
    if not requests:
        raise NotAsked
    _file(requests, incoming, now, excerpt=excerpt.content())


@transaction.atomic
def ask_again(request: OriginalRequest, *, by: Staff, now: datetime, address: str | None = None) -> None:
    """Have a question that waits, or was given up, sent at once.

    Raises:
        CannotRetry: it has arrived, or is being sent.
    """
    if request.outgoing is None:
        raise NotAsked
    exchange.retry(request.outgoing, by=by.number, now=now)
    record(
        "queries.ask_again", actor=by.number, centre=by.centre.code, now=now, address=address,
        target=str(request), holder=request.holder_id,
    )  # fmt: skip


def show_numbers(
    batch: Batch, line: int, *, reason: str, by: Staff, now: datetime, address: str | None
) -> None:
    """Let somebody see the numbers of an excerpt in full, this once; that and why is kept.

    Raises:
        MayNotUnmask: his role does not.
        NoReason: he did not say why.
    """
    if not by.has_perm("queries.view_number"):
        raise MayNotUnmask
    if len(reason.strip()) < LEAST_REASON:
        raise NoReason(least=LEAST_REASON)
    record(
        "queries.show_original", actor=by.number, centre=by.centre.code, now=now, address=address,
        target=f"{batch.number}:{line}", reason=reason.strip()[:200],
    )  # fmt: skip


def file_original(incoming: Incoming) -> None:
    """Keep an original that was asked for; handler of the exchange.

    Raises:
        NotAsked: nobody asked its sender for this very file.
        NoSpace: the disk is full; it is tried again.
    """
    now = incoming.opened_at or timezone.now()
    waiting = OriginalRequest.objects.filter(
        sha256=incoming.data_sha256, holder=incoming.sender, arrived_at=None
    )
    requests = list(waiting.select_for_update(of=("self",)))
    if not requests:
        raise NotAsked
    records.keep_original(incoming.data_path, centre=incoming.sender, name=requests[0].batch, now=now)
    _file(requests, incoming, now)


def _file(requests: list[OriginalRequest], incoming: Incoming, now: datetime, *, excerpt: Any = None) -> None:
    """Answer these questions with what has come."""
    for request in requests:
        request.arrived_at, request.excerpt = now, excerpt
        request.save(update_fields=["arrived_at", "excerpt"])
        record(
            "queries.file_original", actor=f"link:{incoming.sender}", centre=settings.CANTON_CENTRE, now=now,
            target=str(request), by=request.owner.number, sha256=request.sha256,
        )  # fmt: skip
    events.publish(TOPIC, centre=settings.CANTON_CENTRE, id=requests[0].pk.hex)
    exchange.send_receipt(incoming, outcome=Outcome(accepted=True), now=now)


def is_held(batch: Batch) -> bool:
    """Whether the file of a batch lies in our own archive."""
    try:
        original_path(batch.sha256)
    except OriginalMissing:
        return False
    return True
