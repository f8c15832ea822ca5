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
from .signatures import is_utf16, kind_of
from .workbooks import cells_of, chosen_sheet, workbook

LOOKED_AT = 1 << 20
LINES = 50
ROWS = 30
KNOWN = "CSV, XLSX, Parquet, JSON"
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Guess:
    """How a sample is written. header: row of the names; columns: those names. sheets: of a workbook."""

    kind: Kind
    encoding: str = "utf-8"
    delimiter: str = ","
    header: int = 1
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


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
    lines = _lines(path, encoding)
    return look(path, Guess(Kind.TEXT, encoding, _delimiter(lines)))


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
    lines = _lines(path, said.encoding)
    if said.kind is Kind.FIXED or len(lines) < said.header:
        return said
    try:
        names = split(lines[max(said.header, 1) - 1], said.delimiter, '"')
    except QuotingError:
        names = lines[max(said.header, 1) - 1].split(said.delimiter)
    return replace(said, columns=tuple(distinct(names)))


def _lines(path: Path, encoding: str) -> list[str]:
    with path.open("rb") as file:
        content = file.read(LOOKED_AT)
    if b"\0" in content:
        raise OtherKind(found="?", wanted=KNOWN)
    known = "utf-8" if encoding == "auto" else encoding
    return content.decode(known, "replace").removeprefix("\ufeff").splitlines()[:LINES]


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most lines into the same number of values, and into the most."""

    def fit(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines if line.strip()]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(DELIMITERS, key=fit)


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
        if len(texts) * 2 > widest and all(text and not text[0].isdigit() for text in texts):
            return number
    return min(rows, default=1)
