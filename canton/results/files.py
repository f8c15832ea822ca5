"""The table of a package as a CSV file: written for the package, read and checked when it comes."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from .errors import BadTable
from .table import FIXED, TOTAL, Column, Row, Table, Value

LARGEST = 16 * 2**20  # bytes
MOST_ROWS = 50_000
LONGEST_KEY = 200
LARGEST_COUNT = 2**53
NEAR = 1e-9  # relative: the same division on another machine
_WHOLE = re.compile(r"\d{1,16}")
_NUMBER = re.compile(r"\d{1,16}(\.\d{1,20})?([eE][+-]?\d{1,3})?")


def write(table: Table, rows: Iterable[Row]) -> bytes:
    """UTF-8, comma, LF; the same rows give the same bytes. Numbers are written to be read back exactly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    for row in rows:
        values = (row.values[column.name] for column in table.columns)
        writer.writerow([row.breakdown, row.key, _written(row.missing), *map(_written, values)])
    return text.getvalue().encode()


def read(path: Path, table: Table) -> list[Row]:
    """The rows of a table that came.

    Raises:
        BadTable: it says in which line and column, and what; nothing of it is used.
    """
    if path.stat().st_size > LARGEST:
        raise BadTable(line=1, column="—", why=_("the file is too large"))
    try:
        text = path.read_text(encoding="utf-8")
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadTable(line=1, column="—", why=_("it is no CSV in UTF-8")) from error
    if not lines or tuple(lines[0]) != table.header:
        raise BadTable(line=1, column="—", why=_("other columns are described"))
    if len(lines) > MOST_ROWS:
        raise BadTable(line=MOST_ROWS, column="—", why=_("too many lines"))
    rows = list(_rows(table, lines[1:]))
    if [row.breakdown for row in rows].count(TOTAL) != 1:
        raise BadTable(line=1, column="breakdown", why=_("there must be one total"))
    return rows


def _rows(table: Table, lines: Sequence[Sequence[str]]) -> Iterator[Row]:
    seen: set[tuple[str, str]] = set()
    known = {TOTAL, *(split.name for split in table.splits)}
    for number, line in enumerate(lines, 2):
        if len(line) != len(table.header):
            raise BadTable(line=number, column="—", why=_("another number of values"))
        breakdown, key, missing = line[: len(FIXED)]
        if breakdown not in known or (breakdown == TOTAL and key):
            raise BadTable(line=number, column="breakdown", why=_("not one of those described"))
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise BadTable(line=number, column="key", why=_("too long, or not printable"))
        values = dict(zip((each.name for each in table.columns), line[len(FIXED) :], strict=True))
        row = Row(breakdown, key, _days(missing, number), _values(table, values, number))
        if row.place in seen:
            raise BadTable(line=number, column="key", why=_("the line is there twice"))
        seen.add(row.place)
        _require_whole(table, row, number)
        _require_agreement(table, row, number)
        yield row


def _days(text: str, line: int) -> int | None:
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise BadTable(line=line, column=FIXED[-1], why=_("not a whole number"))
    return int(text)


def _values(table: Table, texts: Mapping[str, str], line: int) -> dict[str, Value]:
    return {column.name: _value(column, texts[column.name], line) for column in table.columns}


def _value(column: Column, text: str, line: int) -> Value:
    if column.ratio is not None:
        if text and not _NUMBER.fullmatch(text):
            raise BadTable(line=line, column=column.name, why=_("not a number"))
        return float(text) if text else None
    if not text and not column.required:
        return None
    if not _WHOLE.fullmatch(text) or int(text) > LARGEST_COUNT:
        raise BadTable(line=line, column=column.name, why=_("not a whole number"))
    return int(text)


def _require_whole(table: Table, row: Row, line: int) -> None:
    """All counts are there, or none: then days must be missing, and it is not the total."""
    if not row.known and row.missing and row.breakdown != TOTAL:
        return
    why = _("a count is missing, though others are there")
    for column in table.columns:
        elsewhere = column.only and column.only != row.breakdown
        needless = column.needs and not row.values[column.needs]
        if column.count and not elsewhere and not needless and row.values[column.name] is None:
            raise BadTable(line=line, column=column.name, why=why)


def _require_agreement(table: Table, row: Row, line: int) -> None:
    """Every figure that is divided, or needs a count, is what its counts give."""
    for column in table.columns:
        if column.only and column.only != row.breakdown:
            continue
        stated, counted = row.values[column.name], column.value(row.values)
        if stated is None or counted is None:
            agrees = stated is counted
        else:
            agrees = abs(stated - counted) <= NEAR * max(1.0, abs(counted))
        if not agrees:
            raise BadTable(line=line, column=column.name, why=_("it is not what its counts give"))


def _written(value: Value) -> str:
    return "" if value is None else repr(value)
