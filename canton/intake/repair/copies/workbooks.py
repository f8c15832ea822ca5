"""Cells of a workbook put right in a copy of it; whatever else it holds is copied as it stands.

A corrected cell keeps its style and loses its formula. Cells that were one with it stand alone from then on
and keep their value; cells that shared its formula keep the value they had.
"""

import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, gettext_noop

from ...refusals import HeaderOnly
from ...sources import cells
from ...sources.limits import bounds
from ...sources.model import Source
from ...sources.peeking import MOST_COLUMNS
from ...sources.tables import header_of, places_of
from ...sources.workbooks import cells_of, chosen_sheet, workbook
from ..mending import Unwritable
from . import sheets
from .holder import Changes
from .sheets import Place

LONGEST = 32_767  # characters of a cell
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CHAIN = "xl/calcChain.xml"  # the order in which formulas are worked out; made anew where it is missing
SAY_CHAIN = {
    "[Content_Types].xml": re.compile(rb'<Override\s[^>]*PartName="/xl/calcChain\.xml"[^>]*/>'),
    "xl/_rels/workbook.xml.rels": re.compile(rb'<Relationship\s[^>]*Target="(?:/xl/)?calcChain\.xml"[^>]*/>'),
}
TOO_LONG = gettext_noop("a cell holds %(limit)s characters.")
SIGNS = gettext_noop("it holds a control character.")


@dataclass(frozen=True, slots=True)
class Workbook:
    """A sheet of a workbook."""

    source: Source

    def require(self, _column: str, value: str) -> None:
        """See `Holder`."""
        if len(value) > LONGEST:
            raise Unwritable(value=value[:80], why=gettext(TOO_LONG) % {"limit": LONGEST})
        if NO_XML.search(value):
            raise Unwritable(value=NO_XML.sub("?", value)[:80], why=gettext(SIGNS))

    def record(self, _whole: str) -> tuple[str, ...] | None:
        """See `Holder`; every row of a sheet has its cells."""
        return None

    def write(self, original: Path, into: Path, changes: Changes) -> None:
        """See `Holder`: only the sheet's part of the workbook differs, and in it only these cells."""
        with workbook(original, bounds()) as book:
            sheet = chosen_sheet(book, self.source.sheet)
            with cells_of(book, sheet) as stream:
                merged = cells.merges(stream)
            columns = _columns(book, sheet, self.source, merged)
            values = {
                (row, columns[name]): new for row, each in changes.items() for name, new in each.items()
            }
            dissolved = _dissolved(merged, values)
            rows = {row for row, _ in values}.union(*(range(each.top, each.bottom + 1) for each in dissolved))
            with cells_of(book, sheet) as stream:
                found = sheets.survey(stream, values, rows)
            firsts = {(each.top, each.left): found.cells[each.top, each.left] for each in dissolved}
            with cells_of(book, sheet) as stream:
                anchors = sheets.pieces(stream, firsts)
            edited = list(sheets.edits(found, values, dissolved, anchors))
            chained = not any(found.cells[place].formula for place in values if place in found.cells)
            _copy(book._archive, into, sheet._worksheet_path, edited, chained=chained)


def _columns(
    book: Any, sheet: Any, source: Source, merged: Mapping[int, list[cells.Merge]]
) -> Mapping[str, int]:
    """Number of the sheet's column each wanted one stands in."""
    with cells_of(book, sheet) as stream:
        for number, row in cells.rows(stream, cells.styles_of(book, sheet), merged, bounds().cell):
            if number == source.header:
                places = places_of(source.columns, header_of(row), MOST_COLUMNS)
                return {name: place + 1 for name, place in zip(source.columns, places, strict=True)}
    raise HeaderOnly


def _dissolved(merged: Mapping[int, list[cells.Merge]], values: Iterable[Place]) -> list[cells.Merge]:
    """The merged cells that one of these places is in."""
    by_row: dict[int, list[int]] = {}
    for row, column in values:
        by_row.setdefault(row, []).append(column)
    return [
        merge
        for merges in merged.values()
        for merge in merges
        if any(
            merge.left <= column <= merge.right
            for row in range(merge.top, merge.bottom + 1)
            for column in by_row.get(row, ())
        )
    ]


def _copy(
    archive: zipfile.ZipFile, into: Path, part: str, edited: Iterable[sheets.Edit], *, chained: bool
) -> None:
    """A workbook with another sheet; without the chain of its formulas where one of them is gone."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.infolist():
            if entry.filename == CHAIN and not chained:
                continue
            made = zipfile.ZipInfo(entry.filename, entry.date_time)  # so the same again is the same bytes
            made.compress_type, made.external_attr = entry.compress_type, entry.external_attr
            with archive.open(entry) as source, copy.open(made, "w", force_zip64=True) as target:
                if entry.filename == part:
                    sheets.rewrite(source, target, edited)
                elif entry.filename in SAY_CHAIN and not chained:
                    target.write(SAY_CHAIN[entry.filename].sub(b"", source.read()))
                else:
                    shutil.copyfileobj(source, target)
