"""The first rows of a layout's sample as they stand in the file, for those who say what is made of them."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from canton.exchange.formats import Format
from canton.kernel.errors import CantonError
from canton.shell.figures import masked

from ..originals import mask_numbers
from ..sources.guessing import LINES, Guess, counted_in, look, sample_lines
from ..sources.model import Kind, Source
from ..sources.peeking import tables
from ..sources.rulers import pieces
from .mapping import lines_of

SHOWN = 5
COUNTED = 1_000  # rows in which the values of a column are counted
LONGEST = 60  # characters of a value on the screen
NAMING = re.compile(r"\d")  # “unknown” names nobody
NUMBER = re.compile(r"\d{5}")  # “手机没有信号” is called like a number, and its -1 is none
NUMBERS_COLUMN = re.compile(r"电话|手机|号码|主叫|被叫|phone|mobile|msisdn|tel\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SampleRows:
    """Columns in the order of the file, and the values of its first rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self, column: str) -> list[str]:
        """The filled values of a column."""
        if column not in self.columns:
            return []
        at = self.columns.index(column)
        return [row[at].strip() for row in self.rows if row[at].strip()]

    def counts(self, column: str) -> list[tuple[str, int]]:
        """The filled values of a column with how often each stands there, the most frequent first."""
        return Counter(self.values(column)).most_common()

    def first(self, most: int = SHOWN) -> "SampleRows":
        """The same of the first rows alone."""
        return SampleRows(self.columns, self.rows[:most])


def read_rows(path: Path | None, said: Guess, most: int = SHOWN) -> SampleRows | None:
    """The first rows of a file that is written as said; None when it cannot be read so."""
    if path is None:
        return None
    try:
        if said.kind is Kind.FIXED:
            return _of_fixed(path, said, most)
        found = look(path, said)
        rows = _of_text(path, found, most) if found.kind is Kind.TEXT else _of_table(path, found, most)
    except (CantonError, csv.Error, FileNotFoundError, LookupError, ValueError):
        return None  # the trial below says what is wrong
    wide = len(found.columns)
    return SampleRows(found.columns, tuple(tuple([*row, *[""] * wide][:wide]) for row in rows))


def shown_rows(sample: SampleRows | None, document: Mapping[str, Any], format_: Format) -> SampleRows | None:
    """The rows as staff may see them: customers' numbers masked, long values cut."""
    if sample is None:
        return None
    personal = hidden_columns(document, format_, sample.columns)
    hidden = [personal.get(name) for name in sample.columns]
    rows = tuple(
        tuple(shown(value, hide=hide) for value, hide in zip(row, hidden, strict=True)) for row in sample.rows
    )
    return SampleRows(tuple(mask_numbers(name) for name in sample.columns), rows)


def hidden_columns(
    document: Mapping[str, Any], format_: Format, columns: Iterable[str]
) -> Mapping[str, re.Pattern[str]]:
    """Columns that name a customer, with what is hidden in them.

    Whatever may name one where a field that does is made of it; numbers alone where it is only so called.
    """
    personal = {line.column for line in lines_of(document, format_) if format_.field(line.field).personal}
    called = {name: NUMBER for name in columns if NUMBERS_COLUMN.search(name)}
    return called | {name: NAMING for name in columns if name in personal}


def shown(value: str, *, hide: re.Pattern[str] | None = None) -> str:
    """A value as staff may see it. hide: see `hidden_columns`."""
    text = " ".join(value.split())[:LONGEST]
    return masked(text) if hide and hide.search(text) else mask_numbers(text)


def _of_text(path: Path, said: Guess, most: int) -> list[list[str]]:
    first = max(said.header, 1)
    lines = sample_lines(path, said.encoding, max(LINES, first + most))[first:]
    return list(islice((row for row in csv.reader(lines, delimiter=said.delimiter) if row), most))


def _of_table(path: Path, said: Guess, most: int) -> list[Sequence[str]]:
    source = Source(
        said.kind, "utf-8", sheet=said.sheet, header=max(said.header, 1), columns=said.columns
    )  # fmt: skip
    return [row.values for row in islice((row for row in tables(path, source) if not row.reason), most)]


def _of_fixed(path: Path, said: Guess, most: int) -> SampleRows:
    counted = counted_in(said.encoding, said.measure)
    read = sample_lines(path, said.encoding, max(LINES, said.header + most))
    lines = [line for line in read[said.header :] if line.strip()]
    rows = (pieces(line, said.places, counted) for line in lines[:most])
    return SampleRows(said.columns, tuple(tuple(each.strip() for each in row) for row in rows))
