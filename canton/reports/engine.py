"""Runs a report's definition over Parquet files: the figures, and the very rows behind each of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from django.utils.translation import gettext_lazy as _

from canton.exchange import formats
from canton.exchange.formats import FieldType
from canton.records import feeds
from canton.records.engines.duckdb import connect

from .definition import Breakdown, Counts, Definition, Figure, Table, load
from .errors import BadDefinition, UnknownPart

SQL_TYPES = {
    FieldType.STRING: "varchar",
    FieldType.INTEGER: "integer",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATETIME: "timestamp",
}
ADDED_COLUMNS = {
    "home_city": "varchar",
    "batch": "varchar",
    "line": "bigint",
}  # what loading adds and reports read
FETCHED = 2000  # rows in hand while streaming

Key = str | int | date | None


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked: local days of arrival, both included, and the codes of the centres."""

    start: date
    end: date
    centres: tuple[str, ...]

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=number) for number in range((self.end - self.start).days + 1)]


@dataclass(frozen=True, slots=True)
class Line:
    """The counts of one line of a breakdown; the total has no keys. A key is None where the data has none.

    known: whether any data of it are loaded; without them its counts are 0 and its figures None.
    """

    keys: tuple[Key, ...]
    counts: Counts
    breakdown: str = ""
    known: bool = True

    @property
    def key(self) -> Key:
        return self.keys[-1]

    def value(self, figure: Figure) -> int | float | None:
        """None also where the figure means nothing in this breakdown, or nothing is known of the line."""
        if not self.known or (figure.only and figure.only != self.breakdown):
            return None
        return figure.value(self.counts)


@dataclass(frozen=True, slots=True)
class Result:
    """A report's answer: the total, and every breakdown's lines by the breakdown's name."""

    definition: Definition
    question: Question
    total: Line
    by: Mapping[str, tuple[Line, ...]]
    names: "Names"

    def told(self, columns: Sequence[str], keys: Sequence[Key], column: str) -> str:
        """What the data themselves call the key of a column of a line; "" where they do not."""
        if not self.names.columns or column != self.names.columns[-1]:
            return ""
        held = dict(zip(columns, keys, strict=False))
        return self.names.by.get(tuple(held.get(each) for each in self.names.columns), "")


@dataclass(frozen=True, slots=True)
class Names:
    """What data call their own codes. columns: of the keys, the last is the one that is named."""

    columns: tuple[str, ...] = ()
    by: Mapping[tuple[Key, ...], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of the population: those a figure counts (None: all), narrowed to a breakdown's line."""

    figure: Figure | None = None
    narrowed: Mapping[str, Key] = field(default_factory=dict)

    @property
    def where(self) -> str:
        tests = [f"is_{self.figure.counted}"] if self.figure else []
        tests += [f"{column} is not distinct from $at_{column}" for column in self.narrowed]
        return " and ".join(tests) or "true"

    @property
    def values(self) -> dict[str, Key]:
        return {f"at_{column}": value for column, value in self.narrowed.items()}


@dataclass(frozen=True, slots=True)
class Stored:
    """Parquet files by the dataset they hold rows of; they never change, so equal ones have equal answers."""

    by_dataset: tuple[tuple[str, tuple[Path, ...]], ...]


Files = Sequence[Path] | Stored  # a plain sequence is of the dataset the report is about


def run(definition: Definition, question: Question, files: Files) -> Result:
    """Ask a report. Without files every count is 0 and every ratio None.

    Args:
        files: Parquet of the definition's datasets; rows of other days or centres in them are passed over.
    """
    with _opened(definition, question, files) as connection:
        return _asked(connection, definition, question)


def _asked(connection: duckdb.DuckDBPyConnection, definition: Definition, question: Question) -> Result:
    cursor = connection.execute(definition.query, _values(definition, question))
    columns = [column[0] for column in cursor.description]
    answers = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return _result(definition, question, answers, _names(connection, definition, question))


def _names(connection: duckdb.DuckDBPyConnection, definition: Definition, question: Question) -> Names:
    if not definition.names_query:
        return Names()
    cursor = connection.execute(definition.names_query, _values(definition, question))
    columns = tuple(column[0] for column in cursor.description)[:-1]
    return Names(columns, {tuple(row[:-1]): str(row[-1]) for row in cursor.fetchall()})


def count(definition: Definition, question: Question, files: Files, selection: Selection) -> int:
    """How many rows stand behind a figure."""
    sql = f"select count(*) from ({definition.rows_sql}) as rows where {selection.where}"
    with _opened(definition, question, files) as connection:
        found = connection.execute(sql, _values(definition, question) | selection.values).fetchone()
    return int(found[0]) if found else 0


@dataclass(frozen=True, slots=True)
class Page:
    """Which columns of the rows, how sorted, and which of them; rows that tie keep the order of their lines.

    Column names come from the caller's own list, never from a request.
    """

    columns: tuple[str, ...]
    sort: str
    descending: bool = False
    offset: int = 0
    limit: int | None = None

    @property
    def sql(self) -> str:
        order = f"order by {self.sort} {'desc' if self.descending else 'asc'} nulls last, centre, batch, line"
        return order if self.limit is None else f"{order} limit {int(self.limit)} offset {int(self.offset)}"


def rows(
    definition: Definition, question: Question, files: Files, selection: Selection, page: Page
) -> Iterator[tuple[Any, ...]]:
    """The rows behind a figure, streamed: a tuple of the page's columns for each."""
    population = f"({definition.rows_sql}) as rows where {selection.where}"
    sql = f"select {', '.join(page.columns)} from {population} {page.sql}"
    with _opened(definition, question, files) as connection:
        cursor = connection.execute(sql, _values(definition, question) | selection.values)
        while batch := cursor.fetchmany(FETCHED):
            yield from batch


def selection(definition: Definition, figure: str, dimension: str, keys: Sequence[Key]) -> Selection:
    """The rows behind a figure, by name; dimension "" for the total, else the keys of one of its lines.

    Raises:
        UnknownPart: no such figure or breakdown, or not a key for each of its columns.
    """
    try:
        chosen = definition.figure(figure) if figure else None
    except KeyError as error:
        raise UnknownPart(part=_("figure"), name=figure) from error
    if not dimension:
        return Selection(chosen)
    try:
        columns = definition.breakdown(dimension).columns
    except KeyError as error:
        raise UnknownPart(part=_("breakdown"), name=dimension) from error
    if len(keys) != len(columns):
        raise UnknownPart(part=_("value"), name=" ".join(str(key) for key in keys))
    return Selection(chosen, dict(zip(columns, keys, strict=True)))


def _values(definition: Definition, question: Question) -> dict[str, Any]:
    asked = {
        "start": datetime.combine(question.start, time.min),
        "end": datetime.combine(question.end + timedelta(days=1), time.min),
        "centres": list(question.centres),
    }
    return asked | definition.rules


@cache
def ready(name: str) -> Definition:
    """The definition of that name, tried once on an empty dataset, so that wrong SQL is met before any data.

    Raises:
        UnknownReport: there is none.
        BadDefinition: its files do not fit together, or the engine refuses its SQL.
    """
    definition = load(name)
    check(definition)
    return definition


def check(definition: Definition) -> None:
    """Run its queries over no files, all in one connection; raises BadDefinition with the engine's words."""
    nothing = Question(date(2000, 1, 1), date(2000, 1, 1), ())
    behind = dict.fromkeys(f"count(*) filter (where is_{each.counted})" for each in definition.figures)
    try:
        with _opened(definition, nothing, ()) as connection:
            _asked(connection, definition, nothing)
            sql = f"select {', '.join(behind)} from ({definition.rows_sql}) as rows"
            connection.execute(sql, _values(definition, nothing))
    except duckdb.Error as error:
        raise BadDefinition(detail=f"{definition.name}.sql: {error}") from error


@contextmanager
def _opened(definition: Definition, question: Question, files: Files) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which each of the definition's tables is one, under its name."""
    held = dict(files.by_dataset) if isinstance(files, Stored) else {definition.dataset: tuple(files)}
    with TemporaryDirectory(prefix="canton-report-") as spill, connect(temp=Path(spill)) as connection:
        for table in definition.tables:
            if table.version:
                connection.execute(f"create {_source(table, held.get(table.name, ()))}")
            else:
                feed = feeds.get(table.name)
                connection.register(table.name, feed.read(question.centres, question.start, question.end))
        yield connection


def _source(table: Table, files: Sequence[Path]) -> str:
    if not files:
        return f"table {table.name} ({_stored_columns(table)})"
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"view {table.name} as from read_parquet([{listed}], hive_partitioning = false)"


def _stored_columns(table: Table) -> str:
    fields = formats.get(table.name, table.version).fields
    own = {field.name: SQL_TYPES[field.type] for field in fields}
    return ", ".join(f"{name} {kind}" for name, kind in (own | ADDED_COLUMNS).items())


def _result(
    definition: Definition, question: Question, answers: list[dict[str, Any]], names: Names
) -> Result:
    """Sort the query's lines into their breakdowns."""
    lines: dict[int, list[dict[str, Any]]] = {}
    for answer in answers:
        lines.setdefault(answer["breakdown"], []).append(answer)
    nothing = dict.fromkeys(definition.counts, 0)
    whole = lines.get(_grouping(definition, ()), [nothing])[0]
    return Result(
        definition=definition,
        question=question,
        total=_line(definition, (), whole),
        by={
            each.name: _lines(definition, question, each, lines.get(_grouping(definition, each.columns), []))
            for each in definition.breakdowns
        },
        names=names,
    )


def _grouping(definition: Definition, columns: Sequence[str]) -> int:
    """The grouping_id of a line: a bit per column, the first the highest, set when it is summed over."""
    return sum(
        1 << power for power, column in enumerate(reversed(definition.grouping)) if column not in columns
    )


def _line(
    definition: Definition, columns: Sequence[str], answer: Mapping[str, Any], breakdown: str = ""
) -> Line:
    return Line(
        keys=tuple(answer[column] for column in columns),
        counts={name: int(answer[name]) for name in definition.counts},
        breakdown=breakdown,
    )


def _lines(
    definition: Definition, question: Question, breakdown: Breakdown, answers: list[dict[str, Any]]
) -> tuple[Line, ...]:
    found = {
        line.keys: line
        for line in (_line(definition, breakdown.columns, each, breakdown.name) for each in answers)
    }
    for key in _axis(breakdown, question):
        found.setdefault((key,), Line((key,), dict.fromkeys(definition.counts, 0), breakdown.name))
    return tuple(
        found[keys] for keys in sorted(found, key=_by_marks if breakdown.axis == "marks" else _in_order)
    )


def _axis(breakdown: Breakdown, question: Question) -> Sequence[Key]:
    match breakdown.axis:
        case "hours":
            return range(24)
        case "days":
            return question.days
    return ()


def _in_order(keys: tuple[Key, ...]) -> tuple[tuple[bool, Any], ...]:
    """Ascending, nameless last."""
    return tuple((key is None, "" if key is None else key) for key in keys)


def _by_marks(keys: tuple[Key, ...]) -> tuple[tuple[bool, Any], ...]:
    """The same, numbers among texts by their size and before the texts: 2, 10, no, yes."""
    *above, last = keys
    number = int(last) if isinstance(last, str) and last.isdecimal() else None
    return *_in_order(tuple(above)), (number is None, number or 0), *_in_order((last,))
