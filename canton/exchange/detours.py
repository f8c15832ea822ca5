"""Detours: the way tried first did not work, another was taken. Kept with the package, as data."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from .choices import Errand

MOST = 20  # kept of one package


@dataclass(frozen=True, slots=True)
class Detour:
    """What was done, the way that did not work and why, the way that was taken, and when (ISO 8601)."""

    errand: str
    way: str
    took: str
    code: str
    zh: str
    en: str
    at: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def label(self) -> str:
        """What was done, in words."""
        return str(Errand(self.errand).label)


def read(kept: Iterable[dict[str, str]]) -> list[Detour]:
    """Those of a package, the latest last."""
    return [Detour(**each) for each in kept]


def added(kept: list[dict[str, Any]], new: Iterable[Detour]) -> list[dict[str, Any]]:
    """With the new ones; the same again, as each time a receipt is asked for, takes the place of the old."""
    found = {(each["errand"], each["way"], each["code"]): each for each in kept}
    for each in new:
        found.pop(key := (each.errand, each.way, each.code), None)
        found[key] = asdict(each)
    return list(found.values())[-MOST:]
