"""Rows of text that is not read as it stands: fixed width, a header further down, questions as columns."""

from collections.abc import Iterator

from ..lines import Lines, as_text
from ..parsing import QuotingError, Reader, split
from ..plan import Limits
from ..refusals import WrongHeader
from .model import AUTO, Source, SourceRow
from .tables import places_of

BLANKS = " \t\u3000"


def delimited_rows(lines: Lines, source: Source, limits: Limits) -> Iterator[SourceRow]:
    """Rows of delimited text below its header; a row of another width keeps its values and says so.

    Raises:
        WrongHeader, TooManyColumns: a wanted column is not in the header.
    """
    head = as_text(lines.get(source.header)).removeprefix("\ufeff")
    try:
        found = split(head, source.delimiter, source.quote)
    except QuotingError as error:
        raise WrongHeader(found=head[:300], wanted=source.delimiter.join(source.columns)[:300]) from error
    places = places_of(source.columns, found, limits.columns)
    reader = Reader(lines, columns=len(found), delimiter=source.delimiter, quote=source.quote, limits=limits)
    for record in reader.records():
        if record.line <= source.header:
            continue
        if record.reason:
            sent = as_text(lines.get(record.line), marked=lines.marked)
            yield SourceRow(record.line, (sent,), record.reason)
        else:
            yield SourceRow(record.line, tuple(record.values[place] for place in places))


def fixed_rows(lines: Lines, source: Source) -> Iterator[SourceRow]:
    """Rows of text of fixed width: each column between its positions, blanks around it gone."""
    width = max((last for _, last in source.places), default=0)
    for number, raw in lines.all():
        line = raw.removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf" if number == 1 else b"")
        if number <= source.header or not line.strip():
            continue
        if lines.marked and line.startswith(b"\xff"):
            yield SourceRow(number, (as_text(line, marked=True),), "row:encoding")
            continue
        try:
            yield _fixed(number, line.decode(), source, width)
        except UnicodeDecodeError:
            yield SourceRow(number, (as_text(line, marked=lines.marked),), "row:encoding")


def _fixed(number: int, text: str, source: Source, width: int) -> SourceRow:
    measured: bytes | str = text.encode(counted_in(source)) if source.bytewise else text
    if len(measured.rstrip()) > width:
        return SourceRow(number, (text,), "row:too_many_fields")
    return SourceRow(number, tuple(cut(text, source)))


def cut(text: str, source: Source) -> list[str]:
    """The columns of a line of fixed width; positions count bytes of the file's own encoding, or characters.

    Raises:
        UnicodeDecodeError: a position lies inside a character.
    """
    if not source.bytewise:
        return [text[first - 1 : last].strip(BLANKS) for first, last in source.places]
    encoding = counted_in(source)
    line = text.encode(encoding)
    return [line[first - 1 : last].decode(encoding).strip(BLANKS) for first, last in source.places]


def counted_in(source: Source) -> str:
    """What bytes are counted in; where nothing is declared, the one in which Chinese takes two."""
    return "gb18030" if source.encoding == AUTO else source.encoding
