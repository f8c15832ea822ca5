"""Reading the rows of a file: fast, if counts prove the result right to the line, by the letter otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..parsing import Reader, Record, structure
from ..plan import Plan, read_csv
from ..preflight import Facts, empty_endings
from ..sql import literal, name
from . import kept
from .kept import GAPS, ROWS, parquet

BATCH = 50_000
ENDS_EMPTY = "ends_empty"
UNCOMPRESSED = "(format parquet, compression uncompressed)"


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows written to rows.parquet, and the records without the file's structure, by line.

    exact: rows.parquet holds their lines; otherwise they follow from gaps.parquet.
    """

    rows: int
    broken: Sequence[Record]
    exact: bool


def read_rows(database: duckdb.DuckDBPyConnection, facts: Facts, plan: Plan, folder: Path) -> Reading:
    """Write rows.parquet (and gaps.parquet) of a file that passed the preflight."""
    reading = _read_fast(database, facts, plan, folder) if facts.line_end else None
    if reading is None:
        reading = _read_exactly(database, facts, plan, folder)
    _write_gaps(reading, folder)
    return reading


def _read_fast(database: duckdb.DuckDBPyConnection, facts: Facts, plan: Plan, folder: Path) -> Reading | None:
    """By DuckDB's parallel reader; None unless every line is accounted for, one line a record."""
    layout, lines = plan.layout, facts.lines
    source = read_csv(plan, lines.path, facts.line_end or "\n")
    last = f"({name(layout.header[-1])} is null) as {ENDS_EMPTY}"
    try:
        rows = _copy(database, plan.rows(source, last), folder / ROWS)
    except duckdb.InvalidInputException:  # line ends or quotation marks it can make nothing of
        return None
    places = database.execute(
        "select distinct line_byte_position - 1 p from reject_errors order by p"
    ).fetchall()
    if rows + len(places) + 1 != lines.count:
        return None
    broken, endings = [], 0
    for line in lines.numbers(place for (place,) in places):
        raw = lines.get(line)
        endings += empty_endings(raw, layout.delimiter, layout.quote)
        broken.append(
            Record(line, 1, reason=structure(raw, len(layout.header), layout.delimiter, layout.quote))
        )
    if not all(record.reason for record in broken):
        return None
    if facts.ending != endings + _rows_ending_empty(database, folder):
        return None  # DuckDB overlooks one empty value too many at the end of a line
    return Reading(rows, broken, exact=False)


def _rows_ending_empty(database: duckdb.DuckDBPyConnection, folder: Path) -> int:
    found = database.execute(f"select count_if({ENDS_EMPTY}) from {parquet(folder / ROWS)}").fetchone()
    return int(found[0]) if found else 0


def _read_exactly(database: duckdb.DuckDBPyConnection, facts: Facts, plan: Plan, folder: Path) -> Reading:
    """Record by record, with line and number of lines kept."""
    layout, path = plan.layout, folder / "records.parquet"
    reader = Reader(
        facts.lines,
        columns=len(layout.header),
        delimiter=layout.delimiter,
        quote=layout.quote,
        limits=plan.limits,
    )
    broken: list[Record] = []
    _write_records(_sound(reader.records(), broken), layout.header, path)
    rows = _copy(database, plan.rows(parquet(path), '"line:" as line', '"span:" as span'), folder / ROWS)
    path.unlink()
    return Reading(rows, broken, exact=True)


def _sound(records: Iterable[Record], broken: list[Record]) -> Iterator[Record]:
    for record in records:
        if record.reason:
            broken.append(record)
        else:
            yield record


def _write_records(records: Iterator[Record], header: Sequence[str], path: Path) -> None:
    text = [pa.field(column, pa.string()) for column in header]
    schema = pa.schema([pa.field("line:", pa.int64()), pa.field("span:", pa.int32()), *text])
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        while batch := list(islice(records, BATCH)):
            columns = [
                [value or None for value in column] for column in zip(*(r.values for r in batch), strict=True)
            ]
            numbers = [[record.line for record in batch], [record.span for record in batch]]
            writer.write_table(pa.table([*numbers, *columns], schema=schema))


def _copy(database: duckdb.DuckDBPyConnection, select: str, path: Path) -> int:
    done = database.execute(f"copy ({select}) to {literal(str(path))} {UNCOMPRESSED}").fetchone()
    return int(done[0]) if done else 0


def _write_gaps(reading: Reading, folder: Path) -> None:
    """For each refused line the first row after it, and how many lines are then skipped."""
    gaps: dict[int, int] = {}
    if not reading.exact:
        for skipped, record in enumerate(reading.broken):
            gaps[record.line - kept.HEADER_AND_ONE - skipped] = skipped + 1
    schema = pa.schema([("row", pa.int64()), ("skipped", pa.int64())])
    pq.write_table(pa.table([list(gaps), list(gaps.values())], schema=schema), folder / GAPS)
