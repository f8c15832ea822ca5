"""Making and ending links."""

from datetime import datetime

from django.db import transaction

from canton.audit.services import record
from canton.centres.models import Centre
from canton.centres.selectors import own

from ..choices import Way
from ..errors import BadCard
from ..https.client import checked_address
from ..keys import Card, fingerprint
from ..models import Link
from ..signatures import VerifyKey


@transaction.atomic
def add_link(
    card: Card,
    *,
    host: str = "",
    port: int | None = None,
    url: str = "",
    via: str = "",
    actor: str,
    now: datetime,
) -> Link:
    """Make or renew the link to the centre of `card`; from now on its packages and sign-ins hold.

    host, port: where its SFTP server is, when we are to call it. url: where it takes packages by HTTPS.
    via: the way tried first; unless told, the only one there is, or SFTP.

    Raises:
        BadCard: the centre is no neighbour of ours in the tree, or a key is none.
        BadAddress: the HTTPS address is none.
    """
    link = Link(
        peer=_neighbour(card.centre),
        signing_key=readable_signing_key(card.signing_key),
        ssh_key=readable_ssh_key(card.ssh_key, "ssh_key"),
        host=host,
        port=port if host else None,
        host_key=readable_ssh_key(card.ssh_host_key, "ssh_host_key") if host else "",
        url=checked_address(url) if url else "",
        via=via or (Way.SFTP if host or not url else Way.HTTPS),
        added_at=now,
    )
    renewed = _put(link)
    record(
        "exchange.add_link",
        actor=actor,
        centre=own().code,
        now=now,
        target=card.centre,
        signing_key=link.verify_key.id,
        ssh_key=fingerprint(link.ssh_key),
        renewed=renewed,
    )
    return link


def _put(link: Link) -> bool:
    """Write it down; answers whether it takes the place of one."""
    before = Link.objects.filter(pk=link.pk).first()
    if before is None:
        link.save(force_insert=True)
        return False
    link.added_at = before.added_at
    link.paused_at, link.paused_by, link.paused_why = before.paused_at, before.paused_by, before.paused_why
    link.save(force_update=True)
    link.other_keys.all().delete()  # a card brought by hand is all that holds from now on
    return True


def _neighbour(code: str) -> Centre:
    centre = Centre.objects.filter(code=code).first()
    if centre is None or not (centre.parent == own() or own().parent == centre):
        raise BadCard(part="centre")
    return centre


def readable_signing_key(text: str) -> str:
    """The key as it is kept.

    Raises:
        BadCard: it is none.
    """
    try:
        return str(VerifyKey.parse(text))
    except ValueError as error:
        raise BadCard(part="signing_key") from error


def readable_ssh_key(line: str, part: str) -> str:
    """The OpenSSH line without comment.

    Raises:
        BadCard: it is none.
    """
    import asyncssh  # a third of a second, and not every process speaks SSH

    try:
        asyncssh.import_public_key(line)
    except (asyncssh.KeyImportError, ValueError) as error:
        raise BadCard(part=part) from error
    return " ".join(line.split()[:2])
