"""A stretch of whole lines of a CSV file, parsed by Arrow and proven right to the line, or not at all.

Arrow's parser is fast and lenient. What it makes of a stretch is taken only if every line became one row or
is known to be none, and every byte is one of a value, a delimiter, a line end or a line that is no row. Of
quotation marks it is shown beforehand that they stand around whole values.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ..parsing import Record, structure

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
LF, CR = 10, 13


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a file are divided into values, and what was seen in it.

    quoted, foreign: there are quotation marks; lines that are not UTF-8. returns: lines end with CR LF.
    """

    columns: tuple[str, ...]
    delimiter: str
    quote: str | None
    quoted: bool
    foreign: bool
    returns: bool

    @property
    def schema(self) -> pa.Schema:
        """Every column as text."""
        return pa.schema([(column, pa.string()) for column in self.columns])

    def reason(self, line: bytes) -> str:
        """Why a line is no record; empty if it is one."""
        return structure(line, len(self.columns), self.delimiter, self.quote)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Rows as text, null where nothing stands; of each the number of its line and the byte it starts at.

    broken: the lines that are no rows.
    """

    rows: pa.Table
    lines: Numbers
    starts: Numbers
    broken: tuple[Record, ...]


def parse(content: pa.Buffer, first: int, count: int, shape: Shape, *, start: int) -> Parsed | None:
    """Rows of `count` whole lines; None when nothing is proven.

    first, start: number of the first line, and the byte of the file it begins at.
    """
    numbers = np.column_stack([np.arange(first, first + count), start + _begins(content, count)])
    records: list[Record] = []
    if shape.foreign:
        content, numbers, records = _readable(content, numbers)
    parsed = _parse(content, numbers, shape)
    if parsed is None and _has_empty_lines(content):
        parsed = _parse(*_filled(content, numbers), shape)
    if parsed is None or not records:
        return parsed
    records = sorted([*records, *parsed.broken], key=lambda record: record.line)
    return replace(parsed, broken=tuple(records))


def _begins(content: pa.Buffer, count: int) -> Numbers:
    """Where in the stretch its lines begin."""
    ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == LF)
    return np.concatenate([[0], ends + 1])[:count]


def _parse(content: pa.Buffer, numbers: Numbers, shape: Shape) -> Parsed | None:
    if not content.size:
        return Parsed(shape.schema.empty_table(), numbers[:0, 0], numbers[:0, 1], ())
    quoted = bool(shape.quoted and shape.quote) and (shape.quote or "").encode() in content.to_pybytes()
    if quoted and not _well_quoted(content.to_pybytes(), shape):
        return None
    try:
        rows, no_rows = _by_arrow(content, shape, quoted=quoted)
    except pa.ArrowInvalid:  # a mark never closed, or a stretch it can make nothing of
        return None
    if rows.num_rows + len(no_rows) != len(numbers):
        return None
    broken = _broken(content, numbers, no_rows, shape)
    if broken is None or not (quoted or _accounts(content, rows, broken, shape)):
        return None
    left = np.delete(numbers, no_rows, axis=0) if no_rows else numbers
    return Parsed(rows, left[:, 0], left[:, 1], tuple(record for record, _ in broken))


def _readable(content: pa.Buffer, numbers: Numbers) -> tuple[pa.Buffer, Numbers, list[Record]]:
    """Without the lines that are not UTF-8, which are answered."""
    lines = _lines(content)
    known = [_is_utf8(line) for line in lines]
    records = [
        Record(int(number), 1, reason="row:encoding")
        for (number, _), is_known in zip(numbers, known, strict=True)
        if not is_known
    ]
    return (*_only(lines, numbers, known), records)


def _filled(content: pa.Buffer, numbers: Numbers) -> tuple[pa.Buffer, Numbers]:
    """Without the empty lines: they are no records."""
    lines = _lines(content)
    return _only(lines, numbers, [bool(line.removesuffix(b"\r")) for line in lines])


def _lines(content: pa.Buffer) -> list[bytes]:
    found: list[bytes] = content.to_pybytes().removesuffix(b"\n").split(b"\n")
    return found


def _only(lines: Sequence[bytes], numbers: Numbers, kept: Sequence[bool]) -> tuple[pa.Buffer, Numbers]:
    left = b"".join(line + b"\n" for line, keep in zip(lines, kept, strict=True) if keep)
    return pa.py_buffer(left), numbers[np.array(kept, dtype=bool)]


def _has_empty_lines(content: pa.Buffer) -> bool:
    text = content.to_pybytes()
    return text.startswith((b"\n", b"\r\n")) or b"\n\n" in text or b"\n\r\n" in text


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _well_quoted(content: bytes, shape: Shape) -> bool:
    """Whether every quotation mark that opens or closes a value stands right at its ends, in its line."""
    quote, delimiter = (shape.quote or "").encode(), shape.delimiter.encode()
    if len(quote) == len(delimiter) == 1 and _only_around_values(content, quote[0], delimiter[0]):
        return True
    return _grammar(quote, delimiter).fullmatch(content) is not None


def _only_around_values(content: bytes, quote: int, delimiter: int) -> bool:
    """Seen in one look at all marks: they open and close by turns, two beside each other stand for one."""
    letters: Bytes = np.frombuffer(b"\n" + content + b"\n", dtype=np.uint8)
    marks = np.flatnonzero(letters == quote)
    if len(marks) % 2:
        return False
    before, after = letters[marks[0::2] - 1], letters[marks[1::2] + 1]
    ends = np.flatnonzero(letters == LF)
    return bool(
        np.isin(before, [delimiter, LF, quote]).all()
        and np.isin(after, [delimiter, LF, CR, quote]).all()
        and not (np.searchsorted(marks, ends) & 1).any()
    )


@cache
def _grammar(quote: bytes, delimiter: bytes) -> re.Pattern[bytes]:
    """Lines whose values stand in marks or begin with none, also behind blanks: slow, without a doubt."""
    q, d = re.escape(quote), re.escape(delimiter)
    value = (
        rb"(?:"
        + q
        + rb"(?:[^"
        + q
        + rb"\n]|"
        + q
        + q
        + rb")*+"
        + q
        + rb"|(?! *"
        + q
        + rb")[^"
        + d
        + rb"\n]*+)"
    )
    line = value + rb"(?:" + d + value + rb")*+"
    return re.compile(rb"(?:" + line + rb"\r?\n)*+(?:" + line + rb")?")


def _by_arrow(content: pa.Buffer, shape: Shape, *, quoted: bool) -> tuple[pa.Table, list[int]]:
    """Rows, and the places (from 0) of the lines with another number of values."""
    others: list[int] = []
    rows = csv.read_csv(
        pa.BufferReader(content),
        csv.ReadOptions(column_names=shape.columns, use_threads=False, block_size=content.size + 1),
        csv.ParseOptions(
            delimiter=shape.delimiter,
            quote_char=shape.quote if quoted else False,
            newlines_in_values=False,
            invalid_row_handler=_noting(others),
        ),
        csv.ConvertOptions(
            column_types=shape.schema,
            check_utf8=False,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
        memory_pool=_pool(),
    )
    return rows, others


@cache
def _pool() -> pa.MemoryPool:
    """Not Arrow's own choice: its huge pages are cleared whole, and this memory is written once."""
    known = "jemalloc" in pa.supported_memory_backends()
    return pa.jemalloc_memory_pool() if known else pa.system_memory_pool()


def _noting(places: list[int]) -> Callable[[csv.InvalidRow], str]:
    def note(row: csv.InvalidRow) -> str:
        places.append(row.number - 1)
        return "skip"

    return note


def _broken(
    content: pa.Buffer, numbers: Numbers, places: Sequence[int], shape: Shape
) -> list[tuple[Record, int]] | None:
    """The lines that are no rows, with their length; None when one of them should have been a row."""
    found: list[tuple[Record, int]] = []
    lines = _lines(content) if places else []
    for place in places:
        line = lines[place].removesuffix(b"\r")
        reason = shape.reason(line)
        if not reason:
            return None
        found.append((Record(int(numbers[place, 0]), 1, reason=reason), len(line)))
    return found


def _accounts(content: pa.Buffer, rows: pa.Table, broken: Sequence[tuple[Record, int]], shape: Shape) -> bool:
    """Whether every byte is one of a value, a delimiter, a line end or a line that is no row."""
    values = sum(pc.sum(pc.binary_length(column)).as_py() or 0 for column in rows.columns)
    delimiters = rows.num_rows * (len(shape.columns) - 1)
    last = content.slice(content.size - 1).to_pybytes()
    ends = rows.num_rows + len(broken) - (last != b"\n")
    returns = ends if shape.returns else 0
    unread = sum(length for _, length in broken)
    return bool(values + delimiters + ends + returns + unread == content.size)
