"""Rows of files that are no text of lines; a few of them by their number, for people to look at."""

from collections.abc import Iterator
from pathlib import Path

from .model import Kind, Source, SourceRow
from .objects import json_rows
from .tables import parquet_rows, sheet_rows

MOST_COLUMNS = 16_384
READERS = {Kind.XLSX: sheet_rows, Kind.PARQUET: parquet_rows, Kind.JSON: json_rows}


def rows_about(path: Path, source: Source, number: int, neighbours: int) -> list[SourceRow]:
    """The row of this number of a workbook, Parquet or JSON file and those beside it that hold anything.

    The rows before it are passed over, so a late row of a large file takes its time.
    """
    found = []
    for row in tables(path, source):
        if row.number > number + neighbours:
            break
        if row.number >= number - neighbours:
            found.append(row)
    return found


def tables(path: Path, source: Source, most: int = MOST_COLUMNS) -> Iterator[SourceRow]:
    """Rows of a file that is no text of lines. most: columns it may have."""
    return READERS[source.kind](path, source, most)
