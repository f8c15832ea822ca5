"""A neighbour's SFTP server shows another host key than the one on record: kept; a person decides."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.kernel import events

from ..errors import HostKeyDiffers, NoReasonGiven, OfferedKeyGone
from ..keys import fingerprint
from ..models import Link
from .sending import wake_link

LEAST_REASON = 4  # characters


@transaction.atomic
def note_offered_key(link: Link, error: HostKeyDiffers, *, now: datetime) -> None:
    """Keep the key that was shown; the same again changes nothing."""
    if not error.key or Link.objects.filter(pk=link.pk, offered_key=error.key).exists():
        return
    Link.objects.filter(pk=link.pk).update(offered_key=error.key, offered_at=now)
    shown, known = fingerprint(error.key), fingerprint(link.host_key)
    _note("exchange.host_key_differs", "system", link, now, shown=shown, known=known)


@transaction.atomic
def forget_offered_key(link: Link, *, now: datetime) -> None:
    """The server shows a key that is on record again."""
    if Link.objects.filter(pk=link.pk).exclude(offered_key="").update(offered_key="", offered_at=None):
        _note("exchange.host_key_back", "system", link, now, known=fingerprint(link.host_key))


@transaction.atomic
def accept_host_key(link: Link, *, shown: str, how: str, by: str, now: datetime) -> Link:
    """Put the key that the server shows on record; what waits for the neighbour goes on.

    shown: the fingerprint the person compared. how: with whom and by what means he did.

    Raises:
        OfferedKeyGone: the server shows yet another key, or the one on record again.
        NoReasonGiven: nobody said how it was compared.
    """
    link = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not link.offered_key or fingerprint(link.offered_key) != shown:
        raise OfferedKeyGone(centre=link.pk)
    if len(how.strip()) < LEAST_REASON:
        raise NoReasonGiven(least=LEAST_REASON)
    before = fingerprint(link.host_key)
    link.host_key, link.offered_key, link.offered_at = link.offered_key, "", None
    link.save(update_fields=["host_key", "offered_key", "offered_at"])
    _note("exchange.accept_host_key", by, link, now, before=before, accepted=shown, how=how.strip())
    wake_link(link, now=now)
    return link


def _note(action: str, by: str, link: Link, now: datetime, **detail: str) -> None:
    record(action, actor=by, centre=settings.CANTON_CENTRE, now=now, target=link.pk, **detail)
    events.publish("links", centre=link.pk)
