"""The rows that were refused, each with every reason, its line and the line itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from heapq import merge
from itertools import islice
from operator import itemgetter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..lines import Lines, as_text
from ..parsing import QuotingError, Record, split
from ..plan import BITS, Plan
from .reading import VERDICTS, Reading, unbroken

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
DROPPED = "dropped"  # table of `line` and `mask`
AGAIN, LOADED = 1, 2  # bits of its mask: again in the file, loaded already
Row = tuple[int, str, str, str, str]


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
        ruled = (self._ruled(*row) for row in broken_rows(database, self._plan))
        with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
            rows = (
                row for each in merge(structural, ruled, key=itemgetter(0)) for row in self._counted(each[1])
            )
            while batch := list(islice(rows, BATCH)):
                writer.write_table(
                    pa.table([list(column) for column in zip(*batch, strict=True)], schema=SCHEMA)
                )

    def _counted(self, rows: Sequence[Row]) -> Sequence[Row]:
        self.rows += 1
        self.reasons.update(row[3] for row in rows)
        return rows

    def _structural(self, record: Record) -> tuple[int, list[Row]]:
        raw = self._text(record.line, record.span)
        value = ""
        if record.reason.endswith("_fields"):
            value = str(len(self._values(raw)))
        return record.line, [(record.line, "", value, record.reason, raw)]

    def _ruled(self, line: int, span: int, dropped: int, *masks: int) -> tuple[int, list[Row]]:
        raw = self._text(line, span)
        values = self._values(raw)
        found = self.codes_of(masks, dropped)
        return line, [
            (line, ", ".join(columns), self._shown(values, columns), code, raw) for code, columns in found
        ]

    def _codes_of(self, masks: tuple[int, ...], dropped: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(reason, columns) of a row's masks."""
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
        return tuple(found)

    def _text(self, line: int, span: int) -> str:
        return as_text(self._lines.get(line, span), marked=self._lines.marked)

    def _values(self, raw: str) -> list[str]:
        layout = self._plan.layout
        try:
            return split(raw, layout.delimiter, layout.quote)
        except QuotingError:
            return []

    def _shown(self, values: Sequence[str], columns: Iterable[str]) -> str:
        places = (self._column.get(column) for column in columns)
        return " ".join(values[place] for place in places if place is not None and place < len(values))


def broken_rows(database: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[tuple[int, ...]]:
    """(line, span, dropped, masks…) of every row that broke a check or was dropped, by line."""
    query = database.cursor().execute(
        f"select v.line, span, coalesce(d.mask, 0), {', '.join(plan.masks)}"
        f" from {VERDICTS} v left join {DROPPED} d on d.line = v.line"
        f" where not ({unbroken(plan)}) or d.line is not null order by v.line"
    )
    while rows := query.fetchmany(BATCH):
        yield from rows
