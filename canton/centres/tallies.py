"""Counts per centre that rooms above contribute to the organisation screens, such as staff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

Counter = Callable[[frozenset[str]], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Tally:
    """One column of the tree: a label, and how many there are at each of the centres asked for."""

    label: str | Promise
    count: Counter


_tallies: dict[str, Tally] = {}


def register(key: str, label: str | Promise, count: Counter) -> None:
    """Add a column; called in the `ready` of the room that can count."""
    _tallies[key] = Tally(label, count)


def registered() -> list[Tally]:
    """Every column, in the order of registering."""
    return list(_tallies.values())
