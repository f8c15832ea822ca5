"""The sorting (排序): the kept rows with their classes in the order of the store, ready for loading."""

import time
from pathlib import Path

import duckdb

from ..plan import Plan
from ..sql import enumeration, literal, name
from . import counts
from .classify import ROAMING_KINDS, category_head, roaming_kind, rows_at_home
from .counts import Checked, Sorted
from .folders import building
from .input_file import InputFile
from .kept import OtherRows, parquet
from .texts import added_columns

SORTED = "rows.parquet"
# texts that hardly repeat are not worth a dictionary; times in order are worth the deltas of version 2
IN_ORDER = (
    "(format parquet, parquet_version v2, compression zstd, compression_level 1,"
    " string_dictionary_page_size_limit 4096, preserve_order true)"
)


def sort(upload: InputFile, checked: Path, classified: Path, *, into: Path) -> Sorted:
    """Sort the kept rows; running it again replaces the folder.

    Shapes:
        checked, classified: folders of `check` and `classify`.
        into/rows.parquet: fields of the format, day, home_city, roaming_kind, category_head, with text
            code_by and code_confidence, batch, line, in the format's order; missing when no row was kept.
    """
    began = time.monotonic()
    read = counts.read(Checked, checked)
    with building(into) as folder:
        with upload.engine.session() as database:
            days: dict[str, int] = {}
            if read.kept:
                with upload.feed(database, exact=read.exact, last=True):
                    database.execute(
                        f"copy ({_rows(checked, classified, upload.plan)})"
                        f" to {literal(str(folder / SORTED))} {IN_ORDER}"
                    )
                days = _days(database, folder / SORTED)
        done = Sorted(rows=sum(days.values()), days=days, seconds=time.monotonic() - began)
        if done.rows != read.kept:
            raise OtherRows
        counts.write(done, folder)
    return done


def _rows(checked: Path, classified: Path, plan: Plan) -> str:
    """SQL of the rows in order; what follows from a row alone is worked out behind the sort.

    Rows alike stand as in the file. Texts out of a list go as numbers of their list until they are written.
    """
    fields = ", ".join(name(column) for column in plan.format.columns)
    order = ", ".join([*(name(column) for column in plan.format.sorted_by), "line"])
    short = ", ".join(
        f"{name(column)}::{enumeration(plan.listed[column])} as {name(column)}"
        if column in plan.listed
        else name(column)
        for column in plan.format.columns
    )
    ordered = (
        f"select {short},{added_columns(plan)} home_city, line"
        f" from ({rows_at_home(checked, classified, plan)}) order by {order}"
    )
    batch = plan.context.batch
    return (
        f"select {fields}, {name(plan.format.loaded_key.day_of)}::date as day, home_city,"
        f" {roaming_kind(plan)}::{enumeration(ROAMING_KINDS)} as roaming_kind,"
        f" {category_head(plan)} as category_head,"
        f"{added_columns(plan)} {literal(batch)}::{enumeration([batch])} as batch, line from ({ordered})"
    )


def _days(database: duckdb.DuckDBPyConnection, file: Path) -> dict[str, int]:
    query = f"select day::varchar, count(*) from {parquet(file)} group by day order by day"
    return dict(database.execute(query).fetchall())
