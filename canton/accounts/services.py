"""Opening accounts, changing passwords, and what is kept of every sign-in."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from canton.audit import services as audit
from canton.centres.models import Centre

from .choices import Role
from .errors import NumberTaken, WeakPassword
from .models import Staff

UNATTENDED = ("cli", "demo", "system")  # actors that set up an account for whoever is at the machine
NOBODY = "unknown"


@transaction.atomic
def open_account(
    *, number: str, name: str, centre: Centre, role: Role, password: str, now: datetime, by: str
) -> Staff:
    """Give a person a staff number and a first password.

    by: a staff number, or one of "cli", "demo", "system". Who gets a password from a colleague must change it
    at the first sign-in.

    Raises:
        NumberTaken: somebody has the number.
        WeakPassword: the password breaks a rule (AUTH_PASSWORD_VALIDATORS).
    """
    if Staff.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    staff = Staff(number=number, name=name, centre=centre, role=Role(role), joined_at=now)
    _require_strong(password, staff)
    staff.set_password(password)
    staff.password_set_at = now
    staff.must_change_password = by not in UNATTENDED
    staff.save()
    audit.record("accounts.open_account", actor=by, centre=centre.code, now=now, target=number, role=role)
    return staff


@transaction.atomic
def change_password(staff: Staff, *, password: str, now: datetime, address: str | None) -> None:
    """Set the password a person chose for himself; every other session of his ends with the old one.

    Raises:
        WeakPassword: the password breaks a rule.
    """
    _require_strong(password, staff)
    staff.set_password(password)
    staff.password_set_at = now
    staff.must_change_password = False
    staff.save(update_fields=["password", "password_set_at", "must_change_password"])
    _record("accounts.change_password", staff, now, address)


def signed_in(staff: Staff, *, now: datetime, address: str | None) -> None:
    """Keep that somebody came in."""
    _record("accounts.sign_in", staff, now, address)


def signed_out(staff: Staff, *, now: datetime, address: str | None) -> None:
    """Keep that somebody left."""
    _record("accounts.sign_out", staff, now, address)


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


def _record(action: str, staff: Staff, now: datetime, address: str | None) -> None:
    audit.record(action, actor=staff.number, centre=staff.centre_id, now=now, address=address)


def _require_strong(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise WeakPassword(error) from error
