"""A line of an original file among its neighbours, as it was sent, with customers' numbers masked."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canton.exchange.formats import Format
from canton.records.selectors import raw_lines
from canton.shell.figures import masked

from .layout import Layout
from .models import Batch

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
    layout = batch.how_written
    found = raw_lines(batch.sha256, line, before=neighbours, after=neighbours, encoding=layout.encoding)
    fields = next((_fields(text, layout) for number, text in found if number == line), [])
    personal = _personal(layout)
    return OriginalLine(
        lines=[_shown(number, text, layout, personal) for number, text in found],
        fields=[(name, shown_value(layout.format, name, value)) for name, value in fields],
        encoding=layout.encoding,
    )


def shown_value(format_: Format | None, column: str, value: str) -> str:
    """A value as staff may see it: masked where the format calls it personal.

    Where the format does not know the column, and in whole rows, whatever looks like a telephone number is.
    """
    known = {field.name: field.personal for field in format_.fields} if format_ else {}
    if known.get(column):
        return masked(value) if value else ""
    return value if column in known else mask_numbers(value)


def mask_numbers(text: str) -> str:
    """Free text with everything that looks like a telephone number masked."""
    return NUMBER_LIKE.sub(lambda found: masked(found[0]), text)


def _personal(layout: Layout) -> frozenset[str]:
    """Columns of the file that identify a customer."""
    return frozenset(field.name for field in layout.format.fields if field.personal)


def _fields(text: str, layout: Layout) -> list[tuple[str, str]]:
    values = _split(text, layout)
    return list(zip(layout.header, values, strict=True)) if len(values) == len(layout.header) else []


def _split(text: str, layout: Layout) -> Sequence[str]:
    line = text.rstrip("\r\n")
    if layout.quote is None:
        return [value.strip() if layout.trim else value for value in line.split(layout.delimiter)]
    try:
        return next(csv.reader([line], delimiter=layout.delimiter, quotechar=layout.quote, strict=True), [])
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
