"""Which reasons against a batch's rows its corrections answer, and which rows are put right only in part."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import repeat

import pyarrow as pa
from django.contrib.postgres.aggregates import ArrayAgg

from ..models import Batch, Repair
from .mending import WHOLE
from .models import RepairKind
from .refused import ask

LATER = ("unique", "already_loaded", "formula", "date")  # kinds of reasons that only a whole file can answer


@dataclass(frozen=True, slots=True)
class Touched:
    """Values that were corrected, as columns of a table: lines, names of columns, and whether by hand."""

    lines: list[int]
    names: list[str]
    by_hand: list[bool]

    @property
    def table(self) -> pa.Table:
        """For a query."""
        types = {"line": pa.int64(), "name": pa.string(), "by_hand": pa.bool_()}
        return pa.table([self.lines, self.names, self.by_hand], schema=pa.schema(types))


def touched(batch: Batch) -> Touched:
    """The live corrections of a batch, by the columns that reasons speak of.

    by_hand: a person wrote the row, seeing all of it, or wrote it anew.
    """
    melt = batch.how_written.source.melt
    found = Touched([], [], [])
    live = Repair.objects.filter(batch=batch, live=True).values_list("column", "act__kind")
    for column, kind, lines in live.annotate(lines=ArrayAgg("line")):
        named = melt.value if melt is not None and column in melt.columns else column
        found.lines.extend(lines)
        found.names.extend(repeat(named, len(lines)))
        found.by_hand.extend(repeat(kind == RepairKind.ROW or column == WHOLE, len(lines)))
    return found


def lines_table(lines: Collection[int]) -> pa.Table:
    """Lines, for a query."""
    return pa.table([pa.array(lines, pa.int64())], names=["line"])


def corrected_lines(batch: Batch) -> tuple[frozenset[int], frozenset[int]]:
    """(lines of the rows with a correction, those of them with a reason that none of theirs answers)."""
    known = touched(batch)
    if not known.lines:
        return frozenset(), frozenset()
    query = (
        "select distinct rows.line from rows join (select line, list(name) as names from touched"
        " group by line having not bool_or(by_hand)) as mended using (line) where"
        " not list_has_any(string_split(coalesce(\"column\", ''), ', '), names)"
        " and split_part(reason, ':', 2) not in (select unnest($later::varchar[])) group by all"
    )
    found = ask(batch, query, {"later": list(LATER)}, touched=known.table)
    return frozenset(known.lines), frozenset(line for (line,) in found)
