"""Our keys changed without a gap: announced with the old, in use when all know them, the old retired later.

1. announce, signed by the old key: the neighbour lets the new keys in beside the old ones.
2. switch, when every neighbour has given his receipt: from now on we use the new keys.
3. retire, signed by the new key: the neighbour makes them those of the link; the old hold for the overlap.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from canton.audit.services import record
from canton.centres.selectors import own
from canton.kernel import events

from .. import keys
from ..choices import KeysPhase, NoticeKind, OutgoingState
from ..errors import NoRotation, RotationUnderWay, UnknownKey
from ..keys import fingerprint
from ..models import Announcement, Link, OtherKey, Rotation
from .notices import send_notice


@transaction.atomic
def begin_rotation(*, overlap: timedelta, by: str, now: datetime) -> Rotation:
    """Make new keys and announce them to every neighbour.

    Raises:
        RotationUnderWay: one is announced and not in use yet.
    """
    if Rotation.objects.select_for_update().filter(switched_at=None).exists():
        raise RotationUnderWay
    keys.make_next()
    card = keys.next_card(settings.CANTON_CENTRE)
    rotation = Rotation.objects.create(
        started_at=now, by=by, overlap_days=overlap.days, key=keys.signing_next().public.id
    )
    _note("exchange.begin_rotation", by, now, key=rotation.key, signing_key=card.signing_key)
    _announce(rotation, now)
    return rotation


@transaction.atomic
def go_on_with_rotation(*, now: datetime) -> bool:
    """Announce to whoever does not know yet; switch when all do. Answers whether it switched."""
    rotation = Rotation.objects.select_for_update().filter(switched_at=None).first()
    if rotation is None:
        return False
    _announce(rotation, now)
    if unaware(rotation).exists():
        return False
    _switch(rotation, "system", now)
    return True


@transaction.atomic
def switch_now(*, by: str, now: datetime) -> Rotation:
    """Use the new keys though not all know them; those who do not need our card brought to them.

    Raises:
        NoRotation: nothing is announced.
    """
    rotation = Rotation.objects.select_for_update().filter(switched_at=None).first()
    if rotation is None:
        raise NoRotation
    _switch(rotation, by, now)
    return rotation


@transaction.atomic
def retire_now(*, by: str, now: datetime) -> Rotation:
    """End the overlap: tell all neighbours that the old keys hold no longer.

    Raises:
        NoRotation: no old key holds.
    """
    rotation = Rotation.objects.select_for_update().filter(ends_at__gt=now).first()
    if rotation is None:
        raise NoRotation
    rotation.ends_at = now
    rotation.save()
    _retire(rotation, now)
    _note("exchange.retire_keys", by, now, key=rotation.key)
    return rotation


@transaction.atomic
def revoke_key(link: Link, key: OtherKey | None, *, by: str, now: datetime) -> None:
    """Let nobody in by a neighbour's key from this moment on. None: those of the link; the link ends.

    A new card makes a link of it again.
    """
    if key is None:
        Link.objects.filter(pk=link.pk).update(active=False)
        OtherKey.objects.filter(link=link).delete()
        revoked = link.verify_key.id
    else:
        revoked = key.name
        OtherKey.objects.filter(link=link, public=key.public).delete()
    record(
        "exchange.revoke_key", actor=by, centre=settings.CANTON_CENTRE, now=now, target=link.pk, key=revoked
    )
    events.publish("links", centre=link.pk)


def key_named(link: Link, name: str) -> OtherKey | None:
    """The key of this name among those of a link; None: it is the link's own.

    Raises:
        UnknownKey: there is none.
    """
    if name in ("", link.verify_key.id, fingerprint(link.ssh_key)):
        return None
    found = next((key for key in OtherKey.objects.filter(link=link) if key.name == name), None)
    if found is None:
        raise UnknownKey(key=name, centre=link.pk)
    return found


def unaware(rotation: Rotation) -> QuerySet[Link]:
    """Neighbours who have not given a receipt for the announcement."""
    aware = rotation.announcements.filter(outgoing__state=OutgoingState.RECEIPTED)
    return _neighbours().exclude(pk__in=aware.values("outgoing__link"))


def _announce(rotation: Rotation, now: datetime) -> None:
    told = rotation.announcements.values("outgoing__link")
    content = asdict(keys.next_card(settings.CANTON_CENTRE)) | {"phase": KeysPhase.ANNOUNCE}
    for link in _neighbours().exclude(pk__in=told):
        outgoing = send_notice(NoticeKind.KEYS, content, to=link, now=now, actor=rotation.by)
        Announcement.objects.create(rotation=rotation, outgoing=outgoing)


def _switch(rotation: Rotation, by: str, now: datetime) -> None:
    keys.take_next()
    rotation.switched_at, rotation.ends_at = now, now + timedelta(days=rotation.overlap_days)
    rotation.save()
    _retire(rotation, now)
    _note("exchange.switch_keys", by, now, key=rotation.key, old_until=rotation.ends_at.isoformat())


def _retire(rotation: Rotation, now: datetime) -> None:
    assert rotation.ends_at is not None
    card = asdict(keys.card(settings.CANTON_CENTRE))
    content: dict[str, Any] = card | {"phase": KeysPhase.RETIRE, "until": rotation.ends_at.isoformat()}
    for link in _neighbours():
        send_notice(NoticeKind.KEYS, content, to=link, now=now, actor=rotation.by)


def _neighbours() -> QuerySet[Link]:
    here = own()
    return Link.objects.filter(Q(peer__parent=here) | Q(peer=here.parent_id), active=True)


def _note(action: str, by: str, now: datetime, **detail: Any) -> None:
    centre = settings.CANTON_CENTRE
    record(action, actor=by, centre=centre, now=now, target=centre, **detail)
    events.publish("links", centre=centre)
