"""The keys a neighbour is known by at a moment: those of the link, and others that hold beside them."""

from datetime import datetime

from django.db.models import Q

from .choices import KeyKind
from .models import Link, OtherKey
from .signatures import VerifyKey


def signing(link: Link, *, now: datetime) -> list[VerifyKey]:
    """What its packages and requests may be signed with."""
    return [link.verify_key, *(VerifyKey.parse(line) for line in _others(link.pk, KeyKind.SIGNING, now))]


def of_everybody(*, now: datetime) -> tuple[tuple[str, VerifyKey], ...]:
    """The signing keys of all active links, as (centre, key)."""
    links = Link.objects.filter(active=True)
    return tuple((link.pk, key) for link in links for key in signing(link, now=now))


def sign_in(centre: str, *, now: datetime) -> list[str]:
    """OpenSSH lines of the keys it may sign in with; none when the link is not active."""
    line = Link.objects.filter(pk=centre, active=True).values_list("ssh_key", flat=True).first()
    return [line, *_others(centre, KeyKind.SIGN_IN, now)] if line else []


def host(link: Link, *, now: datetime) -> str:
    """OpenSSH lines its SFTP server may show."""
    return "\n".join([link.host_key, *_others(link.pk, KeyKind.HOST, now)])


def _others(centre: str, kind: KeyKind, now: datetime) -> list[str]:
    found = OtherKey.objects.filter(Q(until=None) | Q(until__gt=now), link=centre, kind=kind)
    return list(found.values_list("public", flat=True))
