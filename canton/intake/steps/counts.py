"""What a step answers; also kept in its folder, so that a later process knows it without doing it again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

FILE = "counts.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """Counts of the check: read = kept + refused, kept includes repaired.

    reasons: rows by reason code; a row may have several. repairs: rows by repair code.
    exact: the file was read by the letter, because no faster way was proven right.
    """

    read: int
    kept: int
    refused: int
    repaired: int
    reasons: Mapping[str, int]
    repairs: Mapping[str, int]
    exact: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Classified:
    """Counts of the classification: rows, and those whose number has a known home.

    texts: codes read from texts by what they came (rule, model, person), and those that are `waiting` for a
    person; reading_seconds: the part of `seconds` that reading them took.
    """

    rows: int
    at_home: int
    kinds: Mapping[str, int]
    seconds: float
    texts: Mapping[str, int] = field(default_factory=dict)
    reading_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows by local day, as they lie in the folder."""

    rows: int
    days: Mapping[str, int]
    seconds: float

    @property
    def first(self) -> date | None:
        """The first day there are rows of."""
        return date.fromisoformat(min(self.days)) if self.days else None

    @property
    def last(self) -> date | None:
        """The last day there are rows of."""
        return date.fromisoformat(max(self.days)) if self.days else None


Counts = TypeVar("Counts", Checked, Classified, Sorted)


def write(counts: Checked | Classified | Sorted, folder: Path) -> None:
    """Keep the counts in their folder."""
    (folder / FILE).write_text(json.dumps(asdict(counts), ensure_ascii=False), "utf-8")


def read(kind: type[Counts], folder: Path) -> Counts:
    """The counts of a finished step; FileNotFoundError when it is not finished."""
    content: dict[str, Any] = json.loads((folder / FILE).read_text("utf-8"))
    return kind(**{each.name: content[each.name] for each in fields(kind) if each.name in content})
