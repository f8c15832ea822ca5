"""Carries packages to a neighbour and their receipts back: the edge between the outbox and the ways."""

import logging
import tempfile
from pathlib import Path

from django.utils import timezone

from canton.kernel.errors import CantonError

from . import folders, roads
from .models import Outgoing
from .services import receipts, sending

log = logging.getLogger(__name__)


def send(number: int) -> Outgoing | None:
    """Send a due package; failures are remembered, not raised. None: not due, or another has it."""
    outgoing = sending.claim_to_send(number, now=timezone.now())
    if outgoing is None:
        return None
    try:
        way, _ = roads.along(
            outgoing.link, lambda road: road.put(outgoing.packed_path), first=outgoing.wanted_via
        )
    except CantonError as error:
        log.warning("%s was not sent: %s", outgoing.name, error)
        return sending.mark_not_sent(outgoing, error, now=timezone.now())
    return sending.mark_sent(outgoing, way=way, now=timezone.now())


def ask(number: int) -> Outgoing | None:
    """Ask for the receipt of a sent package and file it; None and failures as above."""
    outgoing = sending.claim_to_ask(number, now=timezone.now())
    if outgoing is None:
        return None
    name, link, by = receipts.receipt_name(outgoing.sha256), outgoing.link, outgoing.went_by
    try:
        with tempfile.TemporaryDirectory(dir=folders.receipts_filed()) as into:
            _, path = roads.along(link, lambda road: road.fetch(name, into=Path(into)), first=by)
            if path is None:
                return sending.mark_no_receipt(outgoing, None, now=timezone.now())
            outgoing = receipts.file_receipt(path, outgoing=outgoing, now=timezone.now())
    except CantonError as error:
        log.warning("No receipt for %s: %s", outgoing.name, error)
        return sending.mark_no_receipt(outgoing, error, now=timezone.now())
    try:
        roads.along(link, lambda road: road.clear_away(name), first=by)
    except CantonError as error:
        log.info("The receipt for %s stays in the drop-box: %s", outgoing.name, error)
    return outgoing
