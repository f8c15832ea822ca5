"""What a sample file is, told from its content: a proposal for a person to correct."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..parsing import QuotingError, split
from ..refusals import DamagedFile, FalseMark, FileRefused, LooksLikeUtf16, OtherKind
from . import cells
from .encodings import evidence, falsely_marked
from .limits import bounds
from .model import Kind, distinct
from .objects import keys
from .rulers import Places, pieces, ruled
from .rulers import proposed as ruled_in
from .signatures import is_utf16, kind_of
from .workbooks import cells_of, chosen_sheet, workbook

LOOKED_AT = 1 << 20
LINES = 50
ROWS = 30
USUAL = 0.5  # of the lines: how many a delimiter must cut alike to be one
KNOWN = "CSV, XLSX, Parquet, JSON"
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Guess:
    """How a sample is written.

    header: row of the names; columns: those names. sheets: of a workbook. measure, places: of fixed width,
    what positions count and where each column stands; a measure left out is found.
    """

    kind: Kind
    encoding: str = "utf-8"
    delimiter: str = ","
    header: int = 1
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    measure: str = ""
    places: Places = ()


def guess(path: Path) -> Guess:
    """What the file is, by itself.

    Raises:
        FileRefused: it is nothing that could be read.
    """
    with path.open("rb") as file:
        start = file.read(LOOKED_AT)
    kind = kind_of(path)
    if kind in ("XLSX", "XLS"):  # an encrypted workbook looks like an old one
        return look(path, Guess(Kind.XLSX, header=0))
    if kind == "Parquet":
        return look(path, Guess(Kind.PARQUET))
    _require_text(path, kind)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        with suppress(FileRefused):  # text may begin so as well
            return look(path, Guess(Kind.JSON))
    encoding = evidence(path).looks or "gb18030"
    delimiter, share = _delimiter(sample_lines(path, encoding))
    if share < USUAL:
        fixed = look(path, Guess(Kind.FIXED, encoding, header=0))
        if len(fixed.places) > 1:
            return fixed
    return look(path, Guess(Kind.TEXT, encoding, delimiter))


def _require_text(path: Path, kind: str) -> None:
    if kind:
        raise OtherKind(found=kind, wanted=KNOWN)
    if is_utf16(path):
        raise LooksLikeUtf16
    if falsely_marked(path):
        raise FalseMark


def look(path: Path, said: Guess) -> Guess:
    """The sheets and columns of a file that is written as `said`; a header of 0 is looked for."""
    if said.kind is Kind.XLSX:
        return _of_workbook(path, said)
    if said.kind is Kind.PARQUET:
        try:
            return replace(said, columns=tuple(distinct(list(pq.read_schema(path).names))), header=1)
        except (pa.ArrowInvalid, OSError) as error:
            raise DamagedFile(what="Parquet") from error
    if said.kind is Kind.JSON:
        return replace(said, columns=tuple(distinct(list(keys(path, ROWS)))), header=1)
    lines = sample_lines(path, said.encoding)
    if said.kind is Kind.FIXED:
        return _of_fixed(lines, said)
    if len(lines) < said.header:
        return said
    try:
        names = split(lines[max(said.header, 1) - 1], said.delimiter, '"')
    except QuotingError:
        names = lines[max(said.header, 1) - 1].split(said.delimiter)
    return replace(said, columns=tuple(distinct(names)))


def sample_lines(path: Path, encoding: str, most: int = LINES) -> list[str]:
    """The first lines of a text, of its first MiB; what is not in the encoding is replaced.

    Raises:
        OtherKind: it holds NUL bytes and is no text.
    """
    with path.open("rb") as file:
        content = file.read(LOOKED_AT)
    if b"\0" in content:
        raise OtherKind(found="?", wanted=KNOWN)
    known = (evidence(path).looks or "gb18030") if encoding == "auto" else encoding
    return content.decode(known, "replace").removeprefix("\ufeff").splitlines()[:most]


def _delimiter(lines: Sequence[str]) -> tuple[str, float]:
    """The one that cuts most lines into the same number of values, and into the most; what share of them."""
    filled = [line for line in lines if line.strip()]

    def fit(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in filled]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    best = max(DELIMITERS, key=fit)
    return best, fit(best)[0] / max(len(filled), 1)


def _of_fixed(lines: Sequence[str], said: Guess) -> Guess:
    """The columns of text of fixed width: in the measure that is said, or the one that tells most apart."""
    filled = [line for line in lines if line.strip()]
    header = said.header or int(_heads(filled))
    body = filled[header:]
    if said.measure:
        counted = counted_in(said.encoding, said.measure)
        found = replace(said, header=header, places=ruled_in(body, counted))
    else:
        best = ruled(body, said.encoding)
        counted = counted_in(best.encoding, best.measure)
        found = replace(said, header=header, encoding=best.encoding, measure=best.measure, places=best.places)
    heads = pieces(filled[header - 1], found.places, counted) if header else [""] * len(found.places)
    names = [name.strip() or f"c{number}" for number, name in enumerate(heads, 1)]
    return replace(found, columns=tuple(distinct(names)))


def counted_in(encoding: str, measure: str) -> str | None:
    """What `rulers` counts in."""
    return None if measure == "characters" else "gb18030" if encoding == "auto" else encoding


def _heads(lines: Sequence[str]) -> bool:
    """Whether the first line alone has no digit: then it names the columns."""
    digits = [any(letter.isdigit() for letter in line) for line in lines]
    return len(lines) > 1 and not digits[0] and all(digits[1:])


def _of_workbook(path: Path, said: Guess) -> Guess:
    allowed = bounds()
    with workbook(path, allowed) as book:
        sheet = chosen_sheet(book, said.sheet)
        styles = cells.styles_of(book, sheet)
        with cells_of(book, sheet) as stream:
            merged = cells.merges(stream)
        with cells_of(book, sheet) as stream:
            rows = dict(islice(cells.rows(stream, styles, merged, allowed.cell), ROWS))
        sheets = tuple(str(each.title) for each in book.worksheets)
    header = said.header or _header_of(rows)
    row = rows.get(header, {})
    names = [row[place].text if place in row else "" for place in range(1, max(row, default=0) + 1)]
    columns = tuple(name for name in distinct(names) if name and not name.startswith(" ("))
    return replace(said, header=header, columns=columns, sheet=str(sheet.title), sheets=sheets)


def _header_of(rows: dict[int, cells.Row]) -> int:
    """The first row of texts only, nearly as many different ones as any has: a merged title is one text."""
    widest = max((len({cell.text for cell in row.values()}) for row in rows.values()), default=0)
    for number, row in rows.items():
        texts = {cell.text for cell in row.values()}
        if len(texts) * 4 >= widest * 3 and all(text and not text[0].isdigit() for text in texts):
            return number
    return min(rows, default=1)
