"""Refused rows as people put them right: one row with its fields and reasons, and the list of them (F09)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from canton.records.engines import duckdb

from ..layout import Layout
from ..models import Batch, Repair, SentBack
from ..originals import personal_columns
from .answering import LATER, corrected_lines, lines_table
from .lineage import sendings_of
from .mending import WHOLE
from .refused import Refused, RefusedRows, ask
from .written import Form


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
class Fault:
    """A reason against a row of the list. column: empty for the whole row; value, raw: as they were sent."""

    reason: str
    column: str
    value: str
    raw: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list: line, what is against it, column → corrected value, and whether it went back.

    partly: a reason is left that its corrections do not answer.
    """

    line: int
    faults: tuple[Fault, ...]
    repairs: Mapping[str, str]
    sent_back: bool
    partly: bool

    @property
    def corrected(self) -> bool:
        """Whether it was put right since."""
        return bool(self.repairs) and not self.partly


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
    """Refused rows by line, of one reason or of all, one entry for each row.

    state: "", open (also those put right in part), partly, corrected, or sent (back to the city).
    """

    def __init__(self, batch: Batch, *, reason: str = "", state: str = "") -> None:
        self.batch, self.reason, self.state = batch, reason, state

    @cached_property
    def picked(self) -> frozenset[int]:
        """Lines that the state speaks of: put right, in part, or sent back."""
        if self.state == "sent":
            return self.sent
        return self.partly if self.state == "partly" else self.touched - self.partly

    @property
    def touched(self) -> frozenset[int]:
        """Lines of the rows with a correction."""
        return self._corrected[0]

    @property
    def partly(self) -> frozenset[int]:
        """Lines of the rows put right in part only."""
        return self._corrected[1]

    @cached_property
    def _corrected(self) -> tuple[frozenset[int], frozenset[int]]:
        return corrected_lines(self.batch)

    @cached_property
    def sent(self) -> frozenset[int]:
        """Lines the city has, to be put right there."""
        return sent_lines(self.batch)

    @cached_property
    def count_of_rows(self) -> int:
        """How many there are."""
        query = f"select count(distinct line) from rows where {self._where}"
        return int(self._ask(query)[0][0])

    def __len__(self) -> int:
        return self.count_of_rows

    def __getitem__(self, index: Any) -> Any:
        start, stop, _step = index.indices(len(self))
        lines = self._lines(f" limit {stop - start} offset {start}")
        query = (
            "select line, list([reason, coalesce(\"column\", ''), coalesce(value, ''), coalesce(raw, '')]"
            " order by reason) from rows where line in (select line from shown)"
            " and line between $first and $last group by line order by line"
        )
        ends = {"first": min(lines, default=0), "last": max(lines, default=0)}
        found = ask(self.batch, query, ends, shown=lines_table(lines)) if lines else []
        live = Repair.objects.filter(batch=self.batch, live=True, line__in=[line for line, _ in found])
        repairs: dict[int, dict[str, str]] = defaultdict(dict)
        for line, column, new in live.values_list("line", "column", "new"):
            repairs[line][column] = new
        return [
            Listed(
                line, tuple(Fault(*each) for each in faults), repairs.get(line, {}), line in self.sent,
                line in self.partly,
            )
            for line, faults in found
        ]  # fmt: skip

    def lines(self) -> list[int]:
        """The lines of all of them."""
        return self._lines()

    def _lines(self, part: str = "") -> list[int]:
        query = f"select distinct line from rows where {self._where} order by line{part}"
        return [line for line, *_ in self._ask(query) if line]

    def beside(self, line: int) -> tuple[int | None, int | None]:
        """Lines of the rows before and after this one."""
        query = (
            "select max(line) filter (line < $line), min(line) filter (line > $line)"
            f" from rows where {self._where}"
        )
        [(before, after)] = self._ask(query, line=line)
        return before, after

    @property
    def _where(self) -> str:
        parts = ["reason = $reason"] if self.reason else []
        if self.state:
            parts.append(f"line {'not ' if self.state == 'open' else ''}in (select line from picked)")
        return " and ".join(parts) or "true"

    def _ask(self, query: str, **asked: object) -> list[tuple[Any, ...]]:
        asked |= {"reason": self.reason} if self.reason else {}
        picked = {"picked": lines_table(self.picked)} if self.state else {}
        return ask(self.batch, query, asked, **picked)


def sent_lines(batch: Batch) -> frozenset[int]:
    """Lines of its refused rows that the city has now; a corrected copy has those of its batch."""
    given = sendings_of(batch)
    if not given:
        return frozenset()
    there = {line for sent in given for line in sent_of(sent)}
    return frozenset(RowList(batch).lines()) & there


def sent_of(sent: SentBack) -> frozenset[int]:
    """Lines of the rows that went back at once."""
    return frozenset(RowList(sent.batch).lines() if sent.lines is None else sent.lines)


def reasons_of(batch: Batch, lines: Collection[int] | None = None) -> dict[str, int]:
    """Reason → refused rows, most first; of these lines only, where they are given."""
    query = (
        f"select reason, count(distinct line) from rows where {_among(lines)} group by all order by 2 desc, 1"
    )
    return dict(ask(batch, query, {} if lines is None else {"lines": list(lines)}))


def refusals_of(batch: Batch, lines: Collection[int] | None, *, limit: int) -> list[Refused]:
    """The first refusals by line and reason; of these lines only, where they are given."""
    query = (
        "select line, \"column\", coalesce(value, ''), reason, coalesce(raw, '') from rows"
        f" where {_among(lines)} group by all order by line, reason limit {limit}"
    )
    found = ask(batch, query, {} if lines is None else {"lines": list(lines)})
    return [Refused(*each) for each in found]


def _among(lines: Collection[int] | None) -> str:
    return "true" if lines is None else "line in (select unnest($lines::bigint[]))"


def hidden_columns(layout: Layout, row: Row) -> frozenset[str]:
    """Columns that identify a customer and have nothing against them: masked, and not to be changed."""
    wrong = {name for each in row.reasons for name in each.column.split(", ")}
    return personal_columns(layout) - wrong


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
