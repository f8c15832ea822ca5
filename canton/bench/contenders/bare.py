"""DuckDB alone: CSV to Parquet as text, nothing checked."""

from pathlib import Path

import duckdb

from canton.intake.sql import literal

from . import THREADS, Done


def copy(file: Path, folder: Path) -> Done:
    """As it stands."""
    return _copy(file, folder, "")


def copy_sorted(file: Path, folder: Path) -> Done:
    """In the order of time."""
    return _copy(file, folder, "order by started")


def _copy(file: Path, folder: Path, order: str) -> Done:
    config: dict[str, str | bool | int | float | list[str]]
    config = {"threads": THREADS, "memory_limit": "4GB", "temp_directory": str(folder / "spill")}
    with duckdb.connect(config=config) as database:
        database.execute(
            f"copy (from read_csv({literal(str(file))}, header=true, all_varchar=true) {order})"
            f" to {literal(str(folder / 'rows.parquet'))} (format parquet, compression zstd)"
        )
    return Done()
