"""Taking in what a neighbour sent: whole, once, and only if it keeps every term."""

import shutil
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation

from canton.audit.services import record
from canton.kernel import events, jobs
from canton.kernel.errors import CantonError
from canton.kernel.files import flush, replace_folder

from .. import formats, handlers, known_keys, packages
from ..choices import IncomingState, Way
from ..errors import NoLink, NoSpaceForPackage, PackageDataset, PackageFiles
from ..models import Incoming, Link
from ..receipts import DATASET as RECEIPT
from ..receipts import Outcome
from .receipts import deliver_again, send_receipt


@transaction.atomic
def take_in(
    path: Path, *, sender: str, now: datetime, way: Way | None = None, fetched: bool = False
) -> Incoming:
    """Take over a package that the neighbour `sender` has put down whole; it will be opened by a job.

    The same package again is the same Incoming; its receipt is given again if there is one. The file moves
    into the inbox within the transaction: killed in between, it lies in either place and `sweep` finds it.

    fetched: we fetched it from him; else he put it down here.

    Raises:
        NoLink: we exchange nothing with the sender; the file stays.
        FileNotFoundError: another process has taken it in.
    """
    link = Link.objects.filter(pk=sender, active=True).first()
    if link is None:
        raise NoLink(centre=sender)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    incoming, new = Incoming.objects.get_or_create(
        link=link,
        sha256=digest,
        defaults={
            "name": path.name[:160],
            "bytes": path.stat().st_size,
            "received_at": now,
            "came_by": way or "",
            "fetched": fetched,
        },
    )
    if new:
        jobs.enqueue("exchange.open_package", lock=f"exchange.incoming.{incoming.pk}", incoming=incoming.pk)
        _note("exchange.receive_package", incoming, now, bytes=incoming.bytes)
    elif path != incoming.packed_path:
        _take_repeat(incoming, now)
    if path != incoming.packed_path:
        _move(path, incoming)
    return incoming


@transaction.atomic
def here_already(link: Link, sha256: str, *, now: datetime) -> bool:
    """Whether this package was taken in before; then it counts as sent again and is answered again."""
    incoming = Incoming.objects.filter(link=link, sha256=sha256).first()
    if incoming is not None:
        _take_repeat(incoming, now)
    return incoming is not None


def open_incoming(incoming: Incoming, *, now: datetime) -> Incoming:
    """Verify a package that was taken in, and hand it to the room that handles its data set.

    Refused whole, it is answered with a receipt that says why. Opened or refused already, nothing happens.

    Raises:
        NoSpaceForPackage: the disk is full or broken; try again.
        CantonError: a transient one of the handler; try again.
    """
    if incoming.state != IncomingState.RECEIVED:
        return incoming
    beside = incoming.folder.with_name(f"{incoming.sha256}.tmp-{uuid4().hex}")
    opened: packages.Opened | None = None
    try:
        beside.mkdir()
        opened = packages.open(incoming.packed_path, terms=terms(incoming, now=now), into=beside)
        if len(opened.manifest.resources) != 1 and opened.manifest.dataset != RECEIPT:
            raise PackageFiles(name=opened.manifest.resources[1].path)
        replace_folder(beside, incoming.folder)
        incoming = _hand_over(incoming, opened, now)
    except CantonError as error:
        if error.transient:
            raise
        incoming = refuse(incoming, error, opened=opened, now=now)
    except OSError as error:
        raise NoSpaceForPackage(name=incoming.name, why=error.strerror) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    tidy(incoming)
    return incoming


@transaction.atomic
def _hand_over(incoming: Incoming, opened: packages.Opened, now: datetime) -> Incoming:
    incoming = _locked(incoming)
    if incoming.state != IncomingState.RECEIVED:
        return incoming
    handler = handlers.of(opened.manifest.dataset)
    if handler is None:
        raise PackageDataset(dataset=opened.manifest.dataset)
    incoming.describe(opened.manifest)
    incoming.encoding = opened.manifest.resources[0].encoding
    incoming.descriptor, incoming.signature = opened.descriptor.decode(), opened.signature.decode()
    incoming.state, incoming.opened_at = IncomingState.OPENED, now
    incoming.save()
    _note("exchange.open_package", incoming, now, dataset=incoming.dataset, key=opened.key)
    handler(incoming)
    return incoming


@transaction.atomic
def refuse(
    incoming: Incoming, error: CantonError, *, opened: packages.Opened | None = None, now: datetime
) -> Incoming:
    """Refuse a package whole and tell its sender why; opened: its signature held, so it is what it says."""
    incoming = _locked(incoming)
    if incoming.state != IncomingState.RECEIVED:
        return incoming
    if opened is not None:
        incoming.describe(opened.manifest)
    with translation.override("zh-hans"):
        incoming.error_zh = error.message
    with translation.override("en"):
        incoming.error_en = error.message
    incoming.error_code, incoming.state, incoming.opened_at = error.code, IncomingState.REFUSED, now
    incoming.save()
    _note("exchange.refuse_package", incoming, now, error=error.code)
    outcome = Outcome(
        accepted=False, error_code=error.code, error_zh=incoming.error_zh, error_en=incoming.error_en
    )
    send_receipt(incoming, outcome=outcome, now=now)
    return incoming


def tidy(incoming: Incoming) -> None:
    """Remove what is left of a package that has been opened or refused."""
    if incoming.state != IncomingState.RECEIVED:
        incoming.packed_path.unlink(missing_ok=True)
        for folder in (incoming.folder, *incoming.folder.parent.glob(f"{incoming.sha256}.tmp-*")):
            shutil.rmtree(folder, ignore_errors=True)


def terms(incoming: Incoming, *, now: datetime) -> packages.Terms:
    """What a package over this link must be."""
    accepts: dict[str, set[str]] = {name: {version} for name, version in handlers.letters().items()}
    for each in formats.all():
        accepts.setdefault(each.name, set()).add(each.version)
    for name, versions in handlers.tables().items():
        accepts.setdefault(name, set()).update(versions)
    return packages.Terms(
        sender=incoming.sender,
        recipient=settings.CANTON_CENTRE,
        keys=known_keys.of_everybody(now=now),
        accepts={name: frozenset(versions) for name, versions in accepts.items()},
        limits=packages.Limits(
            packed=settings.CANTON_PACKAGE_BYTES,
            unpacked=settings.CANTON_UPLOAD_BYTES,
            ratio=settings.CANTON_PACKAGE_RATIO,
        ),
    )


def _take_repeat(incoming: Incoming, now: datetime) -> None:
    Incoming.objects.filter(pk=incoming.pk).update(repeats=F("repeats") + 1)
    _note("exchange.receive_again", incoming, now)
    deliver_again(incoming)


def _move(path: Path, incoming: Incoming) -> None:
    """Into the inbox, or away when what it holds has been opened."""
    if incoming.state == IncomingState.RECEIVED:
        path.replace(incoming.packed_path)
        flush(incoming.packed_path.parent)
    else:
        path.unlink(missing_ok=True)


def _locked(incoming: Incoming) -> Incoming:
    return Incoming.objects.select_for_update(of=("self",)).select_related("link").get(pk=incoming.pk)


def _note(action: str, incoming: Incoming, now: datetime, **detail: Any) -> None:
    record(
        action,
        actor=f"link:{incoming.sender}",
        centre=incoming.sender,
        now=now,
        target=incoming.name,
        sha256=incoming.sha256,
        **detail,
    )
    events.publish("links", centre=incoming.sender, package=incoming.name, state=incoming.state)
