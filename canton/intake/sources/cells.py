"""Cells of a sheet as text, row by row, from the XML as it streams by.

Text and whole numbers stand as they are stored, other numbers in their shortest form, dates and times as
2026-11-08 09:14:02, 2026-11-08 00:00:00 and 09:14:02, truths as true and false, errors by their name (#N/A).
A formula stands for the value it had when the workbook was saved.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import IO, Any
from xml.parsers import expat

from ..refusals import DamagedFile, EndlessLine

CHUNK = 1 << 16
LETTERS, DIGITS = re.compile("[A-Z]{1,3}"), "0123456789"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
LONGEST_TAG = 256
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}")
NO_VALUE, NO_DATE = "row:formula", "row:date"
LAST_DAY = 2_958_466  # the day after 9999-12-31, counted from 1900
EXACT = 10**15  # beyond this a number of a workbook is no longer exact


@dataclass(frozen=True, slots=True)
class Styles:
    """What a workbook says of its numbers: styles of dates and of spans, and where days begin; its texts."""

    dates: Collection[int]
    spans: Collection[int]
    epoch: datetime
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as text, or the reason it has none it may keep."""

    text: str
    reason: str = ""


Row = dict[int, Cell]


@dataclass(slots=True)
class Merge:
    """Cells that are one; all of them have the value of the first."""

    left: int
    right: int
    top: int
    bottom: int
    value: Cell = field(default_factory=lambda: Cell(""))


def styles_of(book: Any, sheet: Any) -> Styles:
    """The styles of an open workbook."""
    return Styles(book._date_formats, book._timedelta_formats, book.epoch, sheet._shared_strings)


def merges(stream: IO[bytes]) -> dict[int, list[Merge]]:
    """Merged cells of a sheet by their first row. They stand behind the cells, so all of it is passed."""
    found: dict[int, list[Merge]] = {}
    rest = b""
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        text = rest + chunk
        end = 0
        for match in MERGED.finditer(text):
            left, top, right, bottom = match.groups()
            merge = Merge(column(left.decode()), column(right.decode()), int(top), int(bottom))
            found.setdefault(merge.top, []).append(merge)
            end = match.end()
        rest = text[max(end, len(text) - LONGEST_TAG) :]
    return found


@cache
def column(letters: str) -> int:
    """Number of a column from its letters: A is 1, AA is 27; ValueError when they are none."""
    if not LETTERS.fullmatch(letters):
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def rows(
    stream: IO[bytes], styles: Styles, merged: Mapping[int, list[Merge]], longest: int
) -> Iterator[tuple[int, Row]]:
    """(number of the row in the sheet, its filled cells by column) of every row that is there.

    Raises:
        DamagedFile: it is no sound XML, or has what a sheet has no use for.
        EndlessLine: a value is longer than `longest` characters.
    """
    sheet = _Sheet(styles, longest)
    open_: list[Merge] = []
    try:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            sheet.parser.Parse(chunk, False)
            for number, cells in sheet.taken():
                open_ = [merge for merge in open_ if merge.bottom >= number]
                for merge in open_:
                    _spread(merge, cells)
                for merge in merged.get(number, ()):
                    merge.value = cells.get(merge.left, Cell(""))
                    _spread(merge, cells)
                    open_.append(merge)
                yield number, cells
        sheet.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError, EOFError, OSError) as error:
        raise DamagedFile(what="XLSX") from error


def _spread(merge: Merge, cells: Row) -> None:
    if merge.value.text or merge.value.reason:
        for place in range(merge.left, merge.right + 1):
            cells[place] = merge.value


class _Sheet:
    """Takes cells from expat's events."""

    def __init__(self, styles: Styles, longest: int) -> None:
        self.styles, self.longest = styles, longest
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = _forbidden
        self.parser.EntityDeclHandler = _forbidden
        self._ready: list[tuple[int, Row]] = []
        self._row: Row = {}
        self._number = self._column = 0
        self._cell_of: Mapping[str, str] = {}
        self._text: list[str] | None = None
        self._size = 0
        self._value: str | None = None
        self._formula = self._phonetic = False

    def taken(self) -> list[tuple[int, Row]]:
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._column += 1
            if place := attributes.get("r"):
                self._column = column(place.rstrip(DIGITS))
            self._cell_of, self._value, self._formula, self._size = attributes, None, False, 0
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._text = []
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._row, self._column = {}, 0

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._size += len(text)
            if self._size > self.longest:
                raise EndlessLine(limit=self.longest)
            self._text.append(text)

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ("v", "t") and self._text is not None:
            self._value = (self._value or "") + "".join(self._text)
            self._text = None
        elif tag == "c" and (self._formula or self._value is not None):
            cell = self._cell()
            if cell is not None:
                self._row[self._column] = cell
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "row":
            self._ready.append((self._number, self._row))

    def _cell(self) -> Cell | None:
        value, type_ = self._value, self._cell_of.get("t", "n")
        if self._formula and not value and type_ != "str":  # a formula may well come to an empty text
            return Cell("", NO_VALUE)
        if value is None:
            return None
        if type_ == "s":
            value = self.styles.texts[int(value)]
        elif type_ == "b":
            value = "true" if value == "1" else "false"
        elif type_ == "n":
            return self._of_number(value)
        elif type_ == "d":
            value = value.replace("T", " ").removesuffix("Z")
        return Cell(value.replace("\r\n", "\n")) if value else None

    def _of_number(self, value: str) -> Cell | None:
        if not value:
            return None
        style = int(self._cell_of.get("s", 0))
        if style in self.styles.dates:
            return self._of_date(value, style)
        if PLAIN_NUMBER.fullmatch(value):
            return Cell(value)
        return Cell(number(float(value)))

    def _of_date(self, value: str, style: int) -> Cell:
        from openpyxl.utils.datetime import from_excel  # only who reads workbooks waits for it

        try:
            days = float(value)
            if not 0 <= days < LAST_DAY:
                return Cell(value, NO_DATE)
            return Cell(_written(from_excel(days, self.styles.epoch, timedelta=style in self.styles.spans)))
        except (OverflowError, ValueError):
            return Cell(value, NO_DATE)


def number(value: float) -> str:
    """A number in its shortest form; whole ones without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)


def _written(moment: datetime | date | time | timedelta) -> str:
    if isinstance(moment, timedelta):
        seconds = round(moment.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(moment, datetime):
        moment += timedelta(microseconds=500_000)  # a day's fraction is not exact to the second
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    return moment.isoformat()[:8] if isinstance(moment, time) else f"{moment.isoformat()} 00:00:00"


def _forbidden(*_: object) -> None:
    raise ValueError("a sheet declares no types and no entities")
