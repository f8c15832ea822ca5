"""Ending sessions: one's own, and by an administrator those of others."""

from datetime import datetime

from django.db import transaction

from canton.accounts import authority
from canton.accounts.errors import NoSuchSession
from canton.accounts.models import Session, Staff

from .trail import kept_of


def end_all(staff: Staff, *, but: str | None = None) -> int:
    """End every session of a person, but perhaps the one with that key; answers how many."""
    return Session.objects.filter(staff=staff).exclude(session_key=but or "").delete()[0]


@transaction.atomic
def end_session(staff: Staff, mark: str, *, by: Staff, now: datetime, address: str | None) -> Session:
    """End one session of a person; whoever sits there is at the door with the next click.

    Raises:
        NoSuchSession: it has ended already.
        OutOfReach: it is somebody's who is not in the tree of who ends it.
    """
    _require_may_end(by, staff)
    found = next((session for session in staff.sessions.all() if session.mark == mark), None)
    if found is None:
        raise NoSuchSession()
    Session.objects.filter(pk=found.pk).delete()
    kept_of("end_session", staff, by=by, now=now, address=address, device=found.device, of=found.address)
    return found


@transaction.atomic
def end_sessions(
    staff: Staff, *, by: Staff, now: datetime, address: str | None, but: str | None = None
) -> int:
    """End every session of a person, but perhaps the one with the key `but`; answers how many.

    Raises:
        OutOfReach: the person is not in the tree of who ends them.
    """
    _require_may_end(by, staff)
    ended = end_all(staff, but=but)
    kept_of("end_sessions", staff, by=by, now=now, address=address, ended=ended)
    return ended


def _require_may_end(by: Staff, staff: Staff) -> None:
    if by.pk != staff.pk:
        authority.require_over(by, staff, takes_over=False)
