"""An upload as the steps read it: its rows as text with the number of their line, in stretches, in order."""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..parsing import Reader, Record
from ..plan import Plan
from ..preflight import Facts, examine
from ..rules import moment_of
from .chunks import Numbers, Shape, parse
from .engine import Engine
from .moments import read_moments

BLOCKS = 16  # of a stretch, each of 256 KiB or a little less
RECORDS = 50_000
LINE, SPAN, START, ROWS = "line:", "span:", "start:", "rows_of_the_file"
NOWHERE = -1
Batches = Generator[pa.RecordBatch, None, None]
Stretch = tuple[Sequence[pa.RecordBatch], Sequence[Record]]  # rows, and the lines that are none


@dataclass(slots=True)
class Feed:
    """Rows under way to DuckDB: what has come of them so far.

    proven: no stretch was in doubt; otherwise rows are missing, and all of it counts for nothing.
    """

    rows: int = 0
    broken: list[Record] = field(default_factory=list)
    proven: bool = True
    failure: Exception | None = None


class InputFile:
    """A file and the plan it is read by.

    What is parsed is held for the later steps of a process, unless it is more than the plan allows; then
    each step parses anew.
    """

    def __init__(self, path: Path, plan: Plan, *, beside: Path) -> None:
        """beside: where to keep a copy in UTF-8, if the file needs one; the engine spills in its folder."""
        self.path, self.plan = path, plan
        self._beside = beside
        self._kept: dict[bool, tuple[deque[pa.RecordBatch], list[Record]]] = {}

    @cached_property
    def facts(self) -> Facts:
        """What one look at the whole file finds.

        Raises:
            FileRefused: the file is refused whole (see refusals).
        """
        with ThreadPoolExecutor(1) as beside:
            beside.submit(lambda: self.engine)  # it is ready when the file has been looked through
            return examine(self.path, self.plan, beside=self._beside)

    @cached_property
    def engine(self) -> Engine:
        """What all steps of this process work with."""
        return Engine(self.plan, spill=self._beside.with_name("spill"))

    @property
    def may_be_fast(self) -> bool:
        """Whether its lines are of a kind that can be proven."""
        layout = self.plan.layout
        return self.facts.line_end is not None and len(layout.header) > 1 and len(layout.delimiter) == 1

    @contextmanager
    def feed(self, database: duckdb.DuckDBPyConnection, *, exact: bool, last: bool = False) -> Iterator[Feed]:
        """Have `ROWS` for one query of this connection: "line:", "span:", "start:" and the columns as text,
        with the moments read ahead of the plan's columns.

        "start:" is the byte the line begins at; `NOWHERE` of an exact feed, whose records may span lines.
        exact: record by record, by the letter; otherwise fast, and only what is proven.
        last: nobody reads after this; what was kept in memory is let go as it is read.
        """
        feed = Feed()
        with closing(self._watched(feed, exact=exact, last=last)) as batches:
            reader = pa.RecordBatchReader.from_batches(self._schema, batches)
            database.register(ROWS, reader)
            try:
                yield feed
            except duckdb.Error as error:
                if feed.failure:
                    raise feed.failure from error
                raise
            finally:
                database.unregister(ROWS)
        if feed.failure:
            raise feed.failure

    @cached_property
    def _shape(self) -> Shape:
        layout, facts = self.plan.layout, self.facts
        return Shape(
            tuple(layout.header),
            layout.delimiter,
            layout.quote,
            quoted=facts.quotes > 0,
            foreign=facts.foreign > 0,
            returns=facts.returns > 0,
        )

    @cached_property
    def _schema(self) -> pa.Schema:
        places = [(LINE, pa.int64()), (SPAN, pa.int32()), (START, pa.int64())]
        ahead = [(moment_of(column), pa.timestamp("us")) for column in self.plan.ahead]
        return pa.schema([*places, *self._shape.schema, *ahead])

    def _watched(self, feed: Feed, *, exact: bool, last: bool) -> Batches:
        """Through DuckDB only the text of an error comes back; the error itself waits in the feed."""
        try:
            yield from (
                self._again(feed, exact=exact, last=last)
                if exact in self._kept
                else self._anew(feed, exact=exact, last=last)
            )
        except Exception as error:
            feed.failure = error
            raise

    def _again(self, feed: Feed, *, exact: bool, last: bool) -> Batches:
        """What an earlier step parsed."""
        batches, feed.broken = self._kept[exact]
        feed.rows = sum(batch.num_rows for batch in batches)
        if not last:
            yield from batches
            return
        del self._kept[exact]
        while batches:
            yield batches.popleft()

    def _anew(self, feed: Feed, *, exact: bool, last: bool) -> Batches:
        kept: deque[pa.RecordBatch] | None = None if last else deque()
        held = 0
        with closing(self._exactly(feed) if exact else self._fast(feed)) as batches:
            for batch in batches:
                feed.rows += batch.num_rows
                held += batch.nbytes
                if held > self.plan.context.held:
                    kept = None
                if kept is not None:
                    kept.append(batch)
                yield batch
        if kept is not None and feed.proven:
            self._kept[exact] = kept, feed.broken

    def _fast(self, feed: Feed) -> Batches:
        """The stretches, each once it is its turn; half the threads parse, for the engine wants them too."""
        with ThreadPoolExecutor(max(1, self.plan.context.threads // 2)) as pool:
            ahead: deque[Future[Stretch | None]] = deque()
            stretches = iter(self._stretches())
            try:
                while True:
                    for bounds in islice(stretches, self.plan.context.threads + 1 - len(ahead)):
                        ahead.append(pool.submit(self._parse, *bounds))
                    if not ahead:
                        return
                    stretch = ahead.popleft().result()
                    if stretch is None:
                        feed.proven = False
                        return
                    rows, broken = stretch
                    feed.broken.extend(broken)
                    yield from rows
            finally:
                for future in ahead:
                    future.cancel()

    def _stretches(self) -> Iterator[tuple[int, int, int, int]]:
        """(first byte, byte after the last, number of the first line, lines); the header is in none."""
        lines = self.facts.lines
        starts = range(0, len(lines.offsets), BLOCKS)
        bounds = [
            *((lines.offsets[block], lines.before[block]) for block in starts),
            (lines.size, lines.count),
        ]
        header = len(lines.get(1)) + 1
        for (start, before), (end, after) in pairwise(bounds):
            if start == 0:
                yield min(header, end), end, 2, after - 1
            else:
                yield start, end, before + 1, after - before

    def _parse(self, start: int, end: int, first: int, count: int) -> Stretch | None:
        with pa.memory_map(str(self.facts.lines.path)) as file:
            file.seek(start)
            parsed = parse(file.read_buffer(end - start), first, count, self._shape, start=start)
        if parsed is None:
            return None
        ones = np.ones(len(parsed.lines), dtype=np.int32)
        return self._with_places(parsed.rows, parsed.lines, ones, parsed.starts), parsed.broken

    def _with_places(
        self, rows: pa.Table, lines: Numbers, spans: npt.NDArray[np.int32], starts: Numbers
    ) -> Sequence[pa.RecordBatch]:
        places = [pa.array(lines), pa.array(spans), pa.array(starts)]
        table = pa.table([*places, *rows.columns], [LINE, SPAN, START, *rows.column_names])
        found = []
        for batch in table.to_batches():
            ahead = [read_moments(batch[column]) for column in self.plan.ahead]
            found.append(pa.record_batch([*batch.columns, *ahead], schema=self._schema))
        return found

    def _exactly(self, feed: Feed) -> Batches:
        """Record by record, with line and number of lines."""
        shape = self._shape
        reader = Reader(
            self.facts.lines,
            columns=len(shape.columns),
            delimiter=shape.delimiter,
            quote=shape.quote,
            limits=self.plan.limits,
        )
        records = _sound(reader.records(), feed.broken)
        while some := list(islice(records, RECORDS)):
            columns = zip(*(record.values for record in some), strict=True)
            text = [pa.array([value or None for value in column], pa.string()) for column in columns]
            yield from self._with_places(
                pa.table(text, schema=shape.schema),
                np.array([record.line for record in some]),
                np.array([record.span for record in some], dtype=np.int32),
                np.full(len(some), NOWHERE),
            )


def _sound(records: Iterator[Record], broken: list[Record]) -> Iterator[Record]:
    for record in records:
        if record.reason:
            broken.append(record)
        else:
            yield record
