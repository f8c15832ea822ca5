"""The number a batch is known by to people, in addresses and in receipts."""

import re
from collections.abc import Callable

from canton.records.identity import Identity

from .errors import BadName

PERIOD = re.compile(r"[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
PERIOD_LENGTH = 16
SEQUENCE_MAX = 2**31 - 1
DIGITS_OF_CONTENT = (8, 16, 64)


def require_name(period: str, sequence: int | None) -> None:
    """See that period and sequence can name a batch, or are both absent.

    Raises:
        BadName: one without the other, or not fit to stand in an address.
    """
    if not period and sequence is None:
        return
    fit = len(period) <= PERIOD_LENGTH and PERIOD.fullmatch(period)
    if not fit or sequence is None or not 0 <= sequence <= SEQUENCE_MAX:
        raise BadName


def number(letters: str, identity: Identity, *, taken: Callable[[str], bool]) -> str:
    """GZ-contacts-1999-01-1, or GZ-contacts-3fa9c1d2 without a period; corrections end in -r2, -r3 …

    Args:
        letters: of the centre.
        taken: whether another batch has this number.
    """
    head = f"{letters}-{identity.dataset}"
    if identity.named:
        plain = [f"{head}-{identity.period}-{identity.sequence}"]
    else:
        plain = [f"{head}-{identity.sha256[:digits]}" for digits in DIGITS_OF_CONTENT]
    for candidate in plain:
        if not taken(candidate):
            return candidate
    revision = 2
    while taken(f"{plain[0]}-r{revision}"):
        revision += 1
    return f"{plain[0]}-r{revision}"
