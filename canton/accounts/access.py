"""Who may open a view, for rooms above this one; the guard itself is canton.kernel.access."""

from django.http import HttpRequest

from canton.kernel.access import public, requires

from .models import Staff

__all__ = ["StaffRequest", "public", "requires"]


class StaffRequest(HttpRequest):
    """A request whose sender has signed in."""

    user: Staff
