"""What is kept of everybody who comes, is turned away, and leaves."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from canton.accounts.models import Session, Staff
from canton.audit import services as audit

from .trail import kept

NOBODY = "unknown"


@transaction.atomic
def signed_in(staff: Staff, *, now: datetime, address: str | None) -> None:
    """Keep that somebody came in, and sweep out sessions that are over."""
    Session.objects.filter(expire_date__lt=now).delete()
    kept("sign_in", staff, now=now, address=address)


def signed_out(staff: Staff, *, now: datetime, address: str | None) -> None:
    """Keep that somebody left."""
    kept("sign_out", staff, now=now, address=address)


@transaction.atomic
def turned_away(number: str, *, locks: bool, now: datetime, address: str | None) -> None:
    """Keep that a number and password did not fit and, once, that this locked the number for its source."""
    staff = Staff.objects.filter(number=number).first()
    centre = staff.centre_id if staff else settings.CANTON_CENTRE
    for action in ("accounts.fail_sign_in", "accounts.lock")[: 1 + locks]:
        audit.record(
            action,
            actor=staff.number if staff else NOBODY,
            centre=centre,
            now=now,
            target=number[: Staff._meta.get_field("number").max_length],
            address=address,
        )
