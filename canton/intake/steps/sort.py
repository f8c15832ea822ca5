"""The sorting (排序): the kept rows in the order of the store, one folder a day, ready for loading."""

import time
from pathlib import Path

import pyarrow.parquet as pq

from ..plan import Plan
from ..sql import literal, name
from . import counts
from .classify import CLASSES
from .counts import Sorted
from .folders import building, engine
from .kept import ROWS, parquet

WRITING = (
    "(format parquet, compression zstd, compression_level 1, row_group_size 122880, partition_by (day),"
    " write_partition_columns true, overwrite_or_ignore)"
)


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
            query = f"copy ({_rows(classified, plan)}) to {literal(str(folder))} {WRITING}"
            written = database.execute(query).fetchone()
        days = {path.name.removeprefix("day="): _rows_in(path) for path in sorted(folder.glob("day=*"))}
        rows = int(written[0]) if written else 0
        done = Sorted(rows=rows, days=days, seconds=time.monotonic() - began)
        counts.write(done, folder)
    return done


def _rows_in(folder: Path) -> int:
    return sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet"))


def _rows(classified: Path, plan: Plan) -> str:
    """The rows in their order; what follows from others is worked out after the sorting."""
    fields = ", ".join(name(column) for column in plan.format.columns)
    order = ", ".join(name(column) for column in plan.format.sorted_by)
    day = f"{name(plan.format.loaded_key.day_of)}::date"
    rows = f"(select {fields}, file_row_number as row from {parquet(classified / ROWS)})"
    carried = f"{fields}, home_city, roaming_kind, category_head, line"
    ordered = (
        f"select {carried} from {rows} join {parquet(classified / CLASSES)} using (row) order by {order}"
    )
    return (
        f"select {fields}, {day} as day, home_city, roaming_kind, category_head,"
        f" {literal(plan.context.batch)} as batch, line from ({ordered})"
    )
