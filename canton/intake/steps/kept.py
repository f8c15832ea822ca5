"""What the check leaves in its folder, and how the later steps read the rows that were kept.

rows.parquet     every row that has the file's structure, in file order: typed fields, `repaired`, masks;
                 after an exact reading also `line` and `span`
dropped.parquet  `row` (position in rows.parquet, from 0) and `mask`: 1 = again in the file, 2 = loaded
gaps.parquet     `row`, `skipped`: from this row on, so many lines before it were refused for their structure
refused.parquet  line, column, value, reason, raw: one row for each reason of each refused row
counts.json      the counts
"""

from pathlib import Path

import pyarrow.parquet as pq

from ..plan import Plan
from ..sql import literal

ROWS, DROPPED, GAPS, REFUSED = "rows.parquet", "dropped.parquet", "gaps.parquet", "refused.parquet"
AGAIN, LOADED = 1, 2
HEADER_AND_ONE = 2


def parquet(path: Path) -> str:
    """SQL that reads a Parquet file."""
    return f"read_parquet({literal(str(path))})"


def unbroken(plan: Plan) -> str:
    """Condition that a row broke no check of its own."""
    return " and ".join(f"{mask} = 0" for mask in plan.masks)


def numbered(folder: Path, *, exact: bool, where: str = "true") -> str:
    """SQL of the rows that meet a condition, with `row` and `line`."""
    rows = f"(select *, file_row_number as row from {parquet(folder / ROWS)} where {where})"
    if exact:
        return rows
    if not pq.read_metadata(folder / GAPS).num_rows:
        return f"(select *, row + {HEADER_AND_ONE} as line from {rows})"
    return (
        f"(select r.*, r.row + {HEADER_AND_ONE} + coalesce(g.skipped, 0) as line from {rows} r"
        f" asof left join {parquet(folder / GAPS)} g on r.row >= g.row)"
    )


def rows_kept(folder: Path, plan: Plan) -> str:
    """SQL of the kept rows of a check, with `row` and `line`."""
    exact = "line" in pq.read_schema(folder / ROWS).names
    dropped = pq.read_metadata(folder / DROPPED).num_rows
    out = f" and file_row_number not in (select row from {parquet(folder / DROPPED)})" if dropped else ""
    return numbered(folder, exact=exact, where=unbroken(plan) + out)
