"""Opening accounts."""

from datetime import datetime

from django.db import transaction

from canton.accounts import policy
from canton.accounts.choices import Role
from canton.accounts.errors import NumberTaken
from canton.accounts.models import Staff
from canton.audit import services as audit
from canton.centres.models import Centre

UNATTENDED = ("cli", "demo", "system")  # actors that set up an account for whoever is at the machine


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
    policy.require_fit(password, staff)
    staff.set_password(password)
    staff.password_set_at = now
    staff.must_change_password = by not in UNATTENDED
    staff.save()
    audit.record("accounts.open_account", actor=by, centre=centre.code, now=now, target=number, role=role)
    return staff
