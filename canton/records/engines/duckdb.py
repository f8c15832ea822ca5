"""DuckDB, the engine in the process: configured so that a job keeps to its share of the machine."""

from pathlib import Path

import duckdb
from django.conf import settings


def connect(
    threads: int | None = None, memory: str | None = None, temp: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that reads Parquet and loads no extension from outside.

    Args:
        threads: at most; CANTON_THREADS by default.
        memory: limit as DuckDB writes it ("4GB"); CANTON_MEMORY by default.
        temp: folder to spill to; without one DuckDB spills nothing.
    """
    return duckdb.connect(
        config={
            "threads": threads or settings.CANTON_THREADS,
            "memory_limit": memory or settings.CANTON_MEMORY,
            "temp_directory": str(temp) if temp else "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
