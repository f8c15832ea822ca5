"""Putting single values of a delimited file right: only the records named differ, and only those fields.

Encoding, delimiter, quotation marks, line ends and line numbers stay as they are in the original.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext, gettext_noop

from canton.kernel.errors import CantonError

from ..parsing import OpenQuote, QuotingError, split

BLOCK = 1 << 20
WHOLE = ""  # name of the column that is the whole record


class Unwritable(CantonError):
    """A value that the file cannot hold."""

    code = "E-REPAIR-VALUE"
    text = gettext_noop("“%(value)s” cannot be written into this file: %(why)s")


@dataclass(frozen=True, slots=True)
class Written:
    """How a file is written. encoding: of its text; columns: in their order; quote: None when it has none."""

    encoding: str
    delimiter: str
    quote: str | None
    columns: tuple[str, ...]

    def values(self, text: str) -> dict[str, str] | None:
        """column → value of a record; None when it has not the file's columns."""
        try:
            values = split(text, self.delimiter, self.quote)
        except QuotingError:
            return None
        if len(values) != len(self.columns):
            return None
        return dict(zip(self.columns, values, strict=True))

    def header(self) -> str:
        """The first line of a file written so."""
        return self.delimiter.join(self._field(name, "") for name in self.columns)

    def mended(self, text: str, changes: Mapping[str, str]) -> str:
        """A record with some of its fields changed, or all of it (`WHOLE`).

        Raises:
            Unwritable: a value holds what the file cannot, or another number of lines than before.
        """
        made = changes[WHOLE] if WHOLE in changes else self._fields(text, changes)
        require_same_lines(made, text, changes)
        try:
            made.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise Unwritable(value=made[error.start : error.end][:80], why=self.encoding) from error
        return made

    def record_of(self, raws: Sequence[str]) -> str:
        """A row of the file from what the check kept of it."""
        return raws[0]

    def named(self, _raw: str, column: str) -> str:
        """The column of the file that a reason speaks of."""
        return column

    def to_check(self, text: str, *, whole: bool) -> list[str]:
        """The records of a row as the check reads them."""
        return [text]

    def write(self, original: Path, into: Path, changes: "Mapping[int, Change]") -> None:
        """A copy of a file in which just these records differ."""
        write_corrected(original, into, changes, self)

    def _fields(self, text: str, changes: Mapping[str, str]) -> str:
        parts = segments(text, self.delimiter, self.quote)
        for column, value in changes.items():
            place = self.columns.index(column)
            parts[place] = self._field(value, parts[place])
        return self.delimiter.join(parts)

    def _field(self, value: str, before: str) -> str:
        """A value as it stands in the file: in quotation marks where the one before was, or it needs them."""
        needs = any(each in value for each in (self.delimiter, "\n", "\r"))
        if not self.quote:
            if needs:
                raise Unwritable(value=value[:80], why=gettext(DELIMITER))
            return value
        needs = needs or self.quote in value or value != value.strip(" ")
        if needs or before.lstrip(" ").startswith(self.quote):
            return f"{self.quote}{value.replace(self.quote, self.quote * 2)}{self.quote}"
        return value


LINES = gettext_noop("a record keeps its number of lines.")
DELIMITER = gettext_noop("it holds the delimiter, and the file has no quotation marks.")


def require_same_lines(made: str, text: str, changes: Mapping[str, str]) -> None:
    """See that a record takes as many lines as before.

    Raises:
        Unwritable: it does not.
    """
    if made.count("\n") != text.count("\n") or "\r" in made.replace("\r\n", "\n"):
        raise Unwritable(value=next(iter(changes.values()), "")[:80], why=gettext(LINES))


def segments(text: str, delimiter: str, quote: str | None) -> list[str]:
    """The fields of a record as they are written, with their quotation marks; as `parsing.split` finds them.

    Raises:
        QuotingError: it is no record.
    """
    if not quote or quote not in text:
        return text.split(delimiter)
    parts, at = [], 0
    while True:
        end = _end(text, at, delimiter, quote)
        parts.append(text[at:end])
        if end == len(text):
            return parts
        at = end + len(delimiter)


def _end(text: str, at: int, delimiter: str, quote: str) -> int:
    at = _after_blanks(text, at, delimiter)
    if not text.startswith(quote, at):
        end = text.find(delimiter, at)
        return len(text) if end < 0 else end
    at += 1
    while True:
        close = text.find(quote, at)
        if close < 0:
            raise OpenQuote
        if not text.startswith(quote, close + 1):
            break
        at = close + 2
    after = _after_blanks(text, close + 1, delimiter)
    if after < len(text) and text[after] != delimiter:
        raise QuotingError
    return after


def _after_blanks(text: str, at: int, delimiter: str) -> int:
    while delimiter != " " and text.startswith(" ", at):
        at += 1
    return at


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one record. lines: how many it has; values: column → new value, or `WHOLE` → all."""

    lines: int
    values: Mapping[str, str]


def write_corrected(original: Path, into: Path, changes: Mapping[int, Change], written: Written) -> int:
    """Write a copy of a file in which just these records differ; answer how many bytes it has.

    changes: first line of the record (from 1) → what becomes of it.

    Raises:
        Unwritable: a value cannot stand in the file.
    """
    with original.open("rb") as source, into.open("wb") as copy:
        end = line_end(source)
        numbered = enumerate(lines(source, end), start=1)
        for number, line in numbered:
            change = changes.get(number)
            if change is None:
                copy.write(line)
                continue
            record = line + b"".join(next(numbered)[1] for _ in range(change.lines - 1))
            copy.write(_mended(record, change.values, written))
        return copy.tell()


def _mended(record: bytes, values: Mapping[str, str], written: Written) -> bytes:
    body = record.rstrip(b"\r\n")
    end = record[len(body) :]
    text = body.decode(written.encoding, "replace" if WHOLE in values else "strict")
    return written.mended(text, values).encode(written.encoding) + end


def line_end(source: BinaryIO) -> bytes:
    """LF; CR for a file that has no LF at all."""
    source.seek(0)
    alone = b"\r" in source.read(BLOCK)
    source.seek(0)
    if alone:
        alone = not any(b"\n" in block for block in iter(lambda: source.read(BLOCK), b""))
        source.seek(0)
    return b"\r" if alone else b"\n"


def lines(source: BinaryIO, end: bytes) -> Iterator[bytes]:
    """The lines of a file, each with its end."""
    if end == b"\n":
        yield from source
        return
    rest = b""
    for block in iter(lambda: source.read(BLOCK), b""):
        *whole, rest = (rest + block).split(end)
        for line in whole:
            yield line + end
    if rest:
        yield rest
