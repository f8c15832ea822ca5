"""What can be done with accounts."""

from .accounts import open_account
from .door import signed_in, signed_out, turned_away
from .links import Made, make_link, turned_away_at_link, use_link
from .passwords import change_password, restore_password

__all__ = [
    "Made",
    "change_password",
    "make_link",
    "open_account",
    "restore_password",
    "signed_in",
    "signed_out",
    "turned_away",
    "turned_away_at_link",
    "use_link",
]
