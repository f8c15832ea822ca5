"""What can be done with accounts."""

from .accounts import open_account
from .door import signed_in, signed_out, turned_away
from .links import Made, make_link, turned_away_at_link, use_link
from .passwords import change_password, restore_password
from .sessions import end_session, end_sessions
from .staff import Details, add_person, change_person, reinstate, suspend

__all__ = [
    "Details",
    "Made",
    "add_person",
    "change_password",
    "change_person",
    "end_session",
    "end_sessions",
    "make_link",
    "open_account",
    "reinstate",
    "restore_password",
    "signed_in",
    "signed_out",
    "suspend",
    "turned_away",
    "turned_away_at_link",
    "use_link",
]
