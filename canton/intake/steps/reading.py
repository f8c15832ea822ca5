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
from ..preflight import Facts
from ..sql import literal, name
from . import kept
from .kept import GAPS, ROWS, parquet

BATCH = 50_000
SIZE, QUOTES = "size_", "quotes_"
IN_ORDER = "(format parquet, compression uncompressed, preserve_order true)"  # by place


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
    """By DuckDB's parallel reader, lenient here and there; None unless the result is proven right."""
    layout, lines = plan.layout, facts.lines
    source = read_csv(plan, lines.path, facts.line_end or "\n")
    try:
        rows = _copy(database, plan.rows(source, *_tally(plan, facts)), folder / ROWS)
    except duckdb.InvalidInputException:  # line ends or quotation marks it can make nothing of
        return None
    query = "select distinct line_byte_position - 1 p from reject_errors order by p"
    places = [place for (place,) in database.execute(query).fetchall()]
    if rows + len(places) + 1 != lines.count:
        return None
    broken = []
    for line in lines.numbers(places):
        reason = structure(lines.get(line), len(layout.header), layout.delimiter, layout.quote)
        broken.append(Record(line, 1, reason=reason))
    if not all(record.reason for record in broken) or not _accounts(database, facts, plan, folder, broken):
        return None
    return Reading(rows, broken, exact=False) if _in_order(database, facts, plan, folder, broken) else None


def _tally(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """SQL of a row's bytes in values, and of the quotation marks in them if there are any."""
    columns = [name(column) for column in plan.layout.header]
    size = " + ".join(f"coalesce(strlen({column}), 0)" for column in columns)
    if not facts.quotes:
        return (f"({size}) as {SIZE}", f"0 as {QUOTES}")
    mark = literal(plan.layout.quote)
    quotes = " + ".join(
        f"coalesce(strlen({column}) - strlen(replace({column}, {mark}, '')), 0)" for column in columns
    )
    return (f"({size}) as {SIZE}", f"({quotes}) as {QUOTES}")


def _accounts(
    database: duckdb.DuckDBPyConnection, facts: Facts, plan: Plan, folder: Path, broken: Sequence[Record]
) -> bool:
    """Whether every byte of the file is one of a value, delimiter, quotation mark, line end or refused line.

    With one line a record this leaves no room for a reader's leniency: an empty value too many at the end of
    a line, blanks dropped around a value, two lines taken for one.
    """
    query = (
        f"select count(*), coalesce(sum({SIZE}), 0), coalesce(sum({QUOTES}), 0) from {parquet(folder / ROWS)}"
    )
    [(rows, in_values, quotes_in_values)] = database.execute(query).fetchall()
    unread = [facts.lines.get(line).removesuffix(b"\r") for line in (1, *(record.line for record in broken))]
    quotes = facts.quotes - quotes_in_values
    if plan.layout.quote:
        quotes -= sum(raw.count(plan.layout.quote.encode()) for raw in unread)
    delimiters = rows * (len(plan.layout.header) - 1)
    found = sum(map(len, unread)) + in_values + quotes + delimiters + facts.ends + facts.returns
    return bool(found == facts.lines.size)


def _in_order(
    database: duckdb.DuckDBPyConnection, facts: Facts, plan: Plan, folder: Path, broken: Sequence[Record]
) -> bool:
    """Whether rows.parquet has the rows in the order of the file, though several threads wrote it.

    The rows at the ends of each row group are compared with what the plan makes of the lines that should be
    theirs.
    """
    places = _ends_of_groups(folder / ROWS)
    found = [record.line for record in broken]
    sample, listed = folder / "sample.csv", ", ".join(map(str, places))
    lines = [facts.lines.get(1), *(facts.lines.get(_line_of(place, found)) for place in places)]
    sample.write_bytes(b"".join(line.removesuffix(b"\r") + b"\n" for line in lines))
    try:
        columns = ", ".join([name(column) for column in plan.format.columns] + list(plan.masks))
        again = _values(database, f"select {columns} from ({plan.rows(read_csv(plan, sample, chr(10)))})")
        there = _values(
            database,
            f"select {columns} from {parquet(folder / ROWS)} where file_row_number in ({listed})"
            " order by file_row_number",
        )
    finally:
        sample.unlink()
    return again == there


def _values(database: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return database.execute(query).fetchall()


def _ends_of_groups(path: Path) -> list[int]:
    """Places of the first and last row of each row group."""
    metadata = pq.read_metadata(path)
    places, first = set(), 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        places |= {first, first + rows - 1}
        first += rows
    return sorted(places)


def _line_of(place: int, broken: Sequence[int]) -> int:
    """Line of the row at a place, given the refused lines in order."""
    line = place + kept.HEADER_AND_ONE
    for refused in broken:
        if refused > line:
            break
        line += 1
    return line


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
    done = database.execute(f"copy ({select}) to {literal(str(path))} {IN_ORDER}").fetchone()
    return int(done[0]) if done else 0


def _write_gaps(reading: Reading, folder: Path) -> None:
    """For each refused line the first row after it, and how many lines are then skipped."""
    gaps: dict[int, int] = {}
    if not reading.exact:
        for skipped, record in enumerate(reading.broken):
            gaps[record.line - kept.HEADER_AND_ONE - skipped] = skipped + 1
    schema = pa.schema([("row", pa.int64()), ("skipped", pa.int64())])
    pq.write_table(pa.table([list(gaps), list(gaps.values())], schema=schema), folder / GAPS)
