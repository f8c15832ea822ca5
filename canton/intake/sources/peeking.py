"""A few rows of a file by their number, for people to look at."""

from collections.abc import Iterator
from pathlib import Path

from .model import Kind, Source, SourceRow
from .tables import parquet_rows, sheet_rows

MOST_COLUMNS = 16_384


def rows_about(path: Path, source: Source, number: int, neighbours: int) -> list[SourceRow]:
    """The row of this number of a workbook or Parquet file and those beside it that hold anything.

    The rows before it are passed over, so a late row of a large file takes its time.
    """
    found = []
    for row in tables(path, source):
        if row.number > number + neighbours:
            break
        if row.number >= number - neighbours:
            found.append(row)
    return found


def tables(path: Path, source: Source) -> Iterator[SourceRow]:
    """Rows of a file that is no text."""
    read = sheet_rows if source.kind is Kind.XLSX else parquet_rows
    return read(path, source, MOST_COLUMNS)
