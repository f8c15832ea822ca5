"""The rows behind a figure, as people see them: which columns, in what words, numbers masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from canton.exchange import formats

from . import words
from .definition import Definition, Figure
from .engine import Key, Page
from .selectors import Rows

COLUMNS = (
    "started", "number", "centre", "home_city", "category", "channel", "outcome", "wait_seconds",
    "talk_seconds", "hold_seconds", "wrap_seconds", "agent", "satisfaction", "resolved",
)  # fmt: skip
PLACE = ("batch", "line")  # where the row stands in an original file
NUMBERS = ("wait_seconds", "talk_seconds", "hold_seconds", "wrap_seconds", "satisfaction")
FIRST_SORT = "started"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; numbers stand right."""

    name: str
    title: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row in words, and the batch and line of its original."""

    cells: list[tuple[str, bool]]  # text, numeric
    batch: str
    line: int

    @property
    def href(self) -> str:
        """Address of its line in the original file."""
        return reverse("intake:original", args=(self.batch, self.line)) if self.batch else ""


@dataclass(frozen=True, slots=True)
class Drill:
    """What was drilled into: a figure, and a line of a breakdown or the total."""

    definition: Definition
    figure: Figure
    dimension: str
    keys: tuple[Key, ...]

    @property
    def counted(self) -> Figure | None:
        """For a ratio, the figure whose rows are shown: what it divides by."""
        behind = [each for each in self.definition.figures if each.name == self.figure.counted]
        return behind[0] if self.figure.is_ratio and behind else None

    @property
    def conditions(self) -> list[tuple[str, str, str]]:
        """(column, title of the breakdown, key as text) of each thing it is narrowed to."""
        if not self.dimension:
            return []
        breakdown = self.definition.breakdown(self.dimension)
        return [
            (column, str(breakdown.title if column == breakdown.columns[-1] else _title(column)), _key(key))
            for column, key in zip(breakdown.columns, self.keys, strict=True)
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """For the trail."""
        value = "/".join(_key(key) for key in self.keys)
        return {"figure": self.figure.name, "dimension": self.dimension, "value": value}


def columns(definition: Definition) -> list[Column]:
    """The columns of the table with their titles in the reader's language."""
    titles = {
        field.name: str(field.title)
        for field in formats.get(definition.dataset, definition.dataset_version).fields
    }
    return [Column(name, titles.get(name) or _title(name), name in NUMBERS) for name in COLUMNS]


def page(sort: str, *, offset: int = 0, limit: int | None = None) -> Page:
    """Which rows to read; an unknown sort is the first one."""
    column = sort.lstrip("-")
    if column not in COLUMNS:
        return Page((*COLUMNS, *PLACE), sort=FIRST_SORT, offset=offset, limit=limit)
    return Page((*COLUMNS, *PLACE), column, sort.startswith("-"), offset, limit)


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows in one order, as a list that is read a slice at a time."""

    rows: Rows
    sort: str

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, part: slice) -> list[tuple[Any, ...]]:
        first, end, _step = part.indices(part.stop or 0)
        return list(self.rows.read(page(self.sort, offset=first, limit=end - first)))


def values(row: tuple[Any, ...], names: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The columns of a row in words.

    Args:
        names: by column, what its codes are called.
    """
    return [
        names.get(column, {}).get(value) or words.value(column, value)
        for column, value in zip(COLUMNS, row, strict=False)
    ]


def said(row: tuple[Any, ...], names: Mapping[str, Mapping[str, str]]) -> Row:
    """A row as the table shows it."""
    batch, line = row[len(COLUMNS) :]
    cells = zip(values(row, names), (name in NUMBERS for name in COLUMNS), strict=True)
    return Row(list(cells), str(batch or ""), int(line or 0))


def _title(column: str) -> str:
    return {"home_city": _("Home city"), "centre": _("Centre")}.get(column, column)


def _key(key: Key) -> str:
    return key.isoformat() if isinstance(key, date) else "" if key is None else str(key)
