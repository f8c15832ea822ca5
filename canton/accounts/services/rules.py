"""Rules for roles that administrators set as data."""

from datetime import datetime

from django.db import transaction

from canton.accounts import authority
from canton.accounts.choices import Role
from canton.accounts.models import RoleRule, Staff
from canton.audit import services as audit
from canton.centres import selectors as centres


@transaction.atomic
def require_code(role: Role, required: bool, *, by: Staff, now: datetime, address: str | None) -> None:
    """Have everybody with a role bring a second factor, or no longer; it holds from each one's next request.

    Raises:
        OutOfReach: he does not administer this centre as a whole; the rule holds for all of it.
    """
    authority.require_reach(by, centres.own())
    rule, _ = RoleRule.objects.select_for_update().get_or_create(role=role)
    if rule.requires_code != required:
        rule.requires_code = required
        rule.save(update_fields=["requires_code"])
        audit.record(
            "accounts.require_factor" if required else "accounts.waive_factor",
            actor=by.number, centre=by.centre_id, now=now, target=str(role), address=address,
        )  # fmt: skip
