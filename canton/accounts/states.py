"""What state an account is in, for the list of staff."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from .models import Staff


@dataclass(frozen=True, slots=True)
class State:
    """kind: the shape of the pill. words: what it says."""

    kind: str
    words: str | Promise


CLOSED = State("wait", pgettext_lazy("account", "suspended"))
NO_PASSWORD = State("warn", pgettext_lazy("account", "no password yet"))
FIRST_PASSWORD = State("warn", pgettext_lazy("account", "first password not changed"))
EXPIRED = State("warn", pgettext_lazy("account", "password expired"))
IN_ORDER = State("ok", pgettext_lazy("account", "in order"))


def state_of(staff: Staff, now: datetime) -> State:
    """The one thing to know about an account at `now`."""
    if not staff.is_active:
        return CLOSED
    if not staff.has_usable_password():
        return NO_PASSWORD
    if staff.must_change_password:
        return FIRST_PASSWORD
    return EXPIRED if staff.password_due(now) else IN_ORDER
