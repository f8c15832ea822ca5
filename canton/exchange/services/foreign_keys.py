"""A neighbour's rotation of keys, as its notices tell us."""

from datetime import datetime, timedelta
from typing import Any

from ..choices import KeyKind, KeysPhase
from ..errors import BadCard, NoticeUnreadable
from ..models import Incoming, Link, OtherKey
from ..notices import text
from .links import readable_signing_key, readable_ssh_key

LONGEST = timedelta(days=90)  # an old key holds no longer, whatever its owner says


def take_keys(link: Link, incoming: Incoming, content: dict[str, Any], now: datetime) -> str:
    """Let announced keys in beside the old ones, or make them those of the link; answers the phase.

    Raises:
        NoticeUnreadable: a key is none, it is signed by the wrong key, or retires what was never announced.
    """
    phase, new = text(content, "phase"), _keys(content)
    signer = incoming.signature.split()[1]
    if phase == KeysPhase.ANNOUNCE:
        if signer != link.verify_key.id:
            raise NoticeUnreadable(part="signature")
        link.other_keys.filter(until=None).delete()
        for kind, public in new.items():
            OtherKey.objects.create(link=link, kind=kind, public=public, added_at=now)
        return phase
    if phase != KeysPhase.RETIRE:
        raise NoticeUnreadable(part="phase")
    _retire(link, new, signer, min(_until(content), now + LONGEST), now)
    return phase


def _retire(link: Link, new: dict[str, str], signer: str, until: datetime, now: datetime) -> None:
    announced = {key.kind: key for key in link.other_keys.filter(until=None)}
    if link.verify_key.id == signer and str(link.signing_key) == new[KeyKind.SIGNING]:
        link.other_keys.exclude(until=None).update(until=until)  # in use already: the overlap ends earlier
        return
    named = announced.get(KeyKind.SIGNING)
    if named is None or named.public != new[KeyKind.SIGNING] or named.name != signer:
        raise NoticeUnreadable(part="signature")
    old = {KeyKind.SIGNING: link.signing_key, KeyKind.SIGN_IN: link.ssh_key, KeyKind.HOST: link.host_key}
    for kind, public in old.items():
        if public:
            OtherKey.objects.create(link=link, kind=kind, public=public, until=until, added_at=now)
    for key in announced.values():
        key.delete()
    link.signing_key, link.ssh_key = new[KeyKind.SIGNING], new[KeyKind.SIGN_IN]
    if link.host:
        link.host_key = new[KeyKind.HOST]
    link.save()


def _keys(content: dict[str, Any]) -> dict[str, str]:
    try:
        return {
            KeyKind.SIGNING: readable_signing_key(text(content, "signing_key")),
            KeyKind.SIGN_IN: readable_ssh_key(text(content, "ssh_key", 800), "ssh_key"),
            KeyKind.HOST: readable_ssh_key(text(content, "ssh_host_key", 800), "ssh_host_key"),
        }
    except BadCard as error:
        raise NoticeUnreadable(part="key") from error


def _until(content: dict[str, Any]) -> datetime:
    try:
        until = datetime.fromisoformat(text(content, "until"))
    except ValueError as error:
        raise NoticeUnreadable(part="until") from error
    if until.tzinfo is None:
        raise NoticeUnreadable(part="until")
    return until
