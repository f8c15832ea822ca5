"""A file of number segments as people hand it in: CSV, a line a segment, with its city and since when.

Columns: segment (7 digits), city (code, name or area code; empty removes the segment), valid_from (optional,
ISO date, also one to come: until then the segment stays where it is); who hands it in says which they are
where the file calls them otherwise. UTF-8 with or without a byte-order mark, or GB18030.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from .choices import Refused
from .errors import UnreadableList

BYTES = 16 * 2**20
SHOWN = 120  # characters of a refused line
COLUMNS = {
    "segment": ("segment", "prefix", "号段"),
    "city": ("city", "centre", "地市", "归属地", "城市"),
    "valid_from": ("valid_from", "since", "启用日期", "生效日期"),
}
_PREFIX = re.compile(r"1[3-9]\d{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not taken. line counts the header as 1."""

    line: int
    text: str
    reason: Refused


@dataclass(frozen=True, slots=True)
class SegmentList:
    """What a file says: segment -> (code of its city or "", since when), and the lines not taken."""

    wanted: dict[str, tuple[str, date | None]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def read(
    content: bytes, cities: Mapping[str, str], *, today: date, called: Mapping[str, str] | None = None
) -> SegmentList:
    """Read a file.

    cities: code, name or area code -> code of the city. called: segment, city or valid_from -> what the file
    calls that column, where it is none of the usual names.

    Raises:
        UnreadableList: too large, not text, or without the columns.
    """
    found = SegmentList()
    for line, cells in _rows(content, called or {}):
        prefix, city, since = (cells.get(name, "") for name in COLUMNS)
        reason = _reason(prefix, city, since, cities, today) or (
            Refused.TWICE if prefix in found.wanted else None
        )
        if reason:
            found.refused.append(Refusal(line, ",".join((prefix, city, since)).rstrip(",")[:SHOWN], reason))
        else:
            found.wanted[prefix] = cities.get(city, ""), date.fromisoformat(since) if since else None
            found.lines[prefix] = line
    return found


def _reason(prefix: str, city: str, since: str, cities: Mapping[str, str], today: date) -> Refused | None:
    if not _PREFIX.fullmatch(prefix):
        return Refused.PREFIX
    if city and city not in cities:
        return Refused.CITY
    try:
        starts = date.fromisoformat(since) if since else today
    except ValueError:
        return Refused.DATE
    return Refused.FUTURE if starts > today and not city else None


def _rows(content: bytes, called: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column of every line that is not empty."""
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        places = _places(next(reader, []), called)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield (
                    reader.line_num,
                    {
                        name: cells[at].strip().lstrip("'") if at < len(cells) else ""
                        for name, at in places.items()
                    },
                )
    except csv.Error as error:
        raise UnreadableList(why=f"CSV, {reader.line_num}: {error}") from error


def _places(header: list[str], called: Mapping[str, str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    known = {
        column: (theirs.strip().lower(),) if (theirs := called.get(column, "")) else usual
        for column, usual in COLUMNS.items()
    }
    places = {
        column: names.index(said)
        for column, each in known.items()
        if (said := next((name for name in each if name in names), None))
    }
    if not {"segment", "city"} <= places.keys():
        raise UnreadableList(why=",".join(names)[:SHOWN] or "0")
    return places


def _text(content: bytes) -> str:
    if len(content) > BYTES:
        raise UnreadableList(why=f"> {BYTES // 2**20} MB")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableList(why="UTF-8, GB18030")
