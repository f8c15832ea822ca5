"""The sorting (排序): the kept rows in the order of the store, one folder a day, ready for loading."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from ..plan import Plan
from ..sql import literal, name
from . import counts
from .classify import CLASSES
from .counts import Sorted
from .folders import building, engine
from .kept import ROWS, parquet

IN_ORDER = "(format parquet, compression zstd, compression_level 1, preserve_order true)"


def sort(classified: Path, plan: Plan, *, into: Path) -> Sorted:
    """Sort the kept rows; running it again replaces the folder.

    Shapes:
        classified: folder of `classify`.
        into/day=YYYY-MM-DD/*.parquet: fields of the format, day, home_city, roaming_kind, category_head,
            batch, line; in the format's order within a day, zstd.
    """
    began = time.monotonic()
    with building(into) as folder:
        with engine(plan, folder) as database:
            database.execute(f"create table ordered as {_rows(classified, plan)}")
            query = "select day::varchar, count(*) from ordered group by day order by day"
            days = dict(database.execute(query).fetchall())
            with ThreadPoolExecutor(plan.context.threads) as writers:
                list(writers.map(lambda day: _write(database.cursor(), plan, folder, day), days))
        done = Sorted(rows=sum(days.values()), days=days, seconds=time.monotonic() - began)
        counts.write(done, folder)
    return done


def _write(database: duckdb.DuckDBPyConnection, plan: Plan, folder: Path, day: str) -> None:
    """One day's file. A day is too little for two threads, and by partitions DuckDB keeps no order."""
    place = folder / f"day={day}"
    place.mkdir()
    rows = f"select *, {literal(plan.context.batch)} as batch from ordered where day = {literal(day)}"
    database.execute(f"copy ({rows}) to {literal(str(place / 'rows.parquet'))} {IN_ORDER}")


def _rows(classified: Path, plan: Plan) -> str:
    """SQL of the classified rows in the order of the format; it begins with the day, so each is together."""
    fields = ", ".join(name(column) for column in plan.format.columns)
    order = ", ".join(name(column) for column in plan.format.sorted_by)
    day = f"{name(plan.format.loaded_key.day_of)}::date"
    rows = f"(select {fields}, file_row_number as row from {parquet(classified / ROWS)})"
    return (
        f"select {fields}, {day} as day, home_city, roaming_kind, category_head, line"
        f" from {rows} join {parquet(classified / CLASSES)} using (row) order by {order}"
    )
