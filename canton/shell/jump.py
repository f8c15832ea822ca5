"""Ctrl K: where a typed number leads. Rooms add a finder in `apps.ready()`.

    jump.add(finder)      # finder(viewer, text) -> list[Place], best first, a few at most

Each finder looks only at what the viewer may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Place:
    """One page the text may mean."""

    label: str | Promise
    kind: str | Promise
    href: str


Finder = Callable[[Any, str], list[Place]]
_finders: list[Finder] = []


def add(finder: Finder) -> None:
    """Let Ctrl K ask one more room."""
    if finder not in _finders:
        _finders.append(finder)


def places(viewer: Any, text: str) -> list[Place]:
    """All places for the text, room by room."""
    return [place for finder in _finders for place in finder(viewer, text)] if text else []
