"""Splitting text into records, by the letter: for refused lines, and files a fast reader may get wrong.

A value may stand in quotation marks, a mark in it doubled; blanks around such a value do not count. Marks
inside a value that does not begin with one are part of it (RFC 4180 leaves this open).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from .lines import Lines
from .plan import Limits
from .sources.transcripts import Transcript


class QuotingError(ValueError):
    """Something follows a closing quotation mark, or none closes."""


class OpenQuote(QuotingError):
    """The text ends inside quotation marks."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a file: first line, how many lines, its values, or the reason it has none.

    Of a transcript: row of the original, place among the records made of it.
    """

    line: int
    span: int
    values: tuple[str, ...] = ()
    reason: str = ""


def split(text: str, delimiter: str, quote: str | None) -> list[str]:
    """The values of a record.

    Raises:
        OpenQuote: more lines may belong to it.
        QuotingError: it is no record.
    """
    if not quote or quote not in text:
        return text.split(delimiter)
    values: list[str] = []
    at: int | None = 0
    while at is not None:
        start = at
        while text.startswith(" ", start) and delimiter != " ":
            start += 1
        if text.startswith(quote, start):
            value, at = _quoted(text, start + 1, delimiter, quote)
        else:
            end = text.find(delimiter, at)
            value, at = (text[at:], None) if end < 0 else (text[at:end], end + 1)
        values.append(value)
    return values


def _quoted(text: str, at: int, delimiter: str, quote: str) -> tuple[str, int | None]:
    """The value whose opening mark is before `at`, and where the next begins (None at the end)."""
    parts = []
    while True:
        end = text.find(quote, at)
        if end < 0:
            raise OpenQuote
        if not text.startswith(quote, end + 1):
            parts.append(text[at:end])
            break
        parts.append(text[at : end + 1])
        at = end + 2
    after = end + 1
    while text.startswith(" ", after) and delimiter != " ":
        after += 1
    if after == len(text):
        return "".join(parts), None
    if text[after] != delimiter:
        raise QuotingError
    return "".join(parts), after + 1


def structure(raw: bytes, columns: int, delimiter: str, quote: str | None) -> str:
    """Reason a single line is no record of so many columns; empty if it is one."""
    try:
        values = split(raw.removesuffix(b"\r").decode(), delimiter, quote)
    except UnicodeDecodeError:
        return "row:encoding"
    except QuotingError:
        return "row:quoting"
    return _count_reason(len(values), columns)


def _count_reason(found: int, wanted: int) -> str:
    if found == wanted:
        return ""
    return "row:too_few_fields" if found < wanted else "row:too_many_fields"


class Reader:
    """Reads every record of a file with its line numbers; slow and exact.

    After a record with broken quotation marks reading goes on at the very next line, so that one stray mark
    costs one row. A record of several lines with another number of values is such a one.
    """

    def __init__(
        self, lines: Lines, *, columns: int, delimiter: str, quote: str | None, limits: Limits
    ) -> None:
        self._columns, self._delimiter, self._quote, self._limits = columns, delimiter, quote, limits
        self._transcript = lines if isinstance(lines, Transcript) else None
        self._next = lines.all()
        self._ahead: deque[tuple[int, bytes]] = deque()

    def records(self) -> Iterator[Record]:
        """Every record after the header; empty lines are none."""
        if self._transcript is not None:
            for row, nth, values, reason in self._transcript.records():
                yield Record(row, nth, reason=reason) if reason else Record(row, nth, values)
            return
        self._take()
        while (taken := self._take()) is not None:
            line, raw = taken
            if raw.removesuffix(b"\r"):
                yield self._record(line, raw)

    def _take(self) -> tuple[int, bytes] | None:
        return self._ahead.popleft() if self._ahead else next(self._next, None)

    def _record(self, line: int, raw: bytes) -> Record:
        try:
            text = raw.removesuffix(b"\r").decode()
            values = split(text, self._delimiter, self._quote)
        except UnicodeDecodeError:
            return Record(line, 1, reason="row:encoding")
        except OpenQuote:
            return self._continued(line, raw)
        except QuotingError:
            return Record(line, 1, reason="row:quoting")
        if "\r" in text and not self._only_quoted_returns(text):
            return Record(line, 1, reason="row:line_end")
        return self._counted(Record(line, 1, tuple(values)))

    def _only_quoted_returns(self, text: str) -> bool:
        """Whether every CR of the line stands inside quotation marks."""
        if not self._quote:
            return False
        return all("\r" not in outside for outside in text.split(self._quote)[::2])

    def _counted(self, record: Record) -> Record:
        reason = _count_reason(len(record.values), self._columns)
        return Record(record.line, record.span, reason=reason) if reason else record

    def _continued(self, line: int, raw: bytes) -> Record:
        """A record whose quotation marks do not close in its first line."""
        taken: list[tuple[int, bytes]] = []
        size, pieces = len(raw), [raw]
        while len(taken) < self._limits.value_lines and size <= self._limits.line_bytes:
            if (more := self._take()) is None:
                break
            taken.append(more)
            pieces.append(more[1])
            size += len(more[1])
            if (self._quote or "").encode() not in more[1]:
                continue
            record = self._closed(line, pieces)
            if record is not None:
                return record
            if not self._open(pieces):
                break
        self._ahead.extendleft(reversed(taken))
        return Record(line, 1, reason="row:quoting")

    def _closed(self, line: int, pieces: list[bytes]) -> Record | None:
        try:
            values = split(_joined(pieces), self._delimiter, self._quote)
        except (QuotingError, UnicodeDecodeError):
            return None
        return Record(line, len(pieces), tuple(values)) if len(values) == self._columns else None

    def _open(self, pieces: list[bytes]) -> bool:
        try:
            split(_joined(pieces), self._delimiter, self._quote)
        except OpenQuote:
            return True
        except (QuotingError, UnicodeDecodeError):
            return False
        return False


def _joined(pieces: list[bytes]) -> str:
    return b"\n".join(pieces).removesuffix(b"\r").decode()


__all__ = ["OpenQuote", "QuotingError", "Reader", "Record", "split", "structure"]
