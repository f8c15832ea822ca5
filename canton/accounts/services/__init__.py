"""What can be done with accounts."""

from .accounts import open_account
from .door import signed_in, signed_out, turned_away
from .factors import Checked, check_code, drop_factor, enrol, renew_recovery, reset_factor
from .links import Made, make_link, turned_away_at_link, use_link
from .passwords import change_password, restore_password
from .rules import require_code
from .sessions import end_session, end_sessions
from .staff import Details, add_person, change_person, reinstate, suspend

__all__ = [
    "Checked",
    "Details",
    "Made",
    "add_person",
    "change_password",
    "change_person",
    "check_code",
    "drop_factor",
    "end_session",
    "end_sessions",
    "enrol",
    "make_link",
    "open_account",
    "reinstate",
    "renew_recovery",
    "require_code",
    "reset_factor",
    "restore_password",
    "signed_in",
    "signed_out",
    "suspend",
    "turned_away",
    "turned_away_at_link",
    "use_link",
]
