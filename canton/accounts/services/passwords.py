"""Changing passwords; the one replaced goes into the history."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import is_password_usable
from django.db import transaction

from canton.accounts import policy
from canton.accounts.models import FormerPassword, Staff

from .sessions import end_all
from .trail import kept


@transaction.atomic
def change_password(staff: Staff, *, password: str, now: datetime, address: str | None) -> None:
    """Set the password a person chose for himself; every other session of his ends with the old one.

    Raises:
        WeakPassword: the password breaks a rule, or was in use before.
    """
    policy.require_fit(password, staff)
    put_password(staff, password, now=now)
    kept("change_password", staff, now=now, address=address)


@transaction.atomic
def restore_password(staff: Staff, *, password: str, now: datetime) -> None:
    """Set a password that was in force before; for the demonstration, whose passwords stay the same."""
    put_password(staff, password, now=now)
    kept("change_password", staff, now=now, address=None)


def put_password(staff: Staff, password: str, *, now: datetime) -> None:
    """Replace the password by one its person chose; remember the old one as long as the policy asks."""
    if is_password_usable(staff.password):
        FormerPassword.objects.create(staff=staff, password=staff.password, replaced_at=now)
    remembered = staff.former_passwords.values("pk")[: max(0, settings.CANTON_PASSWORD_HISTORY - 1)]
    staff.former_passwords.exclude(pk__in=list(remembered.values_list("pk", flat=True))).delete()
    staff.set_password(password)
    staff.password_set_at = now
    staff.must_change_password = False
    staff.save(update_fields=["password", "password_set_at", "must_change_password"])
    end_all(staff)
