"""Workbooks (XLSX) as they come: opened with care, each sheet read row by row.

openpyxl reads the parts that are small: sheets, styles, the table of texts. The cells of a sheet are read by
expat as they stream by, so that memory does not grow with the sheet; entities and document types are refused.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl.chartsheet import Chartsheet
from openpyxl.reader.excel import ExcelReader

from ..refusals import ChartSheet, DamagedFile, EncryptedWorkbook, OtherKind, UnknownSheet, WorkbookBomb
from .limits import Bounds
from .signatures import OLE, ZIP, kind_of

PROTECTED = "EncryptedPackage".encode("utf-16-le")
MIB = 1 << 20
TEXTS = "xl/sharedStrings.xml"
LOOKED_AT = 64 * MIB  # of a file that is no ZIP, for the name of the encrypted part
UNREADABLE = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    ParseError,
    DefusedXmlException,
    NotImplementedError,
)


class _Reader(ExcelReader):  # type: ignore[misc]  # openpyxl says no types
    """Reads sheets of rows; a chart sheet keeps its place and its name, whatever is drawn on it or not."""

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        self.wb._add_sheet(Chartsheet(parent=self.wb, title=sheet.name))


@contextmanager
def workbook(path: Path, bounds: Bounds) -> Iterator[Any]:
    """An open workbook.

    Raises:
        EncryptedWorkbook, OtherKind, DamagedFile, WorkbookBomb: it cannot be read, or not safely.
    """
    _require_workbook(path)
    with path.open("rb") as file:
        try:
            _require_bounded(file, bounds)
            file.seek(0)
            reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
            reader.read()
            book = reader.wb
        except UNREADABLE as error:
            raise DamagedFile(what="XLSX") from error
        try:
            yield book
        finally:
            book.close()


def sheet_names(path: Path, bounds: Bounds) -> list[str]:
    """Names of the sheets that hold cells, in the order of the workbook."""
    with workbook(path, bounds) as book:
        return [str(sheet.title) for sheet in book.worksheets]


def chosen_sheet(book: Any, name: str | None) -> Any:
    """The sheet of this name, or the first that is not hidden.

    Raises:
        ChartSheet: it holds a drawing, or nothing else is there. UnknownSheet: there is none.
    """
    sheets, drawings = book.worksheets, [sheet.title for sheet in book.chartsheets]
    for sheet in sheets:
        if name == sheet.title or (name is None and sheet.sheet_state == "visible"):
            return sheet
    known = ", ".join(sheet.title for sheet in sheets)[:300]
    if name in drawings or (drawings and not sheets):
        raise ChartSheet(sheet=name or drawings[0], sheets=known or "-")
    raise UnknownSheet(sheet=name or "1", sheets=known)


def cells_of(book: Any, sheet: Any) -> IO[bytes]:
    """The XML of a sheet, as a stream."""
    stream: IO[bytes] = book._archive.open(sheet._worksheet_path)
    return stream


def _require_workbook(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(OLE):
            file.seek(0)
            if PROTECTED in file.read(LOOKED_AT):
                raise EncryptedWorkbook
            raise OtherKind(found="XLS", wanted="XLSX")
    if not start.startswith(ZIP) or kind_of(path) not in ("XLSX", "ZIP"):
        raise OtherKind(found=kind_of(path) or "?", wanted="XLSX")


def _require_bounded(file: IO[bytes], bounds: Bounds) -> None:
    """Refuse what unpacks to more than it may, as it declares; reading stops at what is declared."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if not any(part.filename.startswith("xl/") for part in parts):
            raise OtherKind(found="ZIP", wanted="XLSX")
        if any(part.flag_bits & 1 for part in parts):
            raise EncryptedWorkbook
        unpacked = sum(part.file_size for part in parts)
        if unpacked > bounds.unpacked:
            raise WorkbookBomb(bytes=unpacked, limit=bounds.unpacked)
        for part in parts:
            if part.file_size > max(MIB, bounds.ratio * part.compress_size):
                raise WorkbookBomb(bytes=part.file_size, limit=max(MIB, bounds.ratio * part.compress_size))
            if part.filename.lower() == TEXTS.lower() and part.file_size > bounds.shared:
                raise WorkbookBomb(bytes=part.file_size, limit=bounds.shared)
