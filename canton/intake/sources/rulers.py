"""Where the columns of text of fixed width seem to stand in a sample: a proposal for a person to move.

Positions count from 1, in bytes of an encoding (a Chinese character takes two in GB18030, three in UTF-8) or
in characters. A column begins after blanks that all lines have, where texts of all lines begin or end alike,
where digits, Latin and Chinese letters meet in all lines, and around dates and times.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import AUTO

BLANK, DIGIT, LATIN, WIDE, MARK = " ", "d", "a", "w", "."
BETWEEN = frozenset({DIGIT + LATIN, DIGIT + WIDE, WIDE + DIGIT, WIDE + LATIN, LATIN + WIDE})
UNITS = frozenset("年月日时分秒号岁元")  # stand after digits of their own column
WHEN = re.compile(r"dddd\.dd\.dd(?:[ a]dd\.dd(?:\.dd)?)?")
ALIKE = 0.5  # of the lines: how many must end early for the next column to begin by its alignment
MOST_COLUMNS = 200

Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """Columns a sample seems to have. encoding: bytes are counted in it; measure: bytes or characters."""

    encoding: str
    measure: str
    places: Places


def ruled(lines: Sequence[str], encoding: str) -> Ruled:
    """The columns of a sample in the measure that tells most of them apart; of two alike the usual one."""
    auto = [Ruled(AUTO, "bytes", proposed(lines, "gb18030"))] if encoding != "gb18030" else []
    tried = [
        *auto,
        Ruled(encoding, "characters", proposed(lines, None)),
        Ruled(encoding, "bytes", proposed(lines, encoding)),
    ]
    if encoding == "gb18030":
        tried.reverse()
    return max(tried, key=lambda each: len(each.places))


def proposed(lines: Sequence[str], encoding: str | None) -> Places:
    """First and last position of each column, in bytes of the encoding, or in characters for None."""
    kinds = [_kinds(line.rstrip(), encoding) for line in lines if line.strip()]
    width = max(map(len, kinds), default=0)
    rows = [each.ljust(width) for each in kinds]
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    starts = {*_after_gaps(rows, columns), *_by_alignment(columns), *_around_moments(rows)}
    inside = {place for start, end in _moments(rows) for place in range(start + 1, end)}
    found = sorted({0} | {start for start in starts - inside if 0 < start < width})[:MOST_COLUMNS]
    ends = [*found[1:], width]
    return tuple((start + 1, end) for start, end in zip(found, ends, strict=True)) if width else ()


def pieces(line: str, places: Places, encoding: str | None) -> list[str]:
    """A line cut at the places, blanks kept; a character that a place would cut stays with its beginning."""
    made = [""] * len(places)
    for letter, at, _width in positions(line, encoding):
        column = next((n for n, (first, last) in enumerate(places) if first <= at <= last), None)
        if column is not None:
            made[column] += letter
    return made


def positions(line: str, encoding: str | None) -> Iterator[tuple[str, int, int]]:
    """(character, its first position, how many it takes) of every character of a line."""
    at = 1
    for letter in line:
        wide = _wide(letter, encoding)
        yield letter, at, wide
        at += wide


def _wide(letter: str, encoding: str | None) -> int:
    return 1 if encoding is None else len(letter.encode(encoding, "replace"))


def _kinds(line: str, encoding: str | None) -> str:
    return "".join(_kind(letter) * _wide(letter, encoding) for letter in line)


def _kind(letter: str) -> str:
    if letter.isspace():
        return BLANK
    if letter.isascii():
        return DIGIT if letter.isdigit() else LATIN if letter.isalpha() else MARK
    return WIDE if letter.isalnum() and letter not in UNITS else MARK


def _after_gaps(rows: Sequence[str], columns: Sequence[str]) -> Iterator[int]:
    """Blanks of all lines go to the column before them, or behind them where only that is ragged."""
    empty = "".join(BLANK if not column.strip() else MARK for column in columns)
    for gap in re.finditer(r"(?<=\.) +(?=\.)", empty):
        first, behind = gap.span()
        if BLANK not in columns[behind]:
            yield behind
        else:
            yield first if BLANK not in columns[first - 1] else (first + behind) // 2


def _by_alignment(columns: Sequence[str]) -> Iterator[int]:
    for place in range(1, len(columns)):
        left, right = columns[place - 1], columns[place]
        if not left.strip() or not right.strip():
            continue
        enough = ALIKE * len(left)
        begins = BLANK not in right and left.count(BLANK) >= enough
        ends = BLANK not in left and right.count(BLANK) >= enough and _ends_alike(columns[place:])
        if begins or ends or all(a + b in BETWEEN for a, b in zip(left, right, strict=True)):
            yield place


def _ends_alike(columns: Sequence[str]) -> bool:
    """Whether numbers end alike further on: blanks only become fewer until all lines have a digit."""
    before = len(columns[0])
    for column in columns:
        blanks = column.count(BLANK)
        if blanks > before or not set(column) <= {BLANK, DIGIT, MARK}:
            return False
        if not blanks:
            return True
        before = blanks
    return False


def _moments(rows: Sequence[str]) -> list[tuple[int, int]]:
    """Where a date, or a date with its time, stands in every line."""
    if not rows:
        return []
    found = (match.span() for match in WHEN.finditer(rows[0]))
    return [
        (start, end)
        for start, end in found
        if all(row[start:end].replace("a", " ") == rows[0][start:end].replace("a", " ") for row in rows)
    ]


def _around_moments(rows: Sequence[str]) -> Iterator[int]:
    for start, end in _moments(rows):
        yield from (start, end)
