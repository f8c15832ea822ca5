"""The copy of a file in UTF-8 CSV that the steps read, and which row of the original each record is of.

A record is found by its row and its place among the records made of that row, so nothing here grows with the
file: the index lies beside the copy and is mapped, not read.
"""

import csv
import io
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import Struct
from typing import BinaryIO

from ..lines import Lines
from .model import SourceRow

csv.field_size_limit(1 << 30)  # the limit of a value is the intake's own
ENTRY = Struct("<QIHB")  # offset in the copy, row of the original, place among its records, reason


@dataclass(slots=True)
class Transcript(Lines):
    """A copy in CSV with the rows its records come from. Lines are asked for by row and place."""

    reasons: tuple[str, ...] = ("",)
    index: "mmap | bytes" = field(default=b"", repr=False)

    def records(self) -> Iterator[tuple[int, int, tuple[str, ...], str]]:
        """(row of the original, place among its records from 1, values, reason) of every record."""
        with self.path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file, strict=True)
            next(reader)
            for place, values in enumerate(reader):
                _offset, row, nth, reason = self._entry(place)
                yield row, nth, tuple(values), self.reasons[reason]

    def get(self, line: int, span: int = 1) -> bytes:
        """The record that is the `span`-th of a row of the original, without its line end."""
        place = bisect_left(range(self.count), line, key=lambda each: self._entry(each)[1]) + span - 1
        start = self._entry(place)[0]
        end = self._entry(place + 1)[0] if place + 1 < self.count else self.size
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(end - start).removesuffix(b"\r\n")

    def _entry(self, place: int) -> tuple[int, int, int, int]:
        offset, row, nth, reason = ENTRY.unpack_from(self.index, place * ENTRY.size)
        return offset, row, nth, reason


def transcribe(rows: Iterable[SourceRow], header: Sequence[str], path: Path) -> Transcript:
    """Write rows as CSV and answer the transcript; rows of one number follow one another."""
    reasons: dict[str, int] = {"": 0}
    beside = path.with_name(f"{path.name}.rows")
    written = count = 0
    before, nth = 0, 0
    with path.open("wb") as copy, beside.open("wb") as index:
        writer = _Writer(copy)
        written = writer.write(header)
        for row in rows:
            nth = nth + 1 if row.number == before else 1
            before = row.number
            index.write(ENTRY.pack(written, row.number, nth, reasons.setdefault(row.reason, len(reasons))))
            written += writer.write(row.values)
            count += 1
    mapped = _mapped(beside) if count else b""
    beside.unlink()  # the map stays until it is let go
    return Transcript(path, size=written, count=count, reasons=tuple(reasons), index=mapped)


class _Writer:
    """Writes CSV to a file of bytes and tells how many each row took."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._line = io.StringIO()
        self._csv = csv.writer(self._line, lineterminator="\r\n")

    def write(self, values: Iterable[str]) -> int:
        self._csv.writerow(values)
        content = self._line.getvalue().encode("utf-8", "replace")
        self._line.seek(0)
        self._line.truncate()
        return self._file.write(content)


def _mapped(path: Path) -> mmap:
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)
