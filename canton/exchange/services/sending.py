"""Sending packages to a neighbour and asking for their receipts, until it is done or hopeless."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from canton.audit.services import record
from canton.centres.models import Centre
from canton.centres.selectors import own
from canton.kernel import events, jobs, locks
from canton.kernel.errors import CantonError
from canton.kernel.files import write_beside

from .. import folders, formats, handlers, keys, packages
from ..choices import OutgoingState, Way
from ..errors import BadFileName, NoLink, NotAddressed
from ..models import Link, Outgoing
from ..patience import GIVE_UP, LEASE, until_next_attempt, until_next_question

LATE = timedelta(minutes=2)
TO_SEND = (OutgoingState.QUEUED, OutgoingState.SENDING)
GIVEN_UP = (OutgoingState.FAILED, OutgoingState.CANCELLED)
UNFINISHED = (*TO_SEND, OutgoingState.LAID, OutgoingState.SENT)


@dataclass(frozen=True, slots=True)
class Report:
    """Which report a package is: data set, version ("" is the newest), period, sequence, layout, encoding.

    via: the way it is to be tried first, "" when the link decides.
    """

    dataset: str
    version: str = ""
    period: str = ""
    sequence: int | None = None
    layout: str = ""
    encoding: str = "utf-8"
    via: str = ""


def queue(
    file: Path, *, report: Report, to: Centre, now: datetime, actor: str = "system", by_worker: bool = True
) -> Outgoing:
    """Pack a file and put the package into the outbox; the worker sends it and fetches its receipt.

    While a package of the same data and report is on its way to this centre it is gone on with; no second
    one is made, however often and by how many processes the file is sent.

    by_worker: False when the caller sends it himself at once; should he die, the worker finds it overdue.

    Raises:
        BadFileName: a file is not there.
        NoLink, NotAddressed: we cannot send to this centre.
        UnknownFormat: no such data set or version.
        PackageDescriptor: period, sequence or layout could not be written in a package.
    """
    link = _link(to)
    letter = handlers.letters().get(report.dataset)
    version = letter or formats.get(report.dataset, report.version or None).version
    if not file.is_file():
        raise BadFileName(name=str(file))
    report = replace(report, version=version)
    with file.open("rb") as content:
        data = file_digest(content, "sha256").hexdigest()
    with locks.only_one(f"exchange.queue.{link.pk}.{data}"):
        begun = _unfinished(link, report, data)
        if begun is not None:
            return _go_on(begun, via=report.via, now=now, by_worker=by_worker)
        return _packed(file, report, link, now=now, actor=actor, by_worker=by_worker)


def _packed(
    file: Path, report: Report, link: Link, *, now: datetime, actor: str, by_worker: bool
) -> Outgoing:
    manifest = packages.Manifest(
        sender=settings.CANTON_CENTRE,
        recipient=link.pk,
        dataset=report.dataset,
        version=report.version,
        created=now,
        period=report.period,
        sequence=report.sequence,
        layout=report.layout,
    )
    source = packages.Source(file, report.encoding, packages.safe_name(file.name))
    package = packages.pack([source], manifest=manifest, key=keys.signing(), into=folders.outbox())
    outgoing = Outgoing(
        link=link,
        name=package.path.name,
        sha256=package.sha256,
        bytes=package.bytes,
        wanted_via=report.via,
        queued_at=now,
    )
    outgoing.describe(package.manifest)
    return enter(outgoing, now=now, actor=actor, by_worker=by_worker)


def _unfinished(link: Link, report: Report, data: str) -> Outgoing | None:
    """The package of this data and report that waits, is being sent, or whose receipt is outstanding."""
    alike = Outgoing.objects.filter(
        link=link,
        state__in=UNFINISHED,
        dataset=report.dataset,
        version=report.version,
        period=report.period,
        sequence=report.sequence,
        layout=report.layout,
        data_sha256=data,
    )
    return next((each for each in alike if _encoding(each) == report.encoding), None)


def _encoding(outgoing: Outgoing) -> str | None:
    """The encoding its package names; None when the package is gone from the outbox."""
    if not outgoing.packed_path.is_file():
        return None
    return packages.described(outgoing.packed_path).resources[0].encoding


@transaction.atomic
def _go_on(outgoing: Outgoing, *, via: str, now: datetime, by_worker: bool) -> Outgoing:
    """One that waits is due at once; who may be sending it is left to it until his lease is over."""
    waiting = Outgoing.objects.filter(pk=outgoing.pk, state=OutgoingState.QUEUED)
    waiting.update(next_attempt_at=now, wanted_via=via or outgoing.wanted_via)
    outgoing.refresh_from_db()
    if by_worker and outgoing.next_attempt_at is not None:
        schedule(outgoing)
    return outgoing


@transaction.atomic
def queue_packed(path: Path, *, to: Centre, now: datetime, actor: str = "system") -> Outgoing:
    """Send a package that was packed before, as it is; the worker sends it and fetches its receipt.

    The same package again is the one there is: on its way it is gone on with, given up or taken back it waits
    anew behind what waits already, and one that has arrived stays as it is.

    Raises:
        BadFileName: the file is not there.
        NoLink, NotAddressed: we cannot send to this centre.
        PackageRefused: it is no package.
    """
    link = _link(to)
    if not path.is_file():
        raise BadFileName(name=str(path))
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    known = Outgoing.objects.select_for_update(of=("self",)).filter(link=link, sha256=digest).first()
    if known is not None and known.state not in GIVEN_UP:
        return _go_on(known, via="", now=now, by_worker=True)
    manifest = packages.described(path)
    name = f"{manifest.name}.{digest[:12]}.zip"
    outgoing = known or Outgoing(link=link, name=name, sha256=digest, bytes=path.stat().st_size)
    outgoing.describe(manifest)
    with write_beside(outgoing.packed_path) as beside:
        shutil.copyfile(path, beside)
    outgoing.queued_at = now
    if known is None:
        return enter(outgoing, now=now, actor=actor)
    outgoing.state, outgoing.attempts, outgoing.retried_at = OutgoingState.QUEUED, 0, now
    _note("exchange.retry", outgoing, now, by=actor)
    return _again_at(outgoing, now)


def claim_to_send(number: int, *, now: datetime) -> Outgoing | None:
    """Take on a due package to send it; None when it is not due, another process has it, or one queued before
    it still waits: what goes to one neighbour arrives in the order it was queued.
    """
    outgoing = Outgoing.objects.filter(pk=number, link__paused_at=None).first()
    if outgoing is None or before(outgoing):
        return None
    return _claim(number, TO_SEND, OutgoingState.SENDING, now)


def before(outgoing: Outgoing) -> list[Outgoing]:
    """What is to be sent to the same neighbour first, the oldest in front."""
    waiting = Outgoing.objects.filter(link_id=outgoing.link_id, state__in=TO_SEND).exclude(pk=outgoing.pk)
    older = Q(queued_at__lt=outgoing.queued_at) | Q(queued_at=outgoing.queued_at, pk__lt=outgoing.pk)
    return list(waiting.filter(older).order_by("queued_at", "pk"))


def wake_next(outgoing: Outgoing, *, now: datetime) -> None:
    """Have the package behind this one sent now: the way is free."""
    waiting = Outgoing.objects.filter(link_id=outgoing.link_id, state=OutgoingState.QUEUED)
    _wake(waiting.exclude(pk=outgoing.pk), now)


def wake_link(link: Link, *, now: datetime) -> None:
    """Have what waits longest for this neighbour sent now."""
    _wake(Outgoing.objects.filter(link=link, state=OutgoingState.QUEUED), now)


def _wake(waiting: QuerySet[Outgoing], now: datetime) -> None:
    first = waiting.order_by("queued_at", "pk").first()
    if first is not None:
        first.next_attempt_at = now
        first.save(update_fields=["next_attempt_at"])
        schedule(first)


def note_progress(outgoing: Outgoing, carried: int) -> None:
    """How many bytes the recipient has by now, for who watches."""
    Outgoing.objects.filter(pk=outgoing.pk).update(carried=carried)
    _publish(outgoing)


def claim_to_ask(number: int, *, now: datetime) -> Outgoing | None:
    """Take on a sent package to ask for its receipt; None as above."""
    return _claim(number, (OutgoingState.SENT,), OutgoingState.SENT, now)


@transaction.atomic
def mark_sent(outgoing: Outgoing, *, way: Way, now: datetime) -> Outgoing:
    """The recipient has the whole package; from now on ask for the receipt."""
    outgoing.state, outgoing.sent_at, outgoing.attempts = OutgoingState.SENT, now, 0
    outgoing.went_by, outgoing.carried = way, outgoing.bytes
    outgoing.error_code = outgoing.error_zh = outgoing.error_en = ""
    _note("exchange.send_package", outgoing, now, bytes=outgoing.bytes, way=way)
    wake_next(outgoing, now=now)
    return _again_at(outgoing, now + until_next_question(timedelta()))


@transaction.atomic
def lay_out(outgoing: Outgoing, *, now: datetime) -> Outgoing:
    """Put a package where a neighbour whom we cannot call finds it; his receipt comes by itself."""
    with write_beside(folders.dropbox(outgoing.link_id) / "out" / outgoing.name) as beside:
        shutil.copyfile(outgoing.packed_path, beside)
    outgoing.state, outgoing.sent_at, outgoing.attempts = OutgoingState.LAID, now, 0
    outgoing.error_code = outgoing.error_zh = outgoing.error_en = ""
    _note("exchange.lay_out", outgoing, now, bytes=outgoing.bytes)
    wake_next(outgoing, now=now)
    return _again_at(outgoing, None)


@transaction.atomic
def mark_not_sent(outgoing: Outgoing, error: CantonError, *, now: datetime) -> Outgoing:
    """Try again later if that may help, for a week; otherwise give up."""
    _remember(outgoing, error)
    if error.transient and now - (outgoing.retried_at or outgoing.queued_at) < GIVE_UP:
        outgoing.state = OutgoingState.QUEUED
        return _again_at(outgoing, now + until_next_attempt(outgoing.attempts))
    outgoing.state = OutgoingState.FAILED
    _note("exchange.give_up", outgoing, now, error=error.code)
    wake_next(outgoing, now=now)
    return _again_at(outgoing, None)


@transaction.atomic
def mark_no_receipt(outgoing: Outgoing, error: CantonError | None, *, now: datetime) -> Outgoing:
    """No receipt yet, or one we cannot accept (`error`): ask again later, for a week."""
    if error is not None:
        if error.code != outgoing.error_code:
            _note("exchange.refuse_receipt", outgoing, now, error=error.code)
        _remember(outgoing, error)
    waited = now - (outgoing.sent_at or outgoing.queued_at)
    if waited < GIVE_UP:
        return _again_at(outgoing, now + until_next_question(waited))
    outgoing.state = OutgoingState.FAILED
    _note("exchange.give_up", outgoing, now, error=outgoing.error_code)
    return _again_at(outgoing, None)


def overdue(*, now: datetime) -> list[Outgoing]:
    """Packages whose next step should have been taken: their job was lost. Not what waits its turn."""
    late = Outgoing.objects.filter(state__in=UNFINISHED, next_attempt_at__lt=now - LATE, link__paused_at=None)
    heads = first_in_line()
    return [each for each in late if each.state not in TO_SEND or each.pk in heads]


def first_in_line() -> set[int]:
    """Numbers of the packages that are to be sent first, one for each neighbour; the others wait for them."""
    waiting = Outgoing.objects.filter(state__in=TO_SEND).order_by("link_id", "queued_at", "pk")
    return set(waiting.distinct("link_id").values_list("pk", flat=True))


def schedule(outgoing: Outgoing) -> None:
    """Queue the job of the package's next step."""
    name = "exchange.fetch_receipt" if outgoing.state == OutgoingState.SENT else "exchange.send_package"
    jobs.enqueue(name, queue="links", at=outgoing.next_attempt_at, outgoing=outgoing.pk)


def _link(to: Centre) -> Link:
    link = Link.objects.filter(pk=to.code, active=True).first()
    if link is None:
        raise NoLink(centre=to.code)
    if not (link.host or link.url) and own().parent_id == to.code:  # others find it laid out
        raise NotAddressed(centre=to.code)
    return link


@transaction.atomic
def enter(outgoing: Outgoing, *, now: datetime, actor: str, by_worker: bool = True) -> Outgoing:
    """Put a packed package into the queue."""
    outgoing.next_attempt_at = now
    outgoing.save(force_insert=True)
    record(
        "exchange.queue_package",
        actor=actor,
        centre=settings.CANTON_CENTRE,
        now=now,
        target=outgoing.name,
        to=outgoing.link_id,
        sha256=outgoing.data_sha256,
    )
    _publish(outgoing)
    if by_worker:
        schedule(outgoing)
    return outgoing


@transaction.atomic
def _claim(
    number: int, states: Sequence[OutgoingState], claimed: OutgoingState, now: datetime
) -> Outgoing | None:
    due = Outgoing.objects.select_for_update(skip_locked=True, of=("self",)).select_related("link")
    outgoing = due.filter(pk=number, state__in=states, next_attempt_at__lte=now, link__paused_at=None).first()
    if outgoing is None:
        return None
    outgoing.state, outgoing.next_attempt_at = claimed, now + LEASE
    outgoing.attempts += 1
    outgoing.save()
    _publish(outgoing)
    return outgoing


def _again_at(outgoing: Outgoing, moment: datetime | None) -> Outgoing:
    outgoing.next_attempt_at = moment
    outgoing.save()
    _publish(outgoing)
    if moment is not None:
        schedule(outgoing)
    return outgoing


def _remember(outgoing: Outgoing, error: CantonError) -> None:
    outgoing.error_code = error.code
    with translation.override("zh-hans"):
        outgoing.error_zh = error.message
    with translation.override("en"):
        outgoing.error_en = error.message


def _note(action: str, outgoing: Outgoing, now: datetime, **detail: Any) -> None:
    centre = settings.CANTON_CENTRE
    record(
        action, actor="system", centre=centre, now=now, target=outgoing.name, to=outgoing.link_id, **detail
    )


def _publish(outgoing: Outgoing) -> None:
    centre = settings.CANTON_CENTRE
    events.publish("links", centre=centre, package=outgoing.name, state=outgoing.state)
