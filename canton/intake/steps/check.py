"""The check (检错): a verdict on every row of an upload, and every reason of those that break the format."""

import time
from pathlib import Path

import duckdb

from ..plan import Plan
from ..refusals import BrokenQuoting, HeaderOnly
from ..sql import literal, name
from . import counts
from .counts import Checked
from .folders import building, engine
from .input_file import InputFile
from .kept import LEFT_OUT, REFUSED
from .reading import VERDICTS, Reading, read_rows, unbroken
from .refused import AGAIN, DROPPED, LOADED, REFUSED_ROWS, Refusals


def check(upload: InputFile, *, into: Path) -> Checked:
    """Check every row of an upload; running it again replaces the folder.

    Shapes:
        upload: a file in `upload.plan.layout`.
        into: see `kept`; into/refused.parquet has line (from 1, the header is line 1), column, value, reason,
            raw (the line), one row for each reason.

    A rule that answers NULL refuses its row. Of rows with the same key the first of the file counts, whatever
    else is wrong with it; the later ones are refused.

    Raises:
        FileRefused: the file is refused whole (see refusals); nothing is written.
    """
    began = time.monotonic()
    with building(into) as folder:
        with engine(upload.plan, folder, in_order=False) as database:
            reading = read_rows(database, upload)
            _require_rows(reading)
            _find_dropped(database, upload.plan)
            _find_refused(database, upload.plan)
            checked = _conclude(database, upload, reading, folder, began)
        counts.write(checked, folder)
    return checked


def _require_rows(reading: Reading) -> None:
    broken = [record for record in reading.broken if record.reason == "row:quoting"]
    read = reading.rows + len(reading.broken)
    if not read:
        raise HeaderOnly
    if len(broken) * 2 > read:
        raise BrokenQuoting(line=broken[0].line)


def _find_dropped(database: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Rows whose key stands earlier in the file, or is loaded already for that day."""
    parts = [f"select line, span, {AGAIN} as bit from {_again(plan)}"]
    loaded = _loaded_on_its_days(database, plan)
    if loaded:
        parts.append(f"select line, span, {LOADED} as bit from {_loaded(plan, loaded)}")
    found = " union all ".join(parts)
    database.execute(
        f"create table {DROPPED} as"
        f" select line, span, sum(bit)::utinyint as mask from ({found}) group by line, span"
    )


def _find_refused(database: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Rows that broke a check or were dropped, with all that says why."""
    database.execute(
        f"create table {REFUSED_ROWS} as"
        f" select line, span, coalesce(d.mask, 0) as dropped, {', '.join(plan.masks)}"
        f" from {VERDICTS} left join {DROPPED} d using (line, span)"
        f" where not ({unbroken(plan)}) or d.line is not null"
    )


def _again(plan: Plan) -> str:
    """Hashes find the few candidates, the values decide."""
    key = ", ".join(name(column) for column in plan.format.unique)
    filled = " and ".join(f"{name(column)} is not null" for column in plan.format.unique)
    candidates = f"select hash({key}) from {VERDICTS} where {filled} group by 1 having count(*) > 1"
    nth = f"row_number() over (partition by {key} order by line, span)"
    again = f"{VERDICTS} where {filled} and hash({key}) in ({candidates})"
    return f"(select line, span from (select line, span, {nth} as nth from {again}) where nth > 1)"


def _loaded_on_its_days(database: duckdb.DuckDBPyConnection, plan: Plan) -> list[Path]:
    """Of the loaded files, those with rows of a day the upload has rows of."""
    if not plan.context.loaded:
        return []
    day = f"{name(plan.format.loaded_key.day_of)}::date"
    found = database.execute(f"select distinct {day} from {VERDICTS}").fetchall()
    days = {each for (each,) in found}
    return list(dict.fromkeys(path for each, path in plan.context.loaded if each in days))


def _loaded(plan: Plan, loaded: list[Path]) -> str:
    key = plan.format.loaded_key
    files = ", ".join(literal(str(path)) for path in loaded)
    columns = ", ".join(name(column) for column in key.columns)
    source = f"read_parquet([{files}], hive_partitioning=false)"
    there = f"select {columns}, {name(key.day_of)}::date as day_ from {source}"
    same = " and ".join(f"l.{name(column)} = r.{name(column)}" for column in key.columns)
    that_day = f"l.day_ = r.{name(key.day_of)}::date"
    return f"(select r.line, r.span from {VERDICTS} r semi join ({there}) l on {same} and {that_day})"


def _conclude(
    database: duckdb.DuckDBPyConnection, upload: InputFile, reading: Reading, folder: Path, began: float
) -> Checked:
    refusals = Refusals(upload.plan, upload.facts.lines)
    refusals.write(database, reading, folder / REFUSED)
    left_out = f"select line, span from {REFUSED_ROWS}"
    database.execute(f"copy ({left_out}) to {literal(str(folder / LEFT_OUT))} (format parquet)")
    repairs, repaired = _repairs(database, upload.plan)
    read = reading.rows + len(reading.broken)
    return Checked(
        read=read,
        kept=read - refusals.rows,
        refused=refusals.rows,
        repaired=repaired,
        reasons=dict(refusals.reasons.most_common()),
        repairs=repairs,
        exact=reading.exact,
        seconds=time.monotonic() - began,
    )


def _repairs(database: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[dict[str, int], int]:
    if not plan.repairs:
        return {}, 0
    found = database.execute(
        f"select repaired, count(*) from {VERDICTS} anti join {REFUSED_ROWS} using (line, span)"
        " where repaired <> 0 group by 1"
    ).fetchall()
    by_code = {
        code: sum(rows for mask, rows in found if mask >> bit & 1) for bit, code in enumerate(plan.repairs)
    }
    return {code: rows for code, rows in by_code.items() if rows}, sum(rows for _, rows in found)
