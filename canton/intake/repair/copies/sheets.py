"""Where the cells of a sheet stand in its XML, byte by byte, and what is written in their place.

expat tells where each element begins, so nothing but those named is touched; the sheet streams by twice.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape

from ...sources import cells

CHUNK = 1 << 16
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?f>)", re.DOTALL)
INNER = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*?)?(?:/>|>(.*)</(?:\w+:)?c>)", re.DOTALL)
Place = tuple[int, int]  # row, column; both from 1


class Edit(NamedTuple):
    """Bytes of the sheet that others take the place of; order: of those put in at the same byte."""

    start: int
    end: int
    order: int
    made: bytes


@dataclass(slots=True)
class Element:
    """A cell, or a row's closing tag (start = end): its bytes and what its tag says."""

    start: int
    end: int = 0
    prefix: str = ""
    style: str = ""
    type: str = ""
    formula: bool = False


@dataclass(slots=True)
class Survey:
    """What is found of a sheet. rows: where a row ends. shared: formulas that hang on one that goes."""

    cells: dict[Place, Element] = field(default_factory=dict)
    rows: dict[int, Element] = field(default_factory=dict)
    merges: dict[tuple[str, str], Element] = field(default_factory=dict)
    all_merges: Element | None = None
    shared: list[Element] = field(default_factory=list)


def survey(stream: IO[bytes], wanted: Collection[Place], rows: Collection[int]) -> Survey:
    """Where these rows, their cells and all merged cells stand.

    wanted: cells that lose what they hold, and their formula.
    """
    looking = _Looking(frozenset(wanted), frozenset(rows))
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        looking.parser.Parse(chunk, False)
    looking.parser.Parse(b"", True)
    return looking.found


class _Looking:
    """Takes places from expat's events."""

    def __init__(self, wanted: frozenset[Place], rows: frozenset[int]) -> None:
        self.found = Survey()
        self._wanted, self._rows = wanted, rows
        self._row = self._column = 0
        self._cell: Element | None = None
        self._formula: Element | None = None
        self._gone: set[str] = set()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        prefix, _, tag = name.rpartition(":")
        here = Element(self.parser.CurrentByteIndex, prefix=f"{prefix}:" if prefix else "")
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif tag == "c":
            self._begin_cell(here, attributes)
        elif tag == "f":
            self._begin_formula(here, attributes)
        elif tag == "mergeCells":
            self.found.all_merges = here
        elif tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            self.found.merges[first, last] = here

    def _begin_cell(self, here: Element, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r", "")
        self._column = cells.column(place.rstrip(cells.DIGITS)) if place else self._column + 1
        if self._row in self._rows:
            here.style, here.type = attributes.get("s", ""), attributes.get("t", "")
            self._cell = self.found.cells[self._row, self._column] = here

    def _begin_formula(self, here: Element, attributes: Mapping[str, str]) -> None:
        goes = (self._row, self._column) in self._wanted
        if self._cell is not None:
            self._cell.formula = True
        if attributes.get("t") == "shared" and goes and "ref" in attributes:
            self._gone.add(attributes.get("si", ""))
        elif attributes.get("t") == "shared" and not goes and attributes.get("si", "") in self._gone:
            self._formula = here
            self.found.shared.append(here)

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row" and self._row in self._rows:
            prefix = name[: -len(tag)]
            here = self.parser.CurrentByteIndex
            self.found.rows[self._row] = Element(here, here, prefix)
        elif tag == "c" and self._cell is not None:
            self._close(self._cell, name)
            self._cell = None
        elif tag == "f" and self._formula is not None:
            self._close(self._formula, name)
            self._formula = None
        elif tag == "mergeCell" and self.found.merges:
            self._close(next(reversed(self.found.merges.values())), name)
        elif tag == "mergeCells" and self.found.all_merges:
            self._close(self.found.all_merges, name)

    def _close(self, element: Element, name: str) -> None:
        """expat stands at the closing tag, or behind the only one; it hands whole tags."""
        element.end = self.parser.CurrentByteIndex
        ahead = self.parser.GetInputContext() or b""
        if re.match(rb"</" + re.escape(name.encode()) + rb"\s*>", ahead):
            element.end += ahead.index(b">") + 1


def edits(
    found: Survey,
    values: Mapping[Place, str],
    dissolved: Iterable[cells.Merge],
    anchors: Mapping[Place, bytes],
) -> Iterator[Edit]:
    """What becomes of the sheet: cells with new values, merged ones that stand alone, formulas that go.

    anchors: the bytes of the first cell of each that is dissolved.
    """
    made = {place: _written(place, value, found) for place, value in values.items()}
    gone = list(dissolved)
    for merge in gone:
        for row in range(merge.top, merge.bottom + 1):
            for place in ((row, column) for column in range(merge.left, merge.right + 1)):
                if place not in made and row in found.rows and place != (merge.top, merge.left):
                    made[place] = _alike(place, anchors[merge.top, merge.left], found, merge)
    beside: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(found.cells):
        beside[row].append(column)
    yield from (_put(place, content, found, beside[place[0]]) for place, content in made.items())
    yield from (_gone(each) for each in found.shared)
    names = {(_name(merge.top, merge.left), _name(merge.bottom, merge.right)) for merge in gone}
    if found.all_merges is not None and names >= found.merges.keys():
        yield _gone(found.all_merges)
    else:
        yield from (_gone(found.merges[each]) for each in names)


def _gone(element: Element) -> Edit:
    return Edit(element.start, element.end, 0, b"")


def _put(place: Place, content: str, found: Survey, beside: Sequence[int]) -> Edit:
    """The cell in place of the one that is there, or before the next of its row."""
    row, column = place
    after = bisect_left(beside, column)
    if place in found.cells:
        there = found.cells[place]
        return Edit(there.start, there.end, column, content.encode())
    at = found.cells[row, beside[after]] if after < len(beside) else found.rows[row]
    return Edit(at.start, at.start, column, content.encode())


def _written(place: Place, value: str, found: Survey) -> str:
    """A cell with a value: a number where it was one and is one, text otherwise, nothing for an empty one."""
    there = found.cells.get(place)
    x = found.rows[place[0]].prefix
    style = f' s="{there.style}"' if there is not None and there.style else ""
    head = f'<{x}c r="{_name(*place)}"{style}'
    if not value:
        return f"{head}/>"
    if there is not None and there.type in ("", "n") and NUMBER.fullmatch(value):
        return f"{head}><{x}v>{value}</{x}v></{x}c>"
    text = escape(value, {"\r": "&#13;"})
    return f'{head} t="inlineStr"><{x}is><{x}t xml:space="preserve">{text}</{x}t></{x}is></{x}c>'


def _alike(place: Place, anchor: bytes, found: Survey, merge: cells.Merge) -> str:
    """A cell that holds what the first of its merged cells held."""
    first, there = found.cells[merge.top, merge.left], found.cells.get(place)
    x, style = first.prefix, there.style if there else first.style
    inner = INNER.fullmatch(anchor)
    held = FORMULA.sub(b"", inner[1] or b"").decode() if inner else ""
    kind = f' t="{first.type}"' if first.type else ""
    style = f' s="{style}"' if style else ""
    return f'<{x}c r="{_name(*place)}"{style}{kind}>{held}</{x}c>'


def _name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def pieces(stream: IO[bytes], wanted: Mapping[Place, Element]) -> dict[Place, bytes]:
    """The bytes of some elements."""
    found, position = {}, 0
    for place, element in sorted(wanted.items(), key=lambda each: each[1].start):
        _pass(stream, element.start - position, None)
        found[place] = stream.read(element.end - element.start)
        position = element.end
    return found


def rewrite(stream: IO[bytes], into: IO[bytes], edited: Iterable[Edit]) -> None:
    """Copy a sheet with these edits, which do not overlap."""
    position = 0
    for edit in sorted(edited):
        _pass(stream, edit.start - position, into)
        _pass(stream, edit.end - edit.start, None)
        into.write(edit.made)
        position = edit.end
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        into.write(chunk)


def _pass(stream: IO[bytes], count: int, into: IO[bytes] | None) -> None:
    while count > 0 and (chunk := stream.read(min(count, CHUNK))):
        count -= len(chunk)
        if into is not None:
            into.write(chunk)
