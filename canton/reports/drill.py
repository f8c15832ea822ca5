"""The rows behind a figure, as people see them: which columns, in what words, numbers masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from canton.exchange import formats
from canton.records import feeds

from . import words
from .definition import Definition, Figure
from .engine import Key, Page
from .selectors import Rows

PLACE = ("batch", "line")  # where the row stands in an original file
SECONDS = ("wait_seconds", "talk_seconds", "hold_seconds", "wrap_seconds", "seconds")
NUMBERS = frozenset((*SECONDS, "satisfaction", "score", "scale", "read", "kept", "refused", "repaired"))


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
        """Address of its line in the original file, or of the batch where it is of no line."""
        if not self.batch:
            return ""
        if not self.line:
            return reverse("intake:batch", args=(self.batch,))
        return reverse("intake:original", args=(self.batch, self.line))


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
        if self.figure.behind:
            return None
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
    titles: dict[str, str] = {}
    for table in reversed(definition.tables):
        if table.version:
            fields = formats.get(table.name, table.version).fields
            titles |= {field.name: str(field.title) for field in fields}
        else:
            titles |= {name: str(title) for name, title in feeds.get(table.name).titles.items()}
    return [
        Column(name, titles.get(name) or _title(name), name in NUMBERS) for name in definition.listing.columns
    ]


def page(definition: Definition, sort: str, *, offset: int = 0, limit: int | None = None) -> Page:
    """Which rows to read; an unknown sort is the first one."""
    listed = definition.listing
    column = sort.lstrip("-")
    if column not in listed.columns:
        return Page((*listed.columns, *PLACE), listed.sort, offset=offset, limit=limit)
    return Page((*listed.columns, *PLACE), column, sort.startswith("-"), offset, limit)


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows in one order, as a list that is read a slice at a time."""

    rows: Rows
    sort: str

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, part: slice) -> list[tuple[Any, ...]]:
        first, end, _step = part.indices(part.stop or 0)
        return list(self.rows.read(page(self.rows.definition, self.sort, offset=first, limit=end - first)))


def values(
    columns: Sequence[Column], row: tuple[Any, ...], names: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """The columns of a row in words.

    Args:
        names: by column, what its codes are called.
    """
    return [
        names.get(column.name, {}).get(value) or words.value(column.name, value)
        for column, value in zip(columns, row, strict=False)
    ]


def said(columns: Sequence[Column], row: tuple[Any, ...], names: Mapping[str, Mapping[str, str]]) -> Row:
    """A row as the table shows it."""
    batch, line = row[len(columns) :]
    cells = zip(values(columns, row, names), (column.numeric for column in columns), strict=True)
    return Row(list(cells), str(batch or ""), int(line or 0))


def _title(column: str) -> str:
    titles = {
        "home_city": _("Home city"), "centre": _("Centre"), "what": _("State"), "seconds": _("Duration, s"),
        "day": _("Date"), "month": _("Month"), "survey": _("Questionnaire"), "question": _("Question"),
        "choice": _("Mark or choice"),
    }  # fmt: skip
    return titles.get(column, column)


def _key(key: Key) -> str:
    return key.isoformat() if isinstance(key, date) else "" if key is None else str(key)
