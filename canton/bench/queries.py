"""Measuring queries: first rows against the same SQL in bare DuckDB, and a workbook of a million rows."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import duckdb
from django.conf import settings

from canton.intake.sql import literal
from canton.queries import document, engine
from canton.queries.compiler import Plan, compile_query
from canton.queries.engine import Watch

from .processing import Run, Say
from .traffic import CONTACTS

TODAY = date(2026, 10, 31)
WATCH = Watch(600)
ROWS_SHOWN = 50
QUERY = {
    "dataset": "contacts",
    "where": {
        "all": [
            {"column": "outcome", "is": "equals", "value": ["answered"]},
            {"column": "wait_seconds", "is": "more", "value": [30]},
            {"column": "started", "is": "during", "value": ["2026-10-05", "2026-10-25"]},
        ]
    },
}
ORDERED = QUERY | {"sort": ["-talk_seconds"]}
TOTALS = QUERY | {"totals": {"by": ["centre", "started:day"], "figures": ["count", "avg:wait_seconds"]}}
COUNTED = "rows counted"
ASKED = {
    "first rows": QUERY,
    "first rows, sorted": ORDERED,
    COUNTED: QUERY,
    "totals by city and day": TOTALS,
}
SHEETS = (100_000, 1_000_000)
WRITE = """
import json, sys, time
from datetime import datetime, timedelta
from pathlib import Path
from canton.shell.exports import write_xlsx
rows, path = int(sys.argv[1]), Path(sys.argv[2])
began, start = time.perf_counter(), datetime(2026, 10, 1)
write_xlsx(path, ["started", "number", "centre", "category", "outcome", "wait", "talk", "agent"], (
    [f"{start + timedelta(seconds=n)}", f"138****{n % 10000:04}", "4401", "0101", "answered", n % 40, n % 400,
     f"A{n % 240}"] for n in range(rows)))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([time.perf_counter() - began, int(peak.split()[1]) / 1024]))
"""


def measure(rows: int, *, repeats: int, folder: Path | None, say: Say) -> list[Run]:
    """Medians, each query and its bare SQL in turn, after one run of each that does not count."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="canton-bench-") as work:
        say(f"writing {rows:,} contacts")
        with duckdb.connect() as database:
            database.execute(
                f"copy ({CONTACTS.format(rows=rows)}) to {literal(work)}"
                " (format parquet, compression zstd, partition_by (day), write_partition_columns true)"
            )
        files = {"contacts": sorted(Path(work).glob("day=*/*.parquet"))}
        found = [run for name, asked in ASKED.items() for run in _pair(name, asked, files, repeats, say)]
        return found + [_sheet(count, Path(work), say) for count in SHEETS]


def _pair(name: str, asked: document.Document, files: engine.Files, repeats: int, say: Say) -> list[Run]:
    plan = compile_query(document.read(asked), today=TODAY)
    sql = plan.counting if name == COUNTED else plan.first(ROWS_SHOWN)
    bare, house = [], []
    for turn in range(repeats + 1):
        first, second = (
            _seconds(lambda: _bare(plan, sql, files)),
            _seconds(lambda: _house(name, asked, files)),
        )
        say(f"{turn}/{repeats} {name}: bare {first:.3f} s, Canton {second:.3f} s")
        if turn:
            bare.append(first)
            house.append(second)
    base = median(bare)
    return [
        Run(f"{name}: DuckDB", round(base, 3), 1.0, 0.0, None),
        Run(f"{name}: Canton", round(median(house), 3), round(median(house) / base, 3), 0.0, None),
    ]


def _house(name: str, asked: document.Document, files: engine.Files) -> object:
    """From the document to the rows, as the screen asks."""
    plan = compile_query(document.read(asked), today=TODAY)
    if name == COUNTED:
        return engine.count(plan, files, WATCH)
    return engine.first(plan, files, ROWS_SHOWN, WATCH)


def _bare(plan: Plan, sql: str, files: engine.Files) -> object:
    """The same SQL over the same files, with the engine's settings and nothing of the house around it."""
    listed = ", ".join(literal(str(file)) for file in files["contacts"])
    config: dict[str, str | bool | int | float | list[str]]
    config = {"threads": settings.CANTON_THREADS, "memory_limit": settings.CANTON_MEMORY}
    with duckdb.connect(config=config) as database:
        database.execute(f"create view base as from read_parquet([{listed}], hive_partitioning=false)")
        return database.execute(sql, plan.parameters).fetchall()


def _sheet(rows: int, folder: Path, say: Say) -> Run:
    """A workbook of so many rows of eight columns, in a process of its own for its memory."""
    command = [sys.executable, "-c", WRITE, str(rows), str(folder / "rows.xlsx")]
    seconds, peak = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    say(f"XLSX of {rows:,} rows: {seconds:.1f} s, {peak:.0f} MiB")
    return Run(f"XLSX of {rows:,} rows", round(seconds, 3), 1.0, round(peak, 1), None)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
