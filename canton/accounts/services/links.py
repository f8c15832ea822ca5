"""A lost password: an administrator makes a link, once used or half an hour old it is worth nothing (F39)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from canton.accounts import authority, policy, tokens
from canton.accounts.errors import LinkVoid, TooManyLinks
from canton.accounts.models import PasswordLink, Staff
from canton.audit import services as audit

from .door import NOBODY
from .passwords import put_password
from .trail import kept_of

HOUR = timedelta(hours=1)
A_PERSON, A_MAKER = 5, 60  # links an hour for one person, and by one maker


@dataclass(frozen=True, slots=True)
class Made:
    """A link as its maker sees it, once.

    token: what stands in its address; the database has its digest only.
    """

    token: str
    expires_at: datetime


@transaction.atomic
def make_link(staff: Staff, *, by: Staff | None, now: datetime, address: str | None = None) -> Made:
    """Make the one link by which a person may set a new password; a link made before is void.

    by: None for whoever works at the machine.

    Raises:
        OutOfReach, OwnAccount, RoleNotYours: the maker does not administer the person.
        TooManyLinks: more than A_PERSON an hour for the person, or A_MAKER by the maker.
    """
    authority.require_over(by, staff)
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    maker = by.number if by else ""
    recent = PasswordLink.objects.filter(made_at__gt=now - HOUR)
    if recent.filter(staff=staff).count() >= A_PERSON or recent.filter(made_by=maker).count() >= A_MAKER:
        raise TooManyLinks()
    token = tokens.new()
    expires_at = now + timedelta(minutes=settings.CANTON_LINK_MINUTES)
    staff.password_links.filter(used_at=None).update(expires_at=now)
    PasswordLink.objects.create(
        staff=staff, digest=tokens.digest(token), made_at=now, made_by=maker, expires_at=expires_at
    )
    kept_of("make_link", staff, by=by, now=now, address=address)
    return Made(token, expires_at)


@transaction.atomic
def use_link(token: str, *, password: str, now: datetime, address: str | None) -> Staff:
    """Set a new password by a link, which is then void; every session of the person ends.

    Raises:
        LinkVoid: the link was never made, or is used, replaced, too old, or of a suspended account.
        WeakPassword: the password breaks a rule, or was in use before; the link stays good.
    """
    link = (
        PasswordLink.objects.select_for_update(of=("self",))
        .select_related("staff")
        .filter(digest=tokens.digest(token))
        .first()
    )
    if link is None or not link.good(now):
        raise LinkVoid()
    policy.require_fit(password, link.staff)
    put_password(link.staff, password, now=now)
    link.used_at = now
    link.save(update_fields=["used_at"])
    kept_of("use_link", link.staff, by=link.staff, now=now, address=address)
    return link.staff


def turned_away_at_link(*, now: datetime, address: str | None) -> None:
    """Keep that somebody came with a link that is void."""
    audit.record("accounts.fail_link", actor=NOBODY, centre=settings.CANTON_CENTRE, now=now, address=address)
