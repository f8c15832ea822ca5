"""What the table of a result package looks like: a Table Schema (Data Package v2) with `canton:` properties.

A file in tables/ for each version, published at the address the packages name. A row is a line of a
breakdown: `breakdown`, `key` (the keys of its columns, "/" between them, empty where the data has none), how
many days of data are missing, then the figures of the report and the counts they are divided from. A figure
that is divided names its counts (`canton:ratio`): whoever gets a table can check it and add several up.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from canton.exchange.formats import Text

from .errors import BadResultDefinition

FOLDER = Path(__file__).parent / "tables"
TOTAL, MISSING = "total", "missing_days"
FIXED = ("breakdown", "key", MISSING)
Value = int | float | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """`of` ÷ (`by` x `per`); without `by` only divided by `per`."""

    of: str
    by: str
    per: int

    def value(self, counts: Mapping[str, Value]) -> float | None:
        """From the counts of one line; None when nothing can be divided."""
        above, below = counts.get(self.of), counts.get(self.by) if self.by else 1
        if above is None or not below:
            return None
        return above / (below * self.per)


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the report, or a count that figures are divided from.

    title, meaning, unit: in words. count: its name in the report; "" for what is divided as `ratio` says.
    only: the one breakdown it means anything in, "" all. needs: the column without which nothing is known
    of it. required: whether every line has it; since 1.1 none is, and what nobody knows is empty.
    """

    name: str
    title: Text
    meaning: Text
    unit: Text
    figure: bool
    count: str
    ratio: Ratio | None
    form: str
    decimals: int
    better: str
    target: float | None
    only: str
    needs: str
    required: bool

    def value(self, counts: Mapping[str, Value]) -> Value:
        """What it is, from the counts of one line."""
        if self.needs and counts.get(self.needs) == 0:
            return None
        return counts[self.name] if self.ratio is None else self.ratio.value(counts)


@dataclass(frozen=True, slots=True)
class Split:
    """A breakdown: the columns its keys stand for, and its name."""

    name: str
    columns: tuple[str, ...]
    title: Text


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a result table.

    unknown: what a line without loaded data has, in words. document: the published descriptor, byte for byte.
    """

    name: str
    version: str
    title: Text
    about: Text
    population: Text
    unknown: Text | None
    rhythm: str
    made_by: str
    addressed: str
    splits: tuple[Split, ...]
    columns: tuple[Column, ...]
    document: bytes
    sha256: str

    @property
    def figures(self) -> tuple[Column, ...]:
        """What people look at."""
        return tuple(each for each in self.columns if each.figure)

    @property
    def header(self) -> tuple[str, ...]:
        """First line of a file."""
        return (*FIXED, *(column.name for column in self.columns))

    def split(self, name: str) -> Split | None:
        """The breakdown of that name, None for the total."""
        return next((each for each in self.splits if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A line: missing is None where days are not counted."""

    breakdown: str
    key: str
    missing: int | None
    values: Mapping[str, Value]

    @property
    def place(self) -> tuple[str, str]:
        """What names the line in its table."""
        return self.breakdown, self.key

    @property
    def known(self) -> bool:
        """Whether it has any figure."""
        return any(value is not None for value in self.values.values())

    @property
    def cells(self) -> dict[str, Value]:
        """All that can change: the figures, and the missing days."""
        return {MISSING: self.missing, **self.values}


def versions() -> dict[str, tuple[str, ...]]:
    """Versions of every table there is, by its name, newest first; told from the names of the files."""
    found: dict[str, list[str]] = {}
    for path in FOLDER.glob("*.json"):
        name, _, version = path.stem.rpartition("-")
        found.setdefault(name, []).append(version)
    return {name: tuple(sorted(held, key=_age, reverse=True)) for name, held in sorted(found.items())}


def place(name: str, version: str) -> Path:
    """Where a version lies."""
    return FOLDER / f"{name}-{version}.json"


@cache
def get(name: str, version: str) -> Table:
    """A version of a table.

    Raises:
        BadResultDefinition: there is none, or its descriptor is not sound.
    """
    try:
        return read(place(name, version).read_bytes())
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadResultDefinition(detail=f"{name}-{version}.json: {error!r}") from error


def read(document: bytes) -> Table:
    """A table from the bytes of its descriptor; KeyError, TypeError or ValueError when it is not sound."""
    content: dict[str, Any] = json.loads(document)
    told = content["canton:result"]
    return Table(
        name=content["name"],
        version=content["version"],
        title=_text(content, "title"),
        about=_text(content, "description"),
        population=Text(**content["canton:population"]),
        unknown=Text(**content["canton:unknown"]) if "canton:unknown" in content else None,
        rhythm=told["rhythm"],
        made_by=told["madeBy"],
        addressed=told["addressed"],
        splits=tuple(
            Split(each["name"], tuple(each["columns"]), Text(**each["title"])) for each in told["breakdowns"]
        ),
        columns=tuple(_column(each) for each in content["fields"] if each["name"] not in FIXED),
        document=document,
        sha256=sha256(document).hexdigest(),
    )


def _column(content: dict[str, Any]) -> Column:
    ratio = content.get("canton:ratio")
    shown = content.get("canton:figure")
    return Column(
        name=content["name"],
        title=_text(content, "title"),
        meaning=_text(content, "description"),
        unit=Text(**shown["unit"]) if shown else Text("", ""),
        figure=bool(shown),
        count=content.get("canton:count", ""),
        ratio=Ratio(ratio["of"], ratio["by"], ratio["per"]) if ratio else None,
        form=shown["format"] if shown else "number",
        decimals=shown["decimals"] if shown else 0,
        better=shown["better"] if shown else "neutral",
        target=shown["target"] if shown else None,
        only=content.get("canton:only", ""),
        needs=content.get("canton:needs", ""),
        required=content["constraints"].get("required", False),
    )


def _text(content: dict[str, Any], name: str) -> Text:
    return Text(zh=content["canton:zh"][name], en=content[name])


def _age(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
