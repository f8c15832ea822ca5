"""The check (检错): a verdict on every row of an upload, and every reason of those that break the format."""

import time
from pathlib import Path

import duckdb

from ..plan import Plan
from ..refusals import BrokenQuoting, HeaderOnly
from ..sql import literal
from . import counts
from .counts import Checked
from .dropped import DROPPED, find_dropped
from .folders import building
from .input_file import InputFile
from .kept import LEFT_OUT, REFUSED
from .reading import VERDICTS, Reading, read_rows, unbroken
from .refused import REFUSED_ROWS, Refusals


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
        with upload.engine.session(in_order=False) as database:
            reading = read_rows(database, upload)
            _require_rows(reading)
            find_dropped(database, upload.plan)
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


def _find_refused(database: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Rows that broke a check or were dropped, with all that says why."""
    database.execute(
        f"create temp table {REFUSED_ROWS} as"
        f" select line, span, start, coalesce(d.mask, 0) as dropped, {', '.join(plan.masks)}"
        f" from {VERDICTS} left join {DROPPED} d using (line, span)"
        f" where not ({unbroken(plan)}) or d.line is not null"
    )


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
