"""The check (检错): splits an upload into rows that keep its format and rows that break it."""

import time
from pathlib import Path

import duckdb

from ..plan import Plan
from ..preflight import Facts, examine
from ..refusals import BrokenQuoting, HeaderOnly
from ..sql import literal, name
from . import counts
from .counts import Checked
from .folders import building, engine
from .kept import AGAIN, DROPPED, LOADED, REFUSED, ROWS, parquet, unbroken
from .reading import Reading, read_rows
from .refused import Refusals


def check(upload: Path, plan: Plan, *, into: Path) -> Checked:
    """Check every row of an upload; running it again replaces the folder.

    Shapes:
        upload: a file in `plan.layout`.
        into: see `kept`; into/refused.parquet has line (from 1, the header is line 1), column, value, reason,
            raw (the line), one row for each reason.

    A rule that answers NULL refuses its row. Of rows with the same key the first of the file counts, whatever
    else is wrong with it; the later ones are refused.

    Raises:
        FileRefused: the file is refused whole (see refusals); nothing is written.
    """
    began = time.monotonic()
    with building(into) as folder:
        with engine(plan, folder) as database:
            facts = examine(upload, plan, beside=folder / "copy.csv")
            reading = read_rows(database, facts, plan, folder)
            _require_rows(reading)
            _find_dropped(database, plan, folder)
            checked = _conclude(database, plan, folder, facts, reading, began)
        (folder / "copy.csv").unlink(missing_ok=True)
        counts.write(checked, folder)
    return checked


def _require_rows(reading: Reading) -> None:
    broken = [record for record in reading.broken if record.reason == "row:quoting"]
    read = reading.rows + len(reading.broken)
    if not read:
        raise HeaderOnly
    if len(broken) * 2 > read:
        raise BrokenQuoting(line=broken[0].line)


def _find_dropped(database: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> None:
    """Rows whose key stands earlier in the file, or is loaded already for that day."""
    again = _again(plan, folder)
    parts = [f"select row, {AGAIN} as bit from {again}"]
    loaded = _loaded_on_its_days(database, plan, folder)
    if loaded:
        parts.append(f"select row, {LOADED} as bit from {_loaded(plan, folder, loaded)}")
    query = (
        f"select row, sum(bit)::utinyint as mask from ({' union all '.join(parts)}) group by row order by row"
    )
    database.execute(f"copy ({query}) to {literal(str(folder / DROPPED))} (format parquet)")


def _again(plan: Plan, folder: Path) -> str:
    """Hashes find the few candidates, the values decide."""
    key = ", ".join(name(column) for column in plan.format.unique)
    filled = " and ".join(f"{name(column)} is not null" for column in plan.format.unique)
    rows = parquet(folder / ROWS)
    candidates = f"select hash({key}) from {rows} where {filled} group by 1 having count(*) > 1"
    nth = f"row_number() over (partition by {key} order by file_row_number)"
    numbered = (
        f"select file_row_number as row, {nth} as nth"
        f" from {rows} where {filled} and hash({key}) in ({candidates})"
    )
    return f"(select row from ({numbered}) where nth > 1)"


def _loaded_on_its_days(database: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> list[Path]:
    """Of the loaded files, those whose folder (day=YYYY-MM-DD) is of a day the upload has rows of."""
    if not plan.context.loaded:
        return []
    day = f"{name(plan.format.loaded_key.day_of)}::date::varchar"
    found = database.execute(f"select distinct 'day=' || {day} from {parquet(folder / ROWS)}").fetchall()
    days = {each for (each,) in found}
    return [path for path in plan.context.loaded if path.parent.name in days]


def _loaded(plan: Plan, folder: Path, loaded: list[Path]) -> str:
    key = plan.format.loaded_key
    files = ", ".join(literal(str(path)) for path in loaded)
    columns = ", ".join(name(column) for column in key.columns)
    source = f"read_parquet([{files}], hive_partitioning=false)"
    there = f"select {columns}, {name(key.day_of)}::date as day_ from {source}"
    same = " and ".join(f"l.{name(column)} = r.{name(column)}" for column in key.columns)
    rows = f"(select *, file_row_number as row from {parquet(folder / ROWS)})"
    that_day = f"l.day_ = r.{name(key.day_of)}::date"
    return f"(select r.row from {rows} r semi join ({there}) l on {same} and {that_day})"


def _conclude(
    database: duckdb.DuckDBPyConnection,
    plan: Plan,
    folder: Path,
    facts: Facts,
    reading: Reading,
    began: float,
) -> Checked:
    refusals = Refusals(plan, facts.lines)
    refusals.write(database, reading, folder, folder / REFUSED)
    repairs, repaired = _repairs(database, plan, folder)
    read = reading.rows + len(reading.broken)
    return Checked(
        read=read,
        kept=read - refusals.rows,
        refused=refusals.rows,
        repaired=repaired,
        reasons=dict(refusals.reasons.most_common()),
        repairs=repairs,
        seconds=time.monotonic() - began,
    )


def _repairs(database: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> tuple[dict[str, int], int]:
    if not plan.repairs:
        return {}, 0
    dropped = parquet(folder / DROPPED)
    found = database.execute(
        f"select repaired, count(*) from {parquet(folder / ROWS)} where repaired <> 0 and {unbroken(plan)}"
        f" and file_row_number not in (select row from {dropped}) group by 1"
    ).fetchall()
    by_code = {
        code: sum(rows for mask, rows in found if mask >> bit & 1) for bit, code in enumerate(plan.repairs)
    }
    return {code: rows for code, rows in by_code.items() if rows}, sum(rows for _, rows in found)


__all__ = ["check"]
