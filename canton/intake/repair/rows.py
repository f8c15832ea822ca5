"""Refused rows as people put them right: one row with its fields and reasons, and values of a kind (F09)."""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from canton.codes.selectors import contact_categories
from canton.exchange.formats.words import VALUES
from canton.records.engines import duckdb

from ..layout import Layout
from ..models import Batch, Repair
from ..originals import personal_columns
from .mending import WHOLE
from .refused import Refused, RefusedRows, path_of
from .written import Form

LATER = ("unique", "already_loaded", "formula", "date")  # kinds of reasons that only a whole file can answer
VALUES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A refused row as it stands now.

    raw: as it was sent. values: column → value now; None: it has not the file's columns and can only be
    written anew as a whole. sent: the same as it was sent. text: the record now. repairs: its live ones.
    """

    line: int
    lines: int
    raw: str
    text: str
    reasons: tuple[Refused, ...]
    sent: Mapping[str, str] | None
    values: Mapping[str, str] | None
    repairs: tuple[Repair, ...]

    @property
    def version(self) -> int:
        """Changes with every correction of the row, and when one is taken back."""
        return sum(repair.pk for repair in self.repairs)

    @property
    def later(self) -> tuple[Refused, ...]:
        """Reasons that are decided when the whole file is checked again."""
        return tuple(each for each in self.reasons if each.reason.partition(":")[2] in LATER)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list: line, its reason codes, and whether it was put right since."""

    line: int
    reasons: tuple[str, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A reason that speaks of one column, and its refused rows."""

    reason: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a kind. rows: with it, still as they were sent. proposed: what it may have meant."""

    old: str
    rows: int
    proposed: str


def row_of(batch: Batch, line: int, written: Form) -> Row | None:
    """The refused row that begins at this line; None when none does."""
    reasons = RefusedRows(batch).of_line(line)[:]
    if not reasons:
        return None
    repairs = Repair.objects.filter(batch=batch, line=line, live=True).select_related("act")
    return made(line, reasons, tuple(repairs), written)


def made(line: int, reasons: Sequence[Refused], repairs: tuple[Repair, ...], written: Form) -> Row:
    """A row from its refusals and its live corrections."""
    raw = written.record_of(list(dict.fromkeys(each.raw for each in reasons)))
    reasons = [replace(each, column=written.named(each.raw, each.column)) for each in reasons]
    changes = {repair.column: repair.new for repair in repairs}
    text = written.mended(raw, changes) if changes else raw
    return Row(
        line=line, lines=raw.count("\n") + 1, raw=raw, text=text, reasons=tuple(reasons),
        sent=written.values(raw), values=written.values(text), repairs=repairs,
    )  # fmt: skip


class RowList(Sequence[Listed]):
    """Refused rows by line, of one reason or of all, one entry for each row. state: "", open or corrected."""

    def __init__(self, batch: Batch, *, reason: str = "", state: str = "") -> None:
        self.batch, self.reason, self.state = batch, reason, state

    @cached_property
    def corrected(self) -> frozenset[int]:
        """Lines that were put right."""
        lines = Repair.objects.filter(batch=self.batch, live=True).values_list("line", flat=True)
        return frozenset(lines)

    @cached_property
    def count_of_rows(self) -> int:
        """How many there are."""
        query = f"select count(distinct line) from rows where {self._where}"
        return int(_read(self.batch, query, self._asked)[0][0])

    def __len__(self) -> int:
        return self.count_of_rows

    def __getitem__(self, index: Any) -> Any:
        start, stop, _step = index.indices(len(self))
        query = (
            "select line, list(reason order by reason) from rows"
            f" where line in (select distinct line from rows where {self._where} order by line"
            f" limit {stop - start} offset {start}) group by line order by line"
        )
        found = _read(self.batch, query, self._asked)
        live = Repair.objects.filter(batch=self.batch, live=True, line__in=[line for line, _ in found])
        corrected = frozenset(live.values_list("line", flat=True))
        return [Listed(line, tuple(reasons), line in corrected) for line, reasons in found]

    def beside(self, line: int) -> tuple[int | None, int | None]:
        """Lines of the rows before and after this one."""
        query = (
            "select max(line) filter (line < $line), min(line) filter (line > $line)"
            f" from rows where {self._where}"
        )
        [(before, after)] = _read(self.batch, query, {**self._asked, "line": line})
        return before, after

    @property
    def _where(self) -> str:
        parts = ["reason = $reason"] if self.reason else []
        if self.state:
            parts.append(
                f"line {'not ' if self.state == 'open' else ''}in (select unnest($corrected::bigint[]))"
            )
        return " and ".join(parts) or "true"

    @property
    def _asked(self) -> dict[str, object]:
        asked: dict[str, object] = {"reason": self.reason} if self.reason else {}
        return asked | ({"corrected": sorted(self.corrected) or [0]} if self.state else {})


def reasons_of(batch: Batch) -> dict[str, int]:
    """Reason → refused rows, most first."""
    query = "select reason, count(distinct line) from rows group by all order by 2 desc, 1"
    return dict(_read(batch, query, {}))


def kinds(batch: Batch) -> list[Kind]:
    """Reasons that speak of one column of the file and can be answered in a row, most rows first."""
    source = batch.how_written.source
    made = {source.row, source.melt.name if source.melt else None}  # no cell of the file
    header = [name for name in batch.how_written.header if name not in made]
    query = 'select reason, "column", count(distinct line) from rows group by all order by 3 desc, 1'
    return [
        Kind(reason, column, rows)
        for reason, column, rows in _read(batch, query, {})
        if column in header and reason.partition(":")[2] not in LATER
    ]


def values_of(batch: Batch, kind: Kind) -> list[Value]:
    """The values of a kind that are still as they were sent, the most frequent first."""
    touched = sorted(touched_lines(batch, kind.column)) or [0]
    query = (
        "select coalesce(value, ''), count(distinct line) from rows"
        ' where reason = $reason and "column" = $column and line not in (select unnest($touched::bigint[]))'
        f" group by 1 order by 2 desc, 1 limit {VALUES_SHOWN}"
    )
    asked = {"reason": kind.reason, "column": kind.column, "touched": touched}
    allowed = allowed_values(batch, kind.column)
    return [Value(old, rows, proposal(old, allowed, kind.column)) for old, rows in _read(batch, query, asked)]


def rows_of_kind(
    batch: Batch, kind: Kind, olds: Collection[str], *, limit: int | None = None
) -> list[Refused]:
    """Rows of a kind with one of these values that are still as they were sent, by line."""
    touched = sorted(touched_lines(batch, kind.column)) or [0]
    query = (
        "select distinct line, \"column\", coalesce(value, ''), reason, coalesce(raw, '') from rows"
        ' where reason = $reason and "column" = $column and line not in (select unnest($touched::bigint[]))'
        " and coalesce(value, '') in (select unnest($olds::varchar[])) order by line"
    ) + (f" limit {limit}" if limit else "")
    asked = {"reason": kind.reason, "column": kind.column, "touched": touched, "olds": list(olds)}
    return [Refused(*row) for row in _read(batch, query, asked)]


def touched_lines(batch: Batch, column: str) -> frozenset[int]:
    """Lines whose value of a column, or which as a whole, were corrected already."""
    melt = batch.how_written.source.melt
    answers = melt.columns if melt is not None and column == melt.value else ()
    live = Repair.objects.filter(batch=batch, live=True, column__in=[column, WHOLE, *answers])
    return frozenset(live.values_list("line", flat=True))


def allowed_values(batch: Batch, column: str) -> tuple[str, ...]:
    """The values a column of the file may have, where they are listed."""
    layout = batch.how_written
    if layout.source.melt is not None and column in layout.source.melt.columns:
        column = layout.source.melt.value
    if not layout.own:
        return next((each.codes for each in layout.columns if each.name == column), ())
    field = layout.format.field(column)
    if field.codes == "sender":
        return (batch.centre_id,)
    if field.codes:
        return tuple(sorted(contact_categories()))
    if field.true_values or field.false_values:
        return (*field.true_values[:1], *field.false_values[:1])
    return field.enum


def proposal(old: str, allowed: Sequence[str], column: str) -> str:
    """What a value was probably meant to be; empty when there is nothing to go by."""
    plain = unicodedata.normalize("NFKC", old).strip()
    if not allowed:
        return plain if plain != old else ""
    folded = plain.casefold()
    for code in allowed:
        said = VALUES.get(column, {}).get(code)
        if folded in {code.casefold(), *((said.zh.casefold(), said.en.casefold()) if said else ())}:
            return code
    near = difflib.get_close_matches(folded, allowed, n=1, cutoff=0.8)
    return near[0] if near else ""


def hidden_columns(layout: Layout, row: Row) -> frozenset[str]:
    """Columns that identify a customer and have nothing against them: masked, and not to be changed."""
    wrong = {name for each in row.reasons for name in each.column.split(", ")}
    return personal_columns(layout) - wrong


def corrected_rows(batch: Batch) -> int:
    """How many rows have a live correction."""
    return Repair.objects.filter(batch=batch, live=True).values("line").distinct().count()


def put_right_by_people(batch: Batch, refused: Path) -> int:
    """Rows of a corrected copy that people put right and that the check, whose refusals these are, kept.

    A copy of a copy counts what was corrected in either.
    """
    copies = [batch.pk]
    before = batch.corrects
    while before is not None:
        copies.append(before.pk)
        before = before.corrects
    live = Repair.objects.filter(live=True, act__applied_in__in=copies)
    corrected = set(live.values_list("line", flat=True))
    if not corrected or not refused.exists():
        return len(corrected)
    with duckdb.connect() as engine:
        query = "select distinct line from read_parquet(?)"
        still = {line for (line,) in engine.execute(query, [str(refused)]).fetchall()}
    return len(corrected - still)


def by_field(reasons: Iterable[Refused], columns: Collection[str]) -> dict[str, list[Refused]]:
    """Reasons by the column they stand beside; those of no column, or of the whole row, under ""."""
    found: dict[str, list[Refused]] = defaultdict(list)
    for each in reasons:
        named = [name for name in each.column.split(", ") if name in columns]
        for name in named or [WHOLE]:
            found[name].append(each)
    return found


def _read(batch: Batch, query: str, asked: Mapping[str, object]) -> list[tuple[Any, ...]]:
    path = path_of(batch)
    if not path.exists():
        return [] if " group by " in query else [(0, None)]
    with duckdb.connect() as engine:
        source = "with rows as (from read_parquet($path)) "
        found: list[tuple[Any, ...]] = engine.execute(source + query, {"path": str(path), **asked}).fetchall()
    return found
