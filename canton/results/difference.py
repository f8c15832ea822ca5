"""What a corrected package says otherwise than the one it replaces."""

from collections.abc import Iterable
from dataclasses import dataclass

from .table import Row, Value


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changed; None: the line was not there, or is there no longer, or it is undefined."""

    breakdown: str
    key: str
    column: str
    before: Value
    after: Value


def between(before: Iterable[Row], after: Iterable[Row]) -> list[Change]:
    """Every value that differs, in the order of the new table; lines that are gone stand last."""
    old, new = ({row.place: row for row in rows} for rows in (before, after))
    found = []
    for place in dict.fromkeys((*new, *old)):
        was = old[place].cells if place in old else {}
        now = new[place].cells if place in new else {}
        for column in dict.fromkeys((*now, *was)):
            if was.get(column) != now.get(column):
                found.append(Change(*place, column, was.get(column), now.get(column)))
    return found
