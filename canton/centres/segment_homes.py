"""Where a segment is at home on a day: what was said last, if its day has come, else what was said before it.

A segment has one row, the last that was said of it. What was said before stands in the applied changes of
people; one that is taken back is no longer counted. No database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Said:
    """At home in a city from a day on; None is as long as the table is known, city "" is in none of ours."""

    city: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """At home in a city from the first day until the day before the second; None is without bound."""

    city: str
    since: date | None
    until: date | None


def home_on(said: Sequence[Said], day: date) -> str:
    """Code of the city on the day, "" for none. said: the last that was said first."""
    return next((each.city for each in said if each.since is None or each.since <= day), NOWHERE)


def terms(said: Sequence[Said]) -> list[Term]:
    """The cities one after another, the last first, without what a later word replaced."""
    found: list[Term] = []
    until: date | None = None
    for each in said:
        if until is not None and each.since is not None and each.since >= until:
            continue
        if each.city:
            found.append(Term(each.city, each.since, until))
        until = each.since
        if until is None:
            break
    return found
