"""What a report's definition consists of, as frozen values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from canton.exchange.formats import Text

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value of the query. With a `value` it is a rule of the report, else each question brings it."""

    name: str
    kind: str
    title: Text
    value: int | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One way the total is split. `columns[-1]` names a line; the columns before it narrow it."""

    name: str
    columns: tuple[str, ...]
    title: Text
    axis: (
        str  # "hours" and "days" are drawn whole, also where nothing was counted; "marks" in their own order
    )
    published: bool
    figures: tuple[str, ...] = ()  # columns of its table, where not those of the view


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of rows, or a ratio of two columns of the figures query; `None` when nothing can be divided."""

    name: str
    title: Text
    unit: Text
    numerator: Text
    denominator: Text | None
    columns: tuple[str, ...]  # (counted,) or (numerator, denominator)
    format: str
    decimals: int
    better: str
    target: float | None
    source: Text
    per: int = 1  # the counts are divided by it: 3600 makes hours of seconds
    behind: str = ""  # the count whose rows stand behind it, when that is not `columns[-1]`
    only: str = ""  # the one breakdown it means anything in; it is None elsewhere
    needs: str = ""  # the count without which nothing is known of it: then it is None, not 0

    @property
    def is_ratio(self) -> bool:
        return len(self.columns) > 1

    @property
    def counted(self) -> str:
        """The count whose rows stand behind the figure: what it counts, or what it divides by."""
        return self.behind or self.columns[-1]

    def value(self, counts: Counts) -> int | float | None:
        """The figure from the counts of one line, unrounded; rates come from totals, never from rates."""
        if self.needs and not counts[self.needs]:
            return None
        if not self.is_ratio:
            counted = counts[self.columns[0]]
            return counted if self.per == 1 else counted / self.per
        above, below = (counts[column] for column in self.columns)
        return above / (below * self.per) if below else None


@dataclass(frozen=True, slots=True)
class Table:
    """What the query reads: a dataset in a version of its format, or without one a feed of another room."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class View:
    """What the screen shows of it, by name. rate: the column drawn as a bar, "" for none."""

    tiles: tuple[str, ...]
    columns: tuple[str, ...]
    sort: str
    rate: str
    opens: str  # the breakdown shown first where there are several cities


@dataclass(frozen=True, slots=True)
class Listing:
    """Columns of the rows behind a figure, and the one they are sorted by at first."""

    columns: tuple[str, ...]
    sort: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """A breakdown of two columns drawn as a table of its own: lines and columns are breakdowns too."""

    cells: str
    lines: str
    columns: str
    figure: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A report, as one loaded and checked thing."""

    name: str
    version: str
    tables: tuple[Table, ...]  # the first is what the report is about
    title: Text
    about: Text
    population: Text
    short_abandon: Text | None
    short_abandoned: str  # figure that counts them
    view: View
    listing: Listing
    matrix: Matrix | None
    daily: bool  # every city is expected to have rows on every day; those that have none are named
    parameters: tuple[Parameter, ...]
    breakdowns: tuple[Breakdown, ...]
    figures: tuple[Figure, ...]
    rows_sql: str
    figures_sql: str
    names_sql: str = ""  # keys and what their last one is called in the data themselves

    @property
    def dataset(self) -> str:
        """What it is about."""
        return self.tables[0].name

    @property
    def dataset_version(self) -> str:
        """Of the format; "" for a feed."""
        return self.tables[0].version

    @property
    def query(self) -> str:
        """The whole query: it reads its tables and nothing else, its parameters are named with `$`."""
        return f"with rows as (\n{self.rows_sql}\n)\n{self.figures_sql}"

    @property
    def names_query(self) -> str:
        """The query for names that the data carry; "" if they carry none."""
        return f"with rows as (\n{self.rows_sql}\n)\n{self.names_sql}" if self.names_sql else ""

    @property
    def rules(self) -> dict[str, int]:
        """Values of the parameters that are rules of the report."""
        return {each.name: each.value for each in self.parameters if each.value is not None}

    @property
    def grouping(self) -> tuple[str, ...]:
        """Columns the figures query groups by, in the order of its grouping_id."""
        found = re.search(r"grouping_id\(([^)]*)\)", self.figures_sql)
        return tuple(re.split(r"\s*,\s*", found.group(1).strip())) if found else ()

    @property
    def counts(self) -> tuple[str, ...]:
        """Columns of the figures query that figures are made of, each once."""
        used = (
            column for each in self.figures for column in (*each.columns, each.counted, each.needs) if column
        )
        return tuple(dict.fromkeys(used))

    def figure(self, name: str) -> Figure:
        """The figure of that name; KeyError if there is none."""
        return _named(self.figures, name)

    def breakdown(self, name: str) -> Breakdown:
        """The breakdown of that name; KeyError if there is none."""
        return _named(self.breakdowns, name)


Named = TypeVar("Named", Figure, Breakdown)


def _named(things: tuple[Named, ...], name: str) -> Named:
    for thing in things:
        if thing.name == name:
            return thing
    raise KeyError(name)
