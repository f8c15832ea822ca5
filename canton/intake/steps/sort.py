"""The sorting (排序): the kept rows in the order of the store, one folder a day, ready for loading."""

import time
from pathlib import Path

from ..plan import Plan
from ..sql import literal, name
from . import counts
from .classify import CLASSES
from .counts import Sorted
from .folders import building, engine
from .kept import ROWS, parquet

ROW_GROUP = 122_880


def sort(classified: Path, plan: Plan, *, into: Path) -> Sorted:
    """Sort the kept rows; running it again replaces the folder.

    Shapes:
        classified: folder of `classify`.
        into/day=YYYY-MM-DD/*.parquet: fields of the format, day, home_city, roaming_kind, category_head, batch,
            line; in the format's order within a day, zstd.
    """
    began = time.monotonic()
    with building(into) as folder:
        with engine(plan, folder) as database:
            day = f"{name(plan.format.loaded_key.day_of)}::date"
            order = ", ".join(name(column) for column in plan.format.sorted_by)
            written = database.execute(
                f"copy ({_rows(classified, plan, day)} order by {order}) to {literal(str(folder))}"
                f" (format parquet, compression zstd, row_group_size {ROW_GROUP}, partition_by (day),"
                f" write_partition_columns true, overwrite_or_ignore)"
            ).fetchone()
            rows = int(written[0]) if written else 0
            days = (
                database.execute(
                    f"select {day}::varchar, count(*) from read_parquet({literal(str(folder / 'day=*' / '*.parquet'))},"
                    f" hive_partitioning=false) group by 1 order by 1"
                ).fetchall()
                if rows
                else []
            )
        done = Sorted(rows=rows, days=dict(days), seconds=time.monotonic() - began)
        counts.write(done, folder)
    return done


def _rows(classified: Path, plan: Plan, day: str) -> str:
    fields = ", ".join(f"r.{name(column)}" for column in plan.format.columns)
    rows = f"(select *, file_row_number as row from {parquet(classified / ROWS)})"
    return (
        f"select {fields}, {day} as day, c.home_city, c.roaming_kind, c.category_head,"
        f" {literal(plan.context.batch)} as batch, c.line from {rows} r"
        f" join {parquet(classified / CLASSES)} c on c.row = r.row"
    )
