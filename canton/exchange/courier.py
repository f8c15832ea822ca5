"""Carries packages to a neighbour and their receipts back: the edge between the outbox and the ways."""

import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from canton.kernel.errors import CantonError

from . import folders, roads, services
from .choices import Errand, Way
from .errors import HostKeyDiffers, PackageGone
from .models import Incoming, Link, Outgoing
from .services import receipts, sending

log = logging.getLogger(__name__)
AT_ONCE = 50  # packages fetched in one visit

Answer = TypeVar("Answer")


def send(number: int) -> Outgoing | None:
    """Send a due package; failures are remembered, not raised. None: not due, or another has it."""
    outgoing = sending.claim_to_send(number, now=timezone.now())
    if outgoing is None:
        return None
    if not outgoing.packed_path.is_file():
        return sending.mark_not_sent(outgoing, PackageGone(name=outgoing.name), now=timezone.now())
    if not roads.to(outgoing.link):
        return sending.lay_out(outgoing, now=timezone.now())
    try:
        trip = _along(
            outgoing.link,
            lambda road: road.put(outgoing.packed_path, told=_progress(outgoing)),
            first=outgoing.wanted_via,
        )
    except CantonError as error:
        log.warning("%s was not sent: %s", outgoing.name, error)
        return sending.mark_not_sent(outgoing, error, now=timezone.now())
    _keep_detours(outgoing, trip, Errand.SEND)
    return sending.mark_sent(outgoing, way=trip.way, now=timezone.now())


def _along(link: Link, act: Callable[[roads.Road], Answer], *, first: str = "") -> roads.Trip[Answer]:
    """As roads.along; a host key that differs is kept with the link until a person decides."""
    try:
        trip = roads.along(link, act, first=first)
    except HostKeyDiffers as error:
        services.note_offered_key(link, error, now=timezone.now())
        raise
    if link.offered_key and trip.way == Way.SFTP:
        services.forget_offered_key(link, now=timezone.now())
    return trip


def _keep_detours(parcel: Outgoing | Incoming, trip: roads.Trip[Answer], errand: Errand) -> None:
    if trip.passed:
        services.note_detours(parcel, trip.passed, errand=errand, took=trip.way, now=timezone.now())


def _progress(outgoing: Outgoing) -> Callable[[int], None]:
    """Notes how far the upload is, at most once a second."""
    noted = [time.monotonic()]

    def told(carried: int) -> None:
        if time.monotonic() - noted[0] >= 1:
            noted[0] = time.monotonic()
            sending.note_progress(outgoing, carried)

    return told


def ask(number: int) -> Outgoing | None:
    """Ask for the receipt of a sent package and file it; None and failures as above."""
    outgoing = sending.claim_to_ask(number, now=timezone.now())
    if outgoing is None:
        return None
    name, link, by = receipts.receipt_name(outgoing.sha256), outgoing.link, outgoing.went_by
    try:
        with tempfile.TemporaryDirectory(dir=folders.receipts_filed()) as into:
            trip = _along(link, lambda road: road.fetch(name, into=Path(into)), first=by)
            _keep_detours(outgoing, trip, Errand.ASK)
            if trip.answer is None:
                return sending.mark_no_receipt(outgoing, None, now=timezone.now())
            outgoing = receipts.file_receipt(trip.answer, outgoing=outgoing, now=timezone.now())
    except CantonError as error:
        log.warning("No receipt for %s: %s", outgoing.name, error)
        return sending.mark_no_receipt(outgoing, error, now=timezone.now())
    try:
        _along(link, lambda road: road.clear_away(name), first=trip.way)
    except CantonError as error:
        log.info("The receipt for %s stays in the drop-box: %s", outgoing.name, error)
    return outgoing


def visit(centre: str) -> int:
    """Bring a neighbour the receipts we owe him, and fetch what he has laid out; answers how many packages.

    Failures are noted, not raised: the next visit is a minute away.
    """
    link = Link.objects.filter(pk=centre, active=True, paused_at=None).first()
    if link is None or not roads.to(link):
        return 0
    try:
        for incoming in receipts.owed(link):
            path = folders.receipts_sent() / incoming.receipt
            _keep_detours(incoming, _bring(link, path), Errand.BRING)
            receipts.mark_brought(incoming, now=timezone.now())
        names = _along(link, lambda road: road.waiting()).answer
        return sum(_fetched(link, name) for name in names[:AT_ONCE])
    except CantonError as error:
        log.info("Centre %s was not visited: %s", centre, error)
        return 0


def _bring(link: Link, path: Path) -> roads.Trip[None]:
    return _along(link, lambda road: road.put(path))


def _fetched(link: Link, name: str) -> int:
    with tempfile.TemporaryDirectory(dir=folders.inbox(link.pk)) as into:
        trip = _along(link, lambda road: road.fetch(name, into=Path(into), folder="out"))
        if trip.answer is None:
            return 0
        with transaction.atomic():
            incoming = services.take_in(
                trip.answer, sender=link.pk, way=trip.way, fetched=True, now=timezone.now()
            )
            _keep_detours(incoming, trip, Errand.FETCH)
    _along(link, lambda road: road.clear_away(name, folder="out"), first=trip.way)
    return 1
