"""A report's definition: what it counts, in SQL and in words. Data in definitions/, checked when loaded.

`<name>.sql` holds two queries for DuckDB, in SQL that other engines can be given in translation:
`-- rows` chooses the population from the dataset, one line per record, with a true/false column `is_<figure>`
for every figure that counts records; `-- figures` counts and sums `rows` by `group by grouping sets`.
`<name>.toml` holds everything a reader is told: titles, formulas in words, population, sources, targets.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from canton.exchange.formats import Text

from .errors import BadDefinition, UnknownReport

FOLDER = Path(__file__).parent / "definitions"
KINDS = ("timestamp", "integer", "text", "texts")
BETTER = ("up", "down", "neutral")
FORMATS = ("count", "percent", "seconds")
AXES = ("", "hours", "days")
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
    axis: str  # "hours" and "days" are drawn whole: a line also where nothing was counted
    published: bool


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

    @property
    def is_ratio(self) -> bool:
        return len(self.columns) > 1

    @property
    def counted(self) -> str:
        """The count whose rows stand behind the figure: what it counts, or what it divides by."""
        return self.columns[-1]

    def value(self, counts: Counts) -> int | float | None:
        """The figure from the counts of one line, unrounded; rates come from totals, never from rates."""
        if not self.is_ratio:
            return counts[self.columns[0]]
        above, below = (counts[column] for column in self.columns)
        return above / below if below else None


@dataclass(frozen=True, slots=True)
class Definition:
    """A report, as one loaded and checked thing."""

    name: str
    version: str
    dataset: str
    dataset_version: str
    title: Text
    population: Text
    short_abandon: Text
    short_abandoned: str  # figure that counts them
    parameters: tuple[Parameter, ...]
    breakdowns: tuple[Breakdown, ...]
    figures: tuple[Figure, ...]
    rows_sql: str
    figures_sql: str

    @property
    def query(self) -> str:
        """The whole query: its only table is the dataset, its parameters are named with `$`."""
        return f"with rows as (\n{self.rows_sql}\n)\n{self.figures_sql}"

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
        return tuple(dict.fromkeys(column for figure in self.figures for column in figure.columns))

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


def names() -> list[str]:
    """Reports there are."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


@cache
def load(name: str) -> Definition:
    """The definition of that name.

    Raises:
        UnknownReport: there is none.
        BadDefinition: its files do not fit together; the message says where.
    """
    if name not in names():
        raise UnknownReport(name=name)
    return read(FOLDER / f"{name}.toml", FOLDER / f"{name}.sql")


def read(words: Path, query: Path) -> Definition:
    """A definition from its two files; raises BadDefinition."""
    try:
        told = tomllib.loads(words.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition(detail=f"{words.name}: {error}") from error
    try:
        definition = _definition(told, _queries(query))
    except KeyError as error:
        raise BadDefinition(detail=f"{words.name}: {error.args[0]} is missing") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise BadDefinition(detail=f"{words.name}: {error}") from error
    _check(definition)
    return definition


def _queries(file: Path) -> dict[str, str]:
    parts = re.split(r"^-- (rows|figures)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


def _definition(told: dict[str, Any], queries: dict[str, str]) -> Definition:
    parameters = tuple(
        Parameter(name, each["type"], _text(each["title"], {}), each.get("value"))
        for name, each in told["parameters"].items()
    )
    rules = {each.name: each.value for each in parameters if each.value is not None}
    return Definition(
        name=told["name"],
        version=told["version"],
        dataset=told["dataset"],
        dataset_version=told["dataset_version"],
        title=_text(told["title"], rules),
        population=_text(told["population"], rules),
        short_abandon=_text(told["short_abandon"]["text"], rules),
        short_abandoned=told["short_abandon"]["figure"],
        parameters=parameters,
        breakdowns=tuple(_breakdown(each) for each in told["breakdowns"]),
        figures=tuple(_figure(each, rules) for each in told["figures"]),
        rows_sql=queries["rows"],
        figures_sql=queries["figures"],
    )


def _text(told: dict[str, str], rules: Mapping[str, int]) -> Text:
    """Both languages, with the rules' values put in where the sentence names them."""
    return Text(zh=told["zh"].format(**rules), en=told["en"].format(**rules))


def _breakdown(told: dict[str, Any]) -> Breakdown:
    return Breakdown(
        name=told["name"],
        columns=tuple(told["columns"]),
        title=_text(told["title"], {}),
        axis=told.get("axis", ""),
        published=told.get("published", True),
    )


def _figure(told: dict[str, Any], rules: Mapping[str, int]) -> Figure:
    columns = tuple(told["ratio"]) if "ratio" in told else (told["counts"],)
    return Figure(
        name=told["name"],
        title=_text(told["title"], rules),
        unit=_text(told["unit"], rules),
        numerator=_text(told["numerator"], rules),
        denominator=_text(told["denominator"], rules) if len(columns) > 1 else None,
        columns=columns,
        format=told.get("format", "count"),
        decimals=told.get("decimals", 0),
        better=told["better"],
        target=told.get("target"),
        source=_text(told["source"], rules),
    )


def _check(definition: Definition) -> None:
    """Everything the files promise each other; the SQL itself is tried on an empty table by the engine."""
    wrong = [*_wrong_values(definition), *_wrong_names(definition)]
    if wrong:
        raise BadDefinition(detail=f"{definition.name}: {'; '.join(wrong)}")


def _wrong_values(definition: Definition) -> list[str]:
    wrong = [
        f"parameter {each.name}: type {each.kind!r} is not one of {', '.join(KINDS)}"
        for each in definition.parameters
        if each.kind not in KINDS
    ]
    wrong += [
        f"breakdown {each.name}: axis {each.axis!r} is not one of hours, days"
        for each in definition.breakdowns
        if each.axis not in AXES
    ]
    for figure in definition.figures:
        if figure.better not in BETTER:
            wrong.append(f"figure {figure.name}: better {figure.better!r} is not one of {', '.join(BETTER)}")
        if figure.format not in FORMATS:
            wrong.append(f"figure {figure.name}: format {figure.format!r} is not one of {', '.join(FORMATS)}")
        if len(figure.columns) > 2:  # noqa: PLR2004
            wrong.append(f"figure {figure.name}: a ratio has two columns")
    return wrong


def _wrong_names(definition: Definition) -> list[str]:
    """Names that one file uses and the other does not know, or that come twice."""
    wrong = []
    used = set(re.findall(r"\$(\w+)", definition.query))
    known = {each.name for each in definition.parameters}
    wrong += [f"parameter ${name} is not described" for name in sorted(used - known)]
    wrong += [f"parameter {name} is not in the query" for name in sorted(known - used)]
    for breakdown in definition.breakdowns:
        wrong += [
            f"breakdown {breakdown.name}: the query does not group by {column}"
            for column in breakdown.columns
            if column not in definition.grouping
        ]
    figures = [figure.name for figure in definition.figures]
    wrong += [f"figure {name} comes twice" for name in sorted(set(figures)) if figures.count(name) > 1]
    for column in definition.counts:
        if not re.search(rf"\bas {column}\b", definition.figures_sql):
            wrong.append(f"the query has no column {column}")
    wrong += [
        f"the rows have no column is_{figure.counted}"
        for figure in definition.figures
        if not re.search(rf"\bas is_{figure.counted}\b", definition.rows_sql)
    ]
    if definition.short_abandoned not in figures:
        wrong.append(f"short_abandon: there is no figure {definition.short_abandoned}")
    return wrong
