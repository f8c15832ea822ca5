"""Who may open a view, for rooms above this one; the guard itself is canton.kernel.access."""

from django.http import HttpRequest

from canton.kernel.access import public, requires

from .models import Staff

__all__ = ["StaffRequest", "address_of", "public", "requires"]


class StaffRequest(HttpRequest):
    """A request whose sender has signed in."""

    user: Staff


def address_of(request: HttpRequest) -> str | None:
    """Where a request came from, for the audit trail; a header the sender wrote does not count."""
    return request.META.get("REMOTE_ADDR") or None
