"""A report's definition: what it counts, in SQL and in words. Data in definitions/, checked when loaded.

`<name>.sql` holds two queries for DuckDB, in SQL that other engines can be given in translation:
`-- rows` chooses the population from the dataset, one line per record, with a true/false column `is_<figure>`
for every figure that counts records; `-- figures` counts and sums `rows` by `group by grouping sets`.
A column `is_<name>` is asked for only where a figure's rows can be looked at. A third, `-- names`, if it is
there, tells columns of a breakdown and, last, what the data themselves call the last of them, as a question.
`<name>.toml` holds everything a reader is told: titles, formulas in words, population, sources, targets.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from canton.exchange.formats import Text

from .anatomy import Breakdown, Counts, Definition, Figure, Listing, Matrix, Parameter, Table, View
from .errors import BadDefinition, UnknownReport
from .fitting import faults

__all__ = [
    "Breakdown", "Counts", "Definition", "Figure", "Listing", "Matrix", "Parameter", "Table", "View",
    "load", "names", "read",
]  # fmt: skip

FOLDER = Path(__file__).parent / "definitions"


def names() -> list[str]:
    """Reports there are."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def listed() -> list[str]:
    """The same in the order the list of reports has them: traffic first, then by name."""
    return sorted(names(), key=lambda name: (name != "traffic", name))


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
    wrong = faults(definition)
    if wrong:
        raise BadDefinition(detail=f"{definition.name}: {'; '.join(wrong)}")
    return definition


def _queries(file: Path) -> dict[str, str]:
    parts = re.split(r"^-- (rows|figures|names)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


def _definition(told: dict[str, Any], queries: dict[str, str]) -> Definition:
    parameters = tuple(
        Parameter(name, each["type"], _text(each["title"], {}), each.get("value"))
        for name, each in told["parameters"].items()
    )
    rules = {each.name: each.value for each in parameters if each.value is not None}
    short = told.get("short_abandon")
    matrix = told.get("matrix")
    return Definition(
        name=told["name"],
        version=told["version"],
        tables=(
            Table(told["dataset"], told["dataset_version"]),
            *(Table(each["dataset"], each["version"]) for each in told.get("also", ())),
        ),
        title=_text(told["title"], rules),
        about=_text(told["about"], rules),
        population=_text(told["population"], rules),
        short_abandon=_text(short["text"], rules) if short else None,
        short_abandoned=short["figure"] if short else "",
        view=_view(told["view"]),
        listing=Listing(tuple(told["rows"]["columns"]), told["rows"]["sort"]),
        matrix=Matrix(matrix["cells"], matrix["lines"], matrix["columns"], matrix["figure"])
        if matrix
        else None,
        daily=told.get("daily", True),
        parameters=parameters,
        breakdowns=tuple(_breakdown(each) for each in told["breakdowns"]),
        figures=tuple(_figure(each, rules) for each in told["figures"]),
        rows_sql=queries["rows"],
        figures_sql=queries["figures"],
        names_sql=queries.get("names", ""),
    )


def _view(told: dict[str, Any]) -> View:
    return View(
        tiles=tuple(told["tiles"]),
        columns=tuple(told["columns"]),
        sort=told["sort"],
        rate=told.get("rate", ""),
        opens=told["opens"],
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
        figures=tuple(told.get("figures", ())),
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
        per=told.get("per", 1),
        behind=told.get("rows", ""),
        only=told.get("only", ""),
        needs=told.get("needs", ""),
    )
