"""Files for people: one query serves the screen and its file, and a spreadsheet opens it without harm."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import JsonResponse, StreamingHttpResponse

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
SHEET_ROWS = 1_048_576  # rows of a sheet, its header included; ECMA-376 as every spreadsheet reads it
CELL_CHARACTERS = 32_767
FORBIDDEN_IN_NAMES = "[]:*?/\\'"
NAME_CHARACTERS = 27  # of the 31 that a spreadsheet allows; a number may follow
NARROWEST, WIDEST = 10, 60  # characters of a column
MEASURED = 200  # rows that columns are made to fit
EXACT = 2**53  # a spreadsheet keeps larger whole numbers only as text


class _Line:
    """A file of one line: csv writes into it, the response takes it out."""

    def write(self, text: str) -> str:
        return text


def safe_cell(value: Any) -> Any:
    """Text a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers, None is empty."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines of RFC 4180 CSV with CRLF; the first carries the byte-order mark."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield BOM + writer.writerow([safe_cell(str(name)) for name in header])
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def write_csv(path: Path, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    """Write the CSV of `csv_lines` to a file; rows may be a generator of any length."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(header, rows))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook. name: the spreadsheet's own unless told; rows may be of any length.

    decimals: columns by their place whose numbers are shown with so many; the cell keeps the whole value.
    """

    name: str
    header: Sequence[Any]
    rows: Iterable[Sequence[Any]]
    decimals: Mapping[int, int] = field(default_factory=dict)


def write_xlsx(path: Path, header: Sequence[Any], rows: Iterable[Sequence[Any]], *, sheet: str = "") -> None:
    """Write one table as a workbook; see `write_book`."""
    write_book(path, [Sheet(sheet, header, rows)])


def write_book(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write a workbook row by row; memory stays the same however many there are.

    Text is always text: nothing in it becomes a formula or a link. Dates and numbers stay what they are.
    Rows beyond those a sheet may have go on the next one, under the same header. What a spreadsheet does not
    allow in a sheet's name is left out of it.
    """
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with Workbook(str(path), options) as book:
        book.use_zip64()
        bold = book.add_format({"bold": True})
        moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for sheet in sheets:
            _fill(book, sheet, bold, moments)


def _fill(book: "Workbook", sheet: Sheet, bold: Any, moments: Any) -> None:
    name = "".join(letter for letter in sheet.name if letter not in FORBIDDEN_IN_NAMES)[:NAME_CHARACTERS]

    rows = iter(sheet.rows)
    first = list(islice(rows, MEASURED))
    widths = _widths(sheet.header, first)
    shown = {
        at: book.add_format({"num_format": f"#,##0.{'0' * places}"}) for at, places in sheet.decimals.items()
    }

    def begin(number: int) -> "Worksheet":
        page = book.add_worksheet(f"{name} {number}" if name and number > 1 else name or None)
        page.freeze_panes(1, 0)
        for at, text in enumerate(sheet.header):
            page.set_column(at, at, widths[at], shown.get(at))
            page.write_string(0, at, str(safe_cell(str(text))), bold)
        return page

    page, sheets, line = begin(1), 1, 1
    for row in chain(first, rows):
        if line == SHEET_ROWS:
            sheets, line = sheets + 1, 1
            page = begin(sheets)
        for at, value in enumerate(row):
            _write_cell(page, line, at, value, moments if isinstance(value, datetime) else shown.get(at))
        line += 1


def _widths(header: Sequence[Any], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Characters of each column: those of its head and its first values; a Chinese one is as wide as two."""
    widest = [_width(str(text)) for text in header]
    for row in rows:
        for at, value in enumerate(row[: len(widest)]):
            widest[at] = max(widest[at], _width("" if value is None else str(value)))
    return [min(WIDEST, max(NARROWEST, width + 2)) for width in widest]


def _width(text: str) -> int:
    return len(text) + sum(letter > "\u2e7f" for letter in text)


def _write_cell(page: "Worksheet", line: int, at: int, value: Any, form: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(line, at, value)
    elif isinstance(value, int | float) and abs(value) < EXACT:  # not a number is not below anything
        page.write_number(line, at, value, form)
    elif isinstance(value, datetime):
        page.write_datetime(line, at, value.replace(tzinfo=None), form)
    elif isinstance(value, date):
        page.write_datetime(line, at, value)
    else:
        page.write_string(line, at, str(safe_cell(str(value)))[:CELL_CHARACTERS])


def disposition(filename: str) -> str:
    """Content-Disposition with the name in RFC 5987 form and an ASCII fallback."""
    plain = filename.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "").strip("-_ ")
    plain = plain if plain.split(".")[0] else f"canton{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def csv_response(
    filename: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Stream a CSV (UTF-8, byte-order mark, CRLF) as a download; rows may be a generator of any length."""
    return StreamingHttpResponse(
        csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition(filename), "Cache-Control": "no-store"},
    )


def json_response(filename: str, content: dict[str, Any]) -> JsonResponse:
    """The same figures as JSON, Chinese readable in it; an empty filename shows it instead of saving it."""
    headers = {"Cache-Control": "no-store"}
    if filename:
        headers["Content-Disposition"] = disposition(filename)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)
