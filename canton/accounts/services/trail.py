"""Lines of the audit trail about accounts."""

from datetime import datetime

from canton.accounts.models import Staff
from canton.audit import services as audit

AT_THE_MACHINE = "cli"


def kept(action: str, staff: Staff, *, now: datetime, address: str | None) -> None:
    """Keep what a person did with the own account."""
    audit.record(f"accounts.{action}", actor=staff.number, centre=staff.centre_id, now=now, address=address)


def kept_of(
    action: str,
    staff: Staff,
    *,
    by: Staff | None,
    now: datetime,
    address: str | None = None,
    **detail: object,
) -> None:
    """Keep what was done to somebody's account. by: None for whoever works at the machine."""
    actor = by.number if by else AT_THE_MACHINE
    audit.record(
        f"accounts.{action}",
        actor=actor,
        centre=staff.centre_id,
        now=now,
        target=staff.number,
        address=address,
        **detail,
    )
