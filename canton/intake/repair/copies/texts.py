"""Text that is not read as it stands: fixed width, and delimited text with its header further down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext, gettext_noop

from ...parsing import OpenQuote, QuotingError, split
from ...sources.model import Source
from ...sources.tables import places_of
from ...sources.texts import BLANKS, counted_in, cut
from ..mending import WHOLE, Unwritable, Written, line_end, lines, segments
from .holder import Changes

BOM = b"\xef\xbb\xbf"
MOST_LINES = 1_000  # of one record
WIDTH = gettext_noop("its column has %(width)s places.")
LINE_WIDTH = gettext_noop("the line has %(width)s places.")
LINE_END = gettext_noop("it holds a line end.")
BLANK = gettext_noop("blanks around a value are not kept in this file.")
MIDDLE = gettext_noop("a column begins inside one of the line's characters.")


@dataclass(frozen=True, slots=True)
class Fixed:
    """Text of fixed width. encoding: what it is written in; positions count as the layout says."""

    source: Source
    encoding: str

    def require(self, column: str, value: str) -> None:
        """See `Holder`: it fits between its positions."""
        first, last = self._place(column)
        width = last - first + 1
        if "\n" in value or "\r" in value:
            raise Unwritable(value=value[:80], why=gettext(LINE_END))
        if value.strip(BLANKS) != value:
            raise Unwritable(value=value[:80], why=gettext(BLANK))
        _require_written_in(value, self.encoding)
        if len(self._measured(value)) > width:
            raise Unwritable(value=value[:80], why=gettext(WIDTH) % {"width": width})

    def record(self, whole: str) -> tuple[str, ...] | None:
        """See `Holder`."""
        width = max(last for _, last in self.source.places)
        if "\n" in whole or "\r" in whole:
            raise Unwritable(value=whole[:80], why=gettext(LINE_END))
        _require_written_in(whole, self.encoding)
        if len(self._measured(whole.rstrip())) > width:
            raise Unwritable(value=whole[-80:], why=gettext(LINE_WIDTH) % {"width": width})
        try:
            return tuple(cut(whole, self.source))
        except UnicodeDecodeError as error:
            raise Unwritable(value=whole[:80], why=gettext(MIDDLE)) from error

    def write(self, original: Path, into: Path, changes: Changes) -> None:
        """See `Holder`: only the places of the columns named differ."""
        with original.open("rb") as source, into.open("wb") as copy:
            for number, line in enumerate(lines(source, line_end(source)), start=1):
                values = changes.get(number)
                copy.write(line if values is None else self._mended(line, values))

    def _mended(self, line: bytes, values: Mapping[str, str]) -> bytes:
        body = line.rstrip(b"\r\n")
        mark, end = BOM if body.startswith(BOM) else b"", line[len(body) :]
        if WHOLE in values:
            return mark + values[WHOLE].encode(self.encoding) + end
        places = self._measured(body.removeprefix(mark).decode(self.encoding))
        for column, value in values.items():
            places = _put(places, *self._place(column), self._measured(value))
        text = places.encode("latin-1").decode(counted_in(self.source)) if self.source.bytewise else places
        return mark + text.encode(self.encoding) + end

    def _place(self, column: str) -> tuple[int, int]:
        return self.source.places[self.source.columns.index(column)]

    def _measured(self, text: str) -> str:
        """A character for each place the text takes: bytes, where the layout counts bytes."""
        return text.encode(counted_in(self.source)).decode("latin-1") if self.source.bytewise else text


def _put(line: str, first: int, last: int, value: str) -> str:
    """A line with other content between two positions, on the side on which it stood before."""
    line = line.ljust(first - 1)
    before = line[first - 1 : last]
    width = last - first + 1
    right = before.startswith(" ") and before.strip() and not before.endswith(" ")
    padded = value.rjust(width) if right else value.ljust(width)
    made = line[: first - 1] + padded + line[last:]
    return made if len(line) >= last else made.rstrip(" ")


@dataclass(frozen=True, slots=True)
class Delimited:
    """Delimited text whose header stands further down, or whose columns become rows.

    written: its records, with the columns the layout wants under the layout's names.
    """

    source: Source
    written: Written

    def require(self, column: str, value: str) -> None:
        """See `Holder`: in quotation marks where it needs them."""
        self.written.mended(self.written.delimiter.join("0" for _ in self.written.columns), {column: value})

    def record(self, whole: str) -> tuple[str, ...] | None:
        """See `Holder`."""
        self.written.mended(whole, {WHOLE: whole})
        values = self.written.values(whole)
        return None if values is None else tuple(values[name] for name in self.source.columns)

    def write(self, original: Path, into: Path, changes: Changes) -> None:
        """See `Holder`: records may take several lines; they are named by their first."""
        with original.open("rb") as source, into.open("wb") as copy:
            numbered = enumerate(lines(source, line_end(source)), start=1)
            for number, line in numbered:
                values = changes.get(number)
                copy.write(line if values is None else self._mended(line, values, numbered))

    def _mended(self, line: bytes, values: Mapping[str, str], rest: Iterator[tuple[int, bytes]]) -> bytes:
        if WHOLE in values:
            body = line.rstrip(b"\r\n")
            return values[WHOLE].encode(self.written.encoding) + line[len(body) :]
        for _ in range(MOST_LINES):
            body = line.rstrip(b"\r\n")
            text = body.decode(self.written.encoding)
            try:
                segments(text, self.written.delimiter, self.written.quote)
            except OpenQuote:
                line += next(rest, (0, b""))[1]
                continue
            break
        return self.written.mended(text, values).encode(self.written.encoding) + line[len(body) :]


def delimited(source: Source, head: str, encoding: str) -> Delimited:
    """A file of delimited text by its header line.

    Raises:
        WrongHeader: a wanted column is not in it.
    """
    try:
        found = split(head.removeprefix("\ufeff"), source.delimiter, source.quote)
    except QuotingError:
        found = []
    names = [f"\0{place}" for place in range(len(found))]  # those that nobody wants have no name of their own
    for wanted, place in zip(source.columns, places_of(source.columns, found, len(found)), strict=True):
        names[place] = wanted
    return Delimited(source, Written(encoding, source.delimiter, source.quote, tuple(names)))


def _require_written_in(value: str, encoding: str) -> None:
    try:
        value.encode(encoding)
    except UnicodeEncodeError as error:
        raise Unwritable(value=value[error.start : error.end][:80], why=encoding) from error
