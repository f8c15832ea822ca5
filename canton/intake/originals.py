"""A line of an original file among its neighbours, as it was sent, with customers' numbers masked."""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from canton.exchange.formats import Format
from canton.records.selectors import original_path, raw_lines
from canton.shell.figures import masked

from .layout import Layout, derive
from .models import Batch
from .sources.encodings import evidence
from .sources.model import AUTO, KINDS, TABLES, Kind, SourceRow
from .sources.peeking import rows_about
from .sources.texts import cut

NEIGHBOURS = 4
LONGEST_SHOWN = 2_000  # characters of one line on the screen
NUMBER_LIKE = re.compile(r"(?<![\d.:-])\+?\d{11,20}(?![\d.:-])")


@dataclass(frozen=True, slots=True)
class RawLine:
    """One physical line. cut: it is longer than shown."""

    number: int
    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class OriginalLine:
    """A line with its neighbours and its fields. fields: (column, value), if as many as the layout's."""

    lines: list[RawLine]
    fields: list[tuple[str, str]]
    encoding: str


def original_line(batch: Batch, line: int, neighbours: int = NEIGHBOURS) -> OriginalLine:
    """The line and what stands around it.

    Raises:
        OriginalMissing: the archive does not hold the file.
    """
    return line_of(batch.sha256, batch.how_written, line, neighbours)


def line_of(sha256: str, layout: Layout, line: int, neighbours: int = NEIGHBOURS) -> OriginalLine:
    """The same of any file of the archive that is written by this layout.

    Raises:
        OriginalMissing: the archive does not hold it.
    """
    if layout.source.kind in TABLES:
        return _original_row(sha256, layout, line, neighbours)
    encoding = _encoding_of(sha256, layout)
    found = raw_lines(sha256, line, before=neighbours, after=neighbours, encoding=encoding)
    return _among(found, line, layout, encoding)


def excerpt(batch: Batch, line: int, found: Sequence[tuple[int, bytes]], *, full: bool) -> OriginalLine:
    """The same of lines of a text file that another centre sent. full: numbers as they stand."""
    layout = batch.how_written
    encoding = "utf-8" if layout.encoding == AUTO else layout.encoding
    read = [(number, content.decode(encoding, "replace")) for number, content in found]
    if not full:
        return _among(read, line, layout, encoding)
    fields = next((_fields(text, layout) for number, text in read if number == line), [])
    cut_at = LONGEST_SHOWN
    lines = [RawLine(number, text.rstrip("\r\n")[:cut_at], len(text) > cut_at) for number, text in read]
    return OriginalLine(lines, fields, encoding)


def is_text(batch: Batch) -> bool:
    """Whether its original is read line by line, so that lines of it can be asked for."""
    return batch.how_written.source.kind not in (Kind.XLSX, Kind.PARQUET)


def _among(found: Sequence[tuple[int, str]], line: int, layout: Layout, encoding: str) -> OriginalLine:
    fields = next((_fields(text, layout) for number, text in found if number == line), [])
    personal = personal_columns(layout)
    return OriginalLine(
        lines=[_shown(number, text, layout, personal) for number, text in found],
        fields=[(name, shown_value(layout.format, name, value, personal)) for name, value in fields],
        encoding=encoding,
    )


def text_encoding_of(batch: Batch, layout: Layout) -> str:
    """The encoding a text file is written in: the declared one, or the one it is found to have."""
    return _encoding_of(batch.sha256, layout)


def _encoding_of(sha256: str, layout: Layout) -> str:
    if layout.encoding != AUTO:
        return layout.encoding
    return evidence(original_path(sha256)).looks or "utf-8"


def _original_row(sha256: str, layout: Layout, row: int, neighbours: int) -> OriginalLine:
    """The row of a sheet or table, its wanted columns one after the other."""
    source, personal = layout.source, personal_columns(layout)
    found = rows_about(original_path(sha256), source, row, neighbours)

    def shown(each: SourceRow) -> list[tuple[str, str]]:
        named = zip(source.columns, each.values, strict=True)
        return [(name, shown_value(layout.format, name, value, personal)) for name, value in named]

    lines = []
    for each in found:
        text = " | ".join(" ".join(value.split()) for _, value in shown(each))
        lines.append(RawLine(each.number, text[:LONGEST_SHOWN], len(text) > LONGEST_SHOWN))
    fields = next((shown(each) for each in found if each.number == row), [])
    where = f"{KINDS[source.kind]} {source.sheet or ''}".strip()
    return OriginalLine(lines=lines, fields=fields, encoding=where)


def shown_value(
    format_: Format | None, column: str, value: str, personal: Collection[str] = frozenset()
) -> str:
    """A value as staff may see it: masked where the format calls it personal, or the caller does.

    Where the format does not know the column, and in whole rows, whatever looks like a telephone number is.
    In place of a number, words without a digit (不详, unknown) identify nobody and stay.
    """
    known = {field.name: field.personal for field in format_.fields} if format_ else {}
    if known.get(column) or column in personal:
        return masked(value) if value and may_identify(format_, column, value) else value
    return value if column in known else mask_numbers(value)


def may_identify(format_: Format | None, column: str, value: str) -> bool:
    """Whether a personal value may be what it is asked for: anything, except where only a number can be."""
    named = [field for field in format_.fields if field.personal] if format_ else []
    meant = [field for field in named if field.name == column] or named
    return any(each.isdigit() for each in value) or not all(field.pattern for field in meant)


def mask_numbers(text: str) -> str:
    """Free text with everything that looks like a telephone number masked."""
    return NUMBER_LIKE.sub(lambda found: masked(found[0]), text)


def personal_columns(layout: Layout) -> frozenset[str]:
    """Columns of the file that identify a customer, or that a field which does is made of."""
    personal = {field.name for field in layout.format.fields if field.personal}
    made = derive(layout, {"centre": ""}).fields
    return frozenset(personal | {each for name in personal if name in made for each in made[name].sources})


def _fields(text: str, layout: Layout) -> list[tuple[str, str]]:
    columns, values = layout.source.columns, _split(text, layout)
    return list(zip(columns, values, strict=True)) if len(values) == len(columns) else []


def _split(text: str, layout: Layout) -> Sequence[str]:
    line, source = text.rstrip("\r\n"), layout.source
    if source.kind is Kind.FIXED:
        return cut(line, source)
    if source.quote is None:
        return [value.strip() if layout.trim else value for value in line.split(source.delimiter)]
    try:
        return next(csv.reader([line], delimiter=source.delimiter, quotechar=source.quote, strict=True), [])
    except csv.Error:
        return []


def _shown(number: int, text: str, layout: Layout, personal: frozenset[str]) -> RawLine:
    line = text.rstrip("\r\n")
    known: Mapping[str, str] = dict(_fields(line, layout))
    for name in personal:
        if known.get(name) and known[name] != name:
            line = line.replace(known[name], masked(known[name]))
    line = mask_numbers(line)
    return RawLine(number, line[:LONGEST_SHOWN], len(line) > LONGEST_SHOWN)
