"""Carries packages to a neighbour and their receipts back: the edge between the outbox and SFTP."""

import asyncio
import logging
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from canton.kernel.errors import CantonError

from . import folders, keys
from .models import Outgoing
from .services import receipts, sending
from .sftp import client

log = logging.getLogger(__name__)


def send(number: int) -> Outgoing | None:
    """Send a due package; failures are remembered, not raised. None: not due, or another has it."""
    outgoing = sending.claim_to_send(number, now=timezone.now())
    if outgoing is None:
        return None
    try:
        asyncio.run(client.put(outgoing.packed_path, _neighbour(outgoing)))
    except CantonError as error:
        log.warning("%s was not sent: %s", outgoing.name, error)
        return sending.mark_not_sent(outgoing, error, now=timezone.now())
    return sending.mark_sent(outgoing, now=timezone.now())


def ask(number: int) -> Outgoing | None:
    """Ask for the receipt of a sent package and file it; None and failures as above."""
    outgoing = sending.claim_to_ask(number, now=timezone.now())
    if outgoing is None:
        return None
    name, neighbour = receipts.receipt_name(outgoing.sha256), _neighbour(outgoing)
    try:
        with tempfile.TemporaryDirectory(dir=folders.receipts_filed()) as into:
            path = asyncio.run(client.fetch(name, neighbour, into=Path(into)))
            if path is None:
                return sending.mark_no_receipt(outgoing, None, now=timezone.now())
            outgoing = receipts.file_receipt(path, outgoing=outgoing, now=timezone.now())
    except CantonError as error:
        log.warning("No receipt for %s: %s", outgoing.name, error)
        return sending.mark_no_receipt(outgoing, error, now=timezone.now())
    try:
        asyncio.run(client.clear_away(name, neighbour))
    except CantonError as error:
        log.info("The receipt for %s stays in the drop-box: %s", outgoing.name, error)
    return outgoing


def _neighbour(outgoing: Outgoing) -> client.Neighbour:
    link = outgoing.link
    return client.Neighbour(
        centre=link.pk,
        own=settings.CANTON_CENTRE,
        host=link.host,
        port=link.port or 22,
        host_key=link.host_key,
        key=keys.sign_in(),
    )
