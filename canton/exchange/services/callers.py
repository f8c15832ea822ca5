"""Who calls at the HTTPS door, and that he says each thing once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from .. import known_keys
from ..https.errors import NotSigned, Replayed, WrongTime
from ..https.messages import Request, verify
from ..models import Link, Nonce


def let_in(request: Request, *, centre: str, now: datetime) -> Link:
    """The link of the neighbour `centre`, once it is certain that he signed this request now and only once.

    Raises:
        NotSigned: there is no such link, or the signature does not hold with its key.
        WrongTime: signed too far from now.
        Replayed: it has been here before.
    """
    link = Link.objects.filter(pk=centre, active=True).first()
    if link is None:
        raise NotSigned(why="keyid")
    signed = verify(request, known_keys.signing(link, now=now))
    away = abs((now - signed.created).total_seconds())
    if away > settings.CANTON_TRANSFER_SECONDS:
        raise WrongTime(seconds=round(away))
    try:
        with transaction.atomic():
            Nonce.objects.create(link=link, word=signed.nonce, at=now)
    except IntegrityError as error:
        raise Replayed from error
    return link


def forget_nonces(*, now: datetime) -> int:
    """Forget words that can no longer be used, because their time is over; answer how many."""
    over = now - timedelta(seconds=2 * settings.CANTON_TRANSFER_SECONDS)
    deleted, _ = Nonce.objects.filter(at__lt=over).delete()
    return deleted
