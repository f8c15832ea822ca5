"""What can be done with accounts."""

from .accounts import open_account
from .door import signed_in, signed_out, turned_away
from .links import Made, make_link, turned_away_at_link, use_link
from .passwords import change_password, restore_password
from .staff import Details, add_person, change_person, reinstate, suspend

__all__ = [
    "Details",
    "Made",
    "add_person",
    "change_password",
    "change_person",
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
