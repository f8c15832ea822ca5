"""Runs compiled queries over Parquet: counts, first rows, whole results; stops at a limit or on request."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb

from canton.exchange import formats
from canton.kernel.files import write_beside
from canton.records.disk import space_needed
from canton.records.engines.duckdb import connect

from .catalogue import PLACE, SQL_TYPES, own_columns, quoted, relation_name
from .compiler import ORIGIN, Plan, Shown
from .errors import Cancelled, EngineRefused, TooSlow

FETCHED = 2000  # rows in hand while streaming
LOOK_EVERY = 0.5  # seconds between looks at a query that runs
MOST_SPILL = "16GB"

Files = Mapping[str, Sequence[Path]]  # by dataset
Row = tuple[Any, ...]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Watch:
    """How a running query is watched.

    seconds: it is stopped after so many. tell: called now and then with per cent done (-1: not known yet);
    answers whether to go on.
    """

    seconds: float
    tell: Callable[[float], bool] = field(default=lambda _percent: True)


def count(plan: Plan, files: Files, watch: Watch) -> int:
    """How many rows the query gives. Raises TooSlow, Cancelled, EngineRefused."""
    with opened(plan, files) as connection:
        return _number(connection, plan.counting, plan, watch)


def meeting(plan: Plan, files: Files, watch: Watch) -> int:
    """How many rows meet the conditions. Raises TooSlow, Cancelled, EngineRefused."""
    with opened(plan, files) as connection:
        return _number(connection, plan.meeting, plan, watch)


def first(plan: Plan, files: Files, rows: int, watch: Watch) -> list[Row]:
    """The first rows, in the query's order. Raises TooSlow, Cancelled, EngineRefused."""
    with opened(plan, files) as connection:
        sql = plan.first(rows)
        return _watched(connection, lambda: connection.execute(sql, plan.parameters).fetchall(), watch)


@dataclass(frozen=True, slots=True)
class Tried:
    """The first rows, how many there are in all, and of how many totals are made; None: it took too long."""

    rows: list[Row]
    total: int | None
    meeting: int | None


def preview(plan: Plan, files: Files, rows: int, watch: Watch) -> Tried:
    """Try a query. Raises TooSlow (before the first rows), Cancelled, EngineRefused."""
    with opened(plan, files) as connection:
        began = time.monotonic()
        sql = plan.first(rows)
        found: list[Row] = _watched(
            connection, lambda: connection.execute(sql, plan.parameters).fetchall(), watch
        )

        def counted(sql: str) -> int | None:
            left = Watch(max(0.5, watch.seconds - (time.monotonic() - began)), watch.tell)
            try:
                return _number(connection, sql, plan, left)
            except TooSlow:
                return None

        total = counted(plan.counting)
        grouped = plan.query.totals is not None
        return Tried(found, total, counted(plan.meeting) if grouped and total is not None else None)


def _number(connection: duckdb.DuckDBPyConnection, sql: str, plan: Plan, watch: Watch) -> int:
    found = _watched(connection, lambda: connection.execute(sql, plan.parameters).fetchone(), watch)
    return int(found[0]) if found else 0


def write(plan: Plan, files: Files, target: Path, watch: Watch) -> int:
    """Write the whole result as Parquet; answer its rows. After an error nothing is left of it.

    Raises:
        TooSlow, Cancelled, EngineRefused.
        NoSpace: the disk is full.
    """
    with opened(plan, files) as connection, space_needed(), write_beside(target) as beside:
        sql = f"copy ({plan.sql}) to {literal(beside)} (format parquet, compression zstd)"
        done = _watched(connection, lambda: connection.execute(sql, plan.parameters).fetchone(), watch)
    return int(done[0]) if done else 0


def stream(plan: Plan, files: Files, watch: Watch) -> Iterator[Row]:
    """All rows, a few thousand in hand at a time. Raises TooSlow (before the first row), EngineRefused."""
    with opened(plan, files) as connection:
        _watched(connection, lambda: connection.execute(plan.sql, plan.parameters), watch)
        while batch := connection.fetchmany(FETCHED):
            yield from batch


@dataclass(frozen=True, slots=True)
class Result:
    """A result that was written: read a page at a time, in the query's order or another."""

    path: Path
    shown: tuple[Shown, ...]
    origin: bool  # whether each row names its original line

    def page(self, sort: str, offset: int, limit: int) -> list[Row]:
        """Rows of the page; the last two values are batch and line where `origin` says so."""
        with connect() as connection:
            sql = f"{self._select} {self._order(sort)} limit {int(limit)} offset {int(offset)}"
            return connection.execute(sql).fetchall()

    def rows(self) -> Iterator[Row]:
        """All rows in the query's order, streamed."""
        with connect() as connection:
            connection.execute(self._select)
            while batch := connection.fetchmany(FETCHED):
                yield from batch

    def columns(self) -> set[str]:
        """Names of the columns the file has."""
        with connect() as connection:
            found = connection.execute(
                f"describe select * from read_parquet({literal(self.path)})"
            ).fetchall()
        return {row[0] for row in found}

    def copy(self, target: Path) -> None:
        """Write it as Parquet of its own, with batch and line where each row names its original."""
        names = [quoted(each.name) for each in self.shown]
        names += (
            [f"{name} as {quoted(place)}" for name, place in zip(ORIGIN, PLACE, strict=True)]
            if self.origin
            else []
        )
        source = f"select {', '.join(dict.fromkeys(names))} from read_parquet({literal(self.path)})"
        with connect() as connection:
            connection.execute(f"copy ({source}) to {literal(target)} (format parquet, compression zstd)")

    @property
    def _select(self) -> str:
        names = [quoted(each.name) for each in self.shown] + (list(ORIGIN) if self.origin else [])
        return f"select {', '.join(names)} from read_parquet({literal(self.path)}, file_row_number = true)"

    def _order(self, sort: str) -> str:
        """By a column of the result; any other word is its own order."""
        known = [each.name for each in self.shown]
        name = sort.removeprefix("-")
        if name not in known:
            return ""
        return (
            f"order by {quoted(name)} {'desc' if sort.startswith('-') else 'asc'} nulls last, file_row_number"
        )


@contextmanager
def opened(plan: Plan, files: Files) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that shows the files of each dataset as a relation."""
    with TemporaryDirectory(prefix="canton-query-") as spill, connect(temp=Path(spill)) as connection:
        connection.execute(f"set max_temp_directory_size = '{MOST_SPILL}'")
        _show(connection, "", plan.query.dataset, files)
        for join in plan.joins:
            _show(connection, join.dataset, join.dataset, files)
        yield connection


def _show(connection: duckdb.DuckDBPyConnection, name: str, dataset: str, files: Files) -> None:
    """A view on a dataset's files; a column that older files lack is empty there."""
    columns = own_columns(dataset)
    held = files.get(dataset, ())
    if not held:
        typed = ", ".join(f"{quoted(each.name)} {SQL_TYPES[each.kind]}" for each in columns.values())
        connection.execute(f"create table {relation_name(name)} ({typed})")
        return
    listed = ", ".join(literal(file) for file in held)
    # each file's own columns have to be looked at
    several = len(formats.versions(dataset)) > 1 or formats.get(dataset).text is not None
    source = f"read_parquet([{listed}], hive_partitioning = false, union_by_name = {str(several).lower()})"
    there = {row[0] for row in connection.execute(f"describe select * from {source}").fetchall()}
    lacking = [
        f"null::{SQL_TYPES[each.kind]} as {quoted(each.name)}"
        for each in columns.values()
        if each.name not in there
    ]
    connection.execute(
        f"create view {relation_name(name)} as select {', '.join(['*', *lacking])} from {source}"
    )


def _watched(connection: duckdb.DuckDBPyConnection, work: Callable[[], Answer], watch: Watch) -> Answer:
    """Do the work in a thread of its own, and interrupt the engine when it takes too long or is not wanted.

    The caller's thread watches, so that `tell` may use its database connection.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="query") as pool:
        future = pool.submit(work)
        end = time.monotonic() + watch.seconds
        try:
            return _awaited(future, connection, watch, end)
        except duckdb.InterruptException as error:
            raise Cancelled from error
        except duckdb.OutOfMemoryException as error:
            raise EngineRefused(detail=str(error).splitlines()[0]) from error
        except duckdb.Error as error:
            raise EngineRefused(detail=str(error).splitlines()[0]) from error
        finally:
            _stop(future, connection)


def _awaited(
    future: Future[Answer], connection: duckdb.DuckDBPyConnection, watch: Watch, end: float
) -> Answer:
    while True:
        left = end - time.monotonic()
        try:
            return future.result(timeout=max(0.0, min(LOOK_EVERY, left)))
        except NotYet:
            if time.monotonic() >= end:
                raise TooSlow(seconds=round(watch.seconds)) from None
            if not watch.tell(connection.query_progress()):
                raise Cancelled from None


def _stop(future: Future[Any], connection: duckdb.DuckDBPyConnection) -> None:
    """Interrupt until the thread has let go: an interrupt between two phases of a query can be missed."""
    gone = threading.Event()
    future.add_done_callback(lambda _future: gone.set())
    while not gone.is_set():
        connection.interrupt()
        gone.wait(0.05)


def literal(path: Path) -> str:
    """A path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
