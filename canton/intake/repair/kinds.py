"""Refused rows of a kind: a reason that speaks of one column, the values behind it, and what they meant."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from canton.codes.models import Code
from canton.codes.selectors import contact_categories
from canton.exchange.formats import Field
from canton.exchange.formats.model import FieldType
from canton.exchange.formats.words import VALUES
from canton.records.engines import duckdb
from canton.records.selectors import files_of_batch

from ..models import Batch, Repair
from ..sql import name as quoted
from .answering import LATER, lines_table, touched
from .making import made_of
from .mending import WHOLE
from .proposals import FALSE, TRUE, Proposal, Terms, propose
from .reckoning import Rules, rules_of
from .refused import Refused, ask

VALUES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A reason that speaks of one column. rows: refused for it; open: of these, still as they were sent."""

    reason: str
    column: str
    rows: int
    open: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a kind. rows: with it, still as they were sent. proposal: what it was or may have been."""

    old: str
    rows: int
    proposal: Proposal | None


def kinds_of(batch: Batch) -> list[Kind]:
    """Reasons that speak of one column of the file and can be answered in a row, most open rows first."""
    source = batch.how_written.source
    made = {source.row, source.melt.name if source.melt else None}  # no cell of the file
    header = [name for name in batch.how_written.header if name not in made]
    query = (
        'select reason, "column", count(distinct line), count(distinct line) filter (not exists (from touched'
        " where touched.line = rows.line and touched.name in ('', rows.\"column\")))"
        " from rows group by all order by 4 desc, 3 desc, 1"
    )
    found = ask(batch, query, {}, touched=touched(batch).table)
    return [
        Kind(reason, column, rows, still)
        for reason, column, rows, still in found
        if column in header and reason.partition(":")[2] not in LATER
    ]


def values_of(batch: Batch, kind: Kind) -> list[Value]:
    """The values of a kind that are still as they were sent, the most frequent first."""
    query = (
        f"select coalesce(value, ''), count(distinct line) from rows where {OF_KIND}"
        f" group by 1 order by 2 desc, 1 limit {VALUES_SHOWN}"
    )
    asked = {"reason": kind.reason, "column": kind.column}
    found = ask(batch, query, asked, touched=_untouchable(batch, kind, 0))
    terms = terms_of(batch, kind.column)
    return [Value(old, rows, propose(old, terms)) for old, rows in found]


OF_KIND = 'reason = $reason and "column" = $column and line not in (select line from touched)'
WITH_VALUE = "line > $after and coalesce(value, '') in (select unnest($olds::varchar[]))"


def count_of_kind(batch: Batch, kind: Kind, olds: Collection[str]) -> int:
    """How many rows of a kind have one of these values and are still as they were sent."""
    query = (
        "select count(*) from (select distinct line, coalesce(raw, '') from rows"
        f" where {OF_KIND} and {WITH_VALUE}) group by ()"
    )
    found = ask(batch, query, _asked(kind, olds, 0), touched=_untouchable(batch, kind, 0))
    return int(found[0][0]) if found else 0


def rows_of_kind(
    batch: Batch, kind: Kind, olds: Collection[str], *, limit: int, after: int = 0
) -> list[Refused]:
    """So many rows of a kind behind a line, with one of these values and still as they were sent, by line.

    A row with several records counts once, and comes with all of them.
    """
    query = (
        f"select distinct line, \"column\", coalesce(value, ''), reason, coalesce(raw, '') from rows"
        f" where {OF_KIND} and {WITH_VALUE} and line in (select distinct line from rows where {OF_KIND}"
        f" and {WITH_VALUE} order by line limit {limit}) group by all order by line"
    )
    found = ask(batch, query, _asked(kind, olds, after), touched=_untouchable(batch, kind, after))
    return [Refused(*row) for row in found]


def _asked(kind: Kind, olds: Collection[str], after: int) -> dict[str, object]:
    return {"reason": kind.reason, "column": kind.column, "olds": list(olds), "after": after}


def _untouchable(batch: Batch, kind: Kind, after: int) -> pa.Table:
    """Lines behind one whose value of the column, or which as a whole, were corrected already."""
    melt = batch.how_written.source.melt
    answers = melt.columns if melt is not None and kind.column == melt.value else ()
    live = Repair.objects.filter(
        batch=batch, live=True, line__gt=after, column__in=[kind.column, WHOLE, *answers]
    )
    return lines_table(list(live.values_list("line", flat=True)))


def allowed_values(batch: Batch, column: str) -> tuple[str, ...]:
    """The values a column of the file may have, where they are listed."""
    layout = batch.how_written
    made = made_of(layout, column)
    name = layout.source.melt.value if layout.source.melt and column in layout.source.melt.columns else column
    listed = () if layout.own else next((each.codes for each in layout.columns if each.name == name), ())
    if listed or made is None:
        return listed
    ours = _allowed(batch, made.field)
    if made.table is None:
        return ours
    return tuple(dict.fromkeys((*made.table.codes, *(ours if made.table.unlisted == "keep" else ()))))


def _allowed(batch: Batch, field: Field) -> tuple[str, ...]:
    if field.codes == "sender":
        return (batch.centre_id,)
    if field.codes:
        return tuple(sorted(contact_categories()))
    if field.true_values or field.false_values:
        return (*field.true_values[:1], *field.false_values[:1])
    return field.enum


def field_of(batch: Batch, column: str) -> Field | None:
    """The field whose value a column of the file is; None where no field is."""
    made = made_of(batch.how_written, column) if column else None
    return None if made is None else made.field


def reckoned_by(batch: Batch, column: str) -> Rules:
    """How a column follows from others; only where the file is in the format itself."""
    layout = batch.how_written
    return rules_of(layout.format, column) if layout.own else ()


def terms_of(batch: Batch, column: str) -> Terms:
    """What a value of a column may be."""
    made = made_of(batch.how_written, column) if column else None
    allowed = allowed_values(batch, column) if column else ()
    if made is None:
        return Terms(None, allowed)
    if made.table is not None:
        ours = _names(made.field)
        return Terms(made.field, allowed, {old: ours.get(new, ()) for old, new in made.table.codes.items()})
    return Terms(made.field, allowed, _names(made.field), Kept(batch, made.field.name) if allowed else {})


def _names(field: Field) -> dict[str, tuple[str, ...]]:
    if field.codes == "classification":
        return {code.pk: (code.name, code.name_en) for code in Code.objects.filter(valid_to=None)}
    if field.type is FieldType.BOOLEAN:
        return {field.true_values[0]: TRUE, field.false_values[0]: FALSE}
    return {value: (said.zh, said.en) for value, said in VALUES.get(field.name, {}).items()}


class Kept(Mapping[str, int]):
    """Value of a column → kept rows of a batch that have it; counted when it is asked for."""

    def __init__(self, batch: Batch, column: str) -> None:
        self._batch, self._column = batch, column

    @cached_property
    def _counted(self) -> dict[str, int]:
        files = [str(each) for each in files_of_batch(self._batch.number)]
        if not files:
            return {}
        query = f"select {quoted(self._column)}::varchar, count(*) from read_parquet(?) group by 1"
        with duckdb.connect() as engine:
            return {
                str(value): int(rows) for value, rows in engine.execute(query, [files]).fetchall() if value
            }

    def __getitem__(self, value: str) -> int:
        return self._counted[value]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counted)

    def __len__(self) -> int:
        return len(self._counted)
