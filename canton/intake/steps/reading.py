"""Reading the rows of a file for their verdicts: fast, if proven right to the line, or by the letter."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from ..parsing import Record
from ..plan import Plan
from ..sql import name
from .input_file import LINE, ROWS, SPAN, START, Feed, InputFile

VERDICTS = "verdicts"
HASH = '"hash:"'  # half a hash of the values that may stand but once; null where one is missing


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows with a verdict, and the records that have not the file's structure, by line."""

    rows: int
    broken: Sequence[Record]
    exact: bool


def read_rows(database: duckdb.DuckDBPyConnection, upload: InputFile) -> Reading:
    """Make the table of verdicts: line, span, start, columns of keys, `HASH`, `repaired`, masks; a row each.

    Raises:
        FileRefused: the file is refused whole (see refusals).
    """
    if upload.may_be_fast:
        feed = _judge(database, upload, exact=False)
        if feed.proven:
            return Reading(feed.rows, feed.broken, exact=False)
    feed = _judge(database, upload, exact=True)
    return Reading(feed.rows, feed.broken, exact=True)


def _judge(database: duckdb.DuckDBPyConnection, upload: InputFile, *, exact: bool) -> Feed:
    plan = upload.plan
    rows = plan.rows(ROWS, f'"{LINE}" as line', f'"{SPAN}" as span', f'"{START}" as start')
    columns = ", ".join(["line", "span", "start", *_key_columns(plan), _hash(plan), "repaired", *plan.masks])
    with upload.feed(database, exact=exact) as feed:
        database.execute(f"create or replace temp table {VERDICTS} as select {columns} from ({rows})")
    return feed


def _key_columns(plan: Plan) -> list[str]:
    """Columns that tell whether a row is there twice, in the file or with what is loaded."""
    key = plan.format.loaded_key
    return [name(column) for column in dict.fromkeys([*plan.format.unique, *key.columns, key.day_of])]


def _hash(plan: Plan) -> str:
    columns = [name(column) for column in plan.format.unique]
    filled = " and ".join(f"{column} is not null" for column in columns)
    return f"case when {filled} then (hash({', '.join(columns)}) >> 32)::uinteger end as {HASH}"


def unbroken(plan: Plan) -> str:
    """Condition that a row broke no check of its own."""
    return " and ".join(f"{mask} = 0" for mask in plan.masks)
