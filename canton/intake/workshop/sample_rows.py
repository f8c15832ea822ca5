"""The first rows of a layout's sample as they stand in the file, for those who say what is made of them."""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from canton.exchange.formats import Format
from canton.kernel.errors import CantonError
from canton.shell.figures import masked

from ..originals import mask_numbers
from ..sources.guessing import Guess, counted_in, look, sample_lines
from ..sources.model import Kind, Source
from ..sources.peeking import tables
from ..sources.rulers import pieces
from .mapping import lines_of

SHOWN = 5
LONGEST = 60  # characters of a value on the screen
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


def read_rows(path: Path | None, said: Guess, shown: int = SHOWN) -> SampleRows | None:
    """The first rows of a file that is written as said; None when it cannot be read so."""
    if path is None:
        return None
    try:
        if said.kind is Kind.FIXED:
            return _of_fixed(path, said, shown)
        found = look(path, said)
        rows = _of_text(path, found, shown) if found.kind is Kind.TEXT else _of_table(path, found, shown)
    except (CantonError, csv.Error, LookupError, ValueError):  # the trial below says what is wrong
        return None
    wide = len(found.columns)
    return SampleRows(found.columns, tuple(tuple([*row, *[""] * wide][:wide]) for row in rows))


def shown_rows(sample: SampleRows | None, document: Mapping[str, Any], format_: Format) -> SampleRows | None:
    """The rows as staff may see them: customers' numbers masked, long values cut."""
    if sample is None:
        return None
    personal = personal_columns(document, format_)
    hidden = [name in personal or bool(NUMBERS_COLUMN.search(name)) for name in sample.columns]
    rows = tuple(
        tuple(_shown(value, hide) for value, hide in zip(row, hidden, strict=True)) for row in sample.rows
    )
    return SampleRows(tuple(mask_numbers(name) for name in sample.columns), rows)


def personal_columns(document: Mapping[str, Any], format_: Format) -> Collection[str]:
    """Columns of the file that a field which identifies a customer is made of."""
    return {line.column for line in lines_of(document, format_) if format_.field(line.field).personal}


def _shown(value: str, hide: bool) -> str:
    text = " ".join(value.split())[:LONGEST]
    return masked(text) if hide and text else mask_numbers(text)


def _of_text(path: Path, said: Guess, shown: int) -> list[list[str]]:
    lines = sample_lines(path, said.encoding)[max(said.header, 1) :]
    return list(islice((row for row in csv.reader(lines, delimiter=said.delimiter) if row), shown))


def _of_table(path: Path, said: Guess, shown: int) -> list[Sequence[str]]:
    source = Source(
        said.kind, "utf-8", sheet=said.sheet, header=max(said.header, 1), columns=said.columns
    )  # fmt: skip
    return [row.values for row in islice((row for row in tables(path, source) if not row.reason), shown)]


def _of_fixed(path: Path, said: Guess, shown: int) -> SampleRows:
    counted = counted_in(said.encoding, said.measure)
    lines = [line for line in sample_lines(path, said.encoding)[said.header :] if line.strip()]
    rows = (pieces(line, said.places, counted) for line in lines[:shown])
    return SampleRows(said.columns, tuple(tuple(each.strip() for each in row) for row in rows))
