"""Rows dropped though they break no check: those that stand earlier in the file, or are loaded already."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ..plan import Plan
from ..sql import literal, name
from .reading import HASH, VERDICTS

DROPPED = "dropped"  # table of line, span and `mask`
AGAIN, LOADED = 1, 2  # bits of its mask: again in the file, loaded already
HASHES = 1 << 24  # sorted at once
CANDIDATES = "candidates"


def find_dropped(database: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Make the table of rows whose key stands earlier in the file, or is loaded already for that day."""
    parts = [f"select line, span, {AGAIN} as bit from {_again(database, plan)}"]
    loaded = _loaded_on_its_days(database, plan)
    if loaded:
        parts.append(f"select line, span, {LOADED} as bit from {_loaded(plan, loaded)}")
    found = " union all ".join(parts)
    database.execute(
        f"create temp table {DROPPED} as"
        f" select line, span, sum(bit)::utinyint as mask from ({found}) group by line, span"
    )


def _again(database: duckdb.DuckDBPyConnection, plan: Plan) -> str:
    """Hashes find the few candidates, the values decide."""
    key = ", ".join(name(column) for column in plan.format.unique)
    database.register(CANDIDATES, _repeated(database))
    nth = f"row_number() over (partition by {key} order by line, span)"
    again = f"{VERDICTS} where {HASH} in (select hash from {CANDIDATES})"
    return f"(select line, span from (select line, span, {nth} as nth from {again}) where nth > 1)"


def _repeated(database: duckdb.DuckDBPyConnection) -> pa.Table:
    """Hashes that occur more than once; looked for in parts, so that memory does not grow with the rows."""
    count = database.sql(f"select count(*) from {VERDICTS}").fetchall()[0][0]
    parts = count // HASHES + 1
    found = []
    for part in range(parts):
        chosen = f" and {HASH} % {parts} = {part}" if parts > 1 else ""
        some = f"select {HASH} as hash from {VERDICTS} where {HASH} is not null{chosen}"
        hashes = np.sort(database.sql(some).to_arrow_table()["hash"].to_numpy())
        found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
    return pa.table({"hash": np.concatenate(found)})


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
