"""The rows that were refused, each with every reason, its line and the line itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from heapq import merge
from operator import itemgetter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..lines import Lines, as_text
from ..parsing import QuotingError, Record, split
from ..plan import BITS, Plan
from .dropped import AGAIN, LOADED
from .input_file import NOWHERE
from .reading import Reading

SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("raw", pa.string()),
    ]
)
BATCH = 10_000
REFUSED_ROWS = "refused_rows"  # table of line, span, start, `dropped` and the masks
Row = tuple[int, str, str, str, str]
Reason = tuple[str, str, tuple[int, ...]]  # code, columns to show, their places in the line
Broken = tuple[int, ...]


class Refusals:
    """Writes refused.parquet, by line, and counts reasons and rows on the way."""

    def __init__(self, plan: Plan, lines: Lines) -> None:
        self._plan, self._lines = plan, lines
        self._column = {column: index for index, column in enumerate(plan.layout.header)}
        self._keys = tuple(
            dict.fromkeys(
                source
                for cell in plan.cells
                if cell.field.name in plan.format.unique
                for source in cell.sources
            )
        )
        self.codes_of = cache(self._codes_of)
        self.reasons: Counter[str] = Counter()
        self.rows = 0

    def write(self, database: duckdb.DuckDBPyConnection, reading: Reading, path: Path) -> None:
        """Write every reason of every refused row."""
        structural = (self._structural(record) for record in reading.broken)
        with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer, self._lines.opened() as line_at:
            ruled = self._ruled(broken_rows(database, self._plan), line_at)
            batch: list[Row] = []
            for _, reasons in merge(structural, ruled, key=itemgetter(0)):
                self.rows += 1
                batch.extend(reasons)
                if len(batch) >= BATCH:
                    self._write(writer, batch)
                    batch.clear()
            if batch:
                self._write(writer, batch)

    def _write(self, writer: pq.ParquetWriter, batch: Sequence[Row]) -> None:
        self.reasons.update(row[3] for row in batch)
        writer.write_table(pa.table([list(column) for column in zip(*batch, strict=True)], schema=SCHEMA))

    def _structural(self, record: Record) -> tuple[int, list[Row]]:
        raw = self._text(self._lines.get(record.line, record.span))
        value = ""
        if record.reason.endswith("_fields"):
            value = str(len(self._values(raw)))
        return record.line, [(record.line, "", value, record.reason, raw)]

    def _ruled(
        self, rows: Iterable[Broken], line_at: Callable[[int], bytes]
    ) -> Iterator[tuple[int, list[Row]]]:
        for line, span, start, *verdict in rows:
            raw = line_at(start) if start != NOWHERE else self._lines.get(line, span)
            text = self._text(raw)
            values = self._values(text)
            found = self.codes_of(tuple(verdict))
            yield line, [(line, shown, _at(values, places), code, text) for code, shown, places in found]

    def _codes_of(self, verdict: tuple[int, ...]) -> tuple[Reason, ...]:
        """The reasons a row's verdict stands for: `dropped`, then the masks."""
        dropped, *masks = verdict
        found = [
            (check.code, check.columns)
            for index, check in enumerate(self._plan.checks)
            if masks[index // BITS] >> (index % BITS) & 1
        ]
        unique = self._plan.format.unique[0]
        if dropped & AGAIN:
            found.append((f"{unique}:unique", self._keys))
        if dropped & LOADED:
            found.append((f"{unique}:already_loaded", self._keys))
        return tuple(
            (code, ", ".join(columns), tuple(self._column[each] for each in columns if each in self._column))
            for code, columns in found
        )

    def _text(self, raw: bytes) -> str:
        return as_text(raw, marked=self._lines.marked)

    def _values(self, raw: str) -> list[str]:
        layout = self._plan.layout
        try:
            return split(raw, layout.delimiter, layout.quote)
        except QuotingError:
            return []


def _at(values: Sequence[str], places: Iterable[int]) -> str:
    return " ".join(values[place] for place in places if place < len(values))


def broken_rows(database: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[Broken]:
    """(line, span, start, dropped, masks…) of every row that broke a check or was dropped, in order."""
    query = database.execute(
        f"select line, span, start, dropped, {', '.join(plan.masks)} from {REFUSED_ROWS} order by line, span"
    )
    while rows := query.fetchmany(BATCH):
        yield from rows
