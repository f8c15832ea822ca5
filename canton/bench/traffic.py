"""Measuring the traffic report against the same SQL in bare DuckDB, over the same Parquet files."""

import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from statistics import median

import duckdb
from django.conf import settings

from canton.intake.sql import literal
from canton.reports import engine
from canton.reports.definition import Definition

from .processing import Run, Say

CITIES = 21
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 30)
CONTACTS = """
select i::varchar as contact_id, '44' || lpad((1 + i * 7919 % 21)::varchar, 2, '0') as centre,
    'voice' as channel,
    '1' || (3000000000 + i * 48271 % 6999999999) as number, 'none' as roaming,
    ['0101', '0203', '0301', '0502', '0901', null][1 + i * 31 % 6] as category, 'zh' as language,
    began as started, began as queued, case when i % 10 < 8 then began + to_seconds(i % 40) end as answered,
    began + to_seconds(60 + i % 400) as ended, (i * 17 % 40)::integer as wait_seconds,
    (i * 13 % 400)::integer as talk_seconds, (i % 9)::integer as hold_seconds,
    (i % 30)::integer as wrap_seconds,
    'A' || (i * 104729 % 240) as agent,
    case when i % 10 < 8 then 'answered' when i % 10 = 8 then 'abandoned' else 'ivr' end as outcome,
    null::integer as satisfaction, null::boolean as resolved, null::varchar as recording, began::date as day,
    '4401' as home_city, 'local' as roaming_kind, '01' as category_head, 'bench' as batch, i + 2 as line
from (select range as i, timestamp '2026-10-01' + to_seconds(range * 30 * 86400 // {rows}) as began
      from range({rows}))
"""


def measure(rows: int, *, repeats: int, folder: Path | None, say: Say) -> list[Run]:
    """Median of the report and of its SQL alone, in turn, after one run of each that does not count."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="canton-bench-") as work:
        say(f"writing {rows:,} contacts")
        with duckdb.connect() as database:
            database.execute(
                f"copy ({CONTACTS.format(rows=rows)}) to {literal(work)}"
                " (format parquet, compression zstd, partition_by (day), write_partition_columns true)"
            )
        files = sorted(Path(work).glob("day=*/*.parquet"))
        definition = engine.ready("traffic")
        question = engine.Question(FIRST, LAST, tuple(f"44{city:02d}" for city in range(1, CITIES + 1)))
        timed: dict[str, list[float]] = {"DuckDB, the same SQL": [], "Canton: traffic report": []}
        for turn in range(repeats + 1):
            bare = _seconds(lambda: _bare(definition, question, files))
            house = _seconds(lambda: engine.run(definition, question, files))
            say(f"{turn}/{repeats} bare {bare:.3f} s, report {house:.3f} s")
            if turn:
                timed["DuckDB, the same SQL"].append(bare)
                timed["Canton: traffic report"].append(house)
    base = median(timed["DuckDB, the same SQL"])
    return [
        Run(name, round(median(each), 3), round(median(each) / base, 3), 0.0, None)
        for name, each in timed.items()
    ]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _bare(definition: Definition, question: engine.Question, files: list[Path]) -> object:
    listed = ", ".join(literal(str(file)) for file in files)
    values = {
        "start": datetime.combine(question.start, datetime.min.time()),
        "end": datetime.combine(date(LAST.year, LAST.month, LAST.day + 1), datetime.min.time()),
        "centres": list(question.centres),
        **definition.rules,
    }
    config: dict[str, str | bool | int | float | list[str]]
    config = {"threads": settings.CANTON_THREADS, "memory_limit": settings.CANTON_MEMORY}
    with duckdb.connect(config=config) as database:
        database.execute(
            f"create view {definition.dataset} as from read_parquet([{listed}], hive_partitioning=false)"
        )
        return database.execute(definition.query, values).fetchall()
