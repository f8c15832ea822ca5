"""What an operator does with packages on their way: try at once, or take one back."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.kernel import events

from .. import folders
from ..choices import OutgoingState
from ..errors import CannotCancel, CannotRetry
from ..models import Outgoing
from . import sending

MAY_RETRY = (OutgoingState.QUEUED, OutgoingState.FAILED, OutgoingState.LAID, OutgoingState.SENT)
MAY_CANCEL = (OutgoingState.QUEUED, OutgoingState.FAILED, OutgoingState.LAID)


@transaction.atomic
def retry(outgoing: Outgoing, *, by: str, now: datetime) -> Outgoing:
    """Send a package at once, also one that was given up; its week begins anew. Of one that was sent the
    receipt is asked for at once.

    Raises:
        CannotRetry: it is being sent, is answered or was cancelled, or its file is gone.
    """
    outgoing = _locked(outgoing)
    if outgoing.state == OutgoingState.SENT:
        return _ask_now(outgoing, by, now)
    if outgoing.state not in MAY_RETRY or not outgoing.packed_path.is_file():
        raise CannotRetry(name=outgoing.name)
    outgoing.state, outgoing.next_attempt_at, outgoing.retried_at = OutgoingState.QUEUED, now, now
    outgoing.attempts = 0
    outgoing.save()
    _note("exchange.retry", outgoing, by, now)
    sending.schedule(outgoing)
    return outgoing


def _ask_now(outgoing: Outgoing, by: str, now: datetime) -> Outgoing:
    outgoing.next_attempt_at = now
    outgoing.save(update_fields=["next_attempt_at"])
    _note("exchange.ask_receipt", outgoing, by, now)
    sending.schedule(outgoing)
    return outgoing


@transaction.atomic
def cancel(outgoing: Outgoing, *, by: str, now: datetime) -> Outgoing:
    """Take back a package that has not arrived; the neighbour never hears of it.

    Raises:
        CannotCancel: it is being sent, or has arrived.
    """
    outgoing = _locked(outgoing)
    if outgoing.state not in MAY_CANCEL:
        raise CannotCancel(name=outgoing.name)
    outgoing.state, outgoing.next_attempt_at = OutgoingState.CANCELLED, None
    outgoing.save()
    _note("exchange.cancel", outgoing, by, now)
    sending.wake_next(outgoing, now=now)
    transaction.on_commit(lambda: _remove(outgoing))
    return outgoing


def _remove(outgoing: Outgoing) -> None:
    outgoing.packed_path.unlink(missing_ok=True)
    (folders.dropbox(outgoing.link_id) / "out" / outgoing.name).unlink(missing_ok=True)


def _locked(outgoing: Outgoing) -> Outgoing:
    return Outgoing.objects.select_for_update(of=("self",)).select_related("link").get(pk=outgoing.pk)


def _note(action: str, outgoing: Outgoing, by: str, now: datetime) -> None:
    centre = settings.CANTON_CENTRE
    record(action, actor=by, centre=centre, now=now, target=outgoing.name, to=outgoing.link_id)
    events.publish("links", centre=centre, package=outgoing.name, state=outgoing.state)
