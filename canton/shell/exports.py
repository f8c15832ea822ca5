"""Files for people: one query serves the screen and its file, and a spreadsheet opens it without harm."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.http import JsonResponse, StreamingHttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


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


def disposition(filename: str) -> str:
    """Content-Disposition with the name in RFC 5987 form and an ASCII fallback."""
    plain = filename.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "canton"
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
