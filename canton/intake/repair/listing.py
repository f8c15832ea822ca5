"""The list of a batch's refused rows as it is shown: what is against each, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from canton.accounts.access import StaffRequest
from canton.exchange.formats import Format

from .. import originals, wording
from ..choices import State
from ..models import Batch
from . import rows, saying
from .kinds import reckoned_by, terms_of
from .making import at_fault, consequence
from .mending import WHOLE
from .proposals import Terms, propose
from .rows import Fault, Listed, RowList
from .saying import Said
from .written import Form, written_of

STATES = ("open", "partly", "corrected", "sent")


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions of the list, as they stand in the address."""

    reason: str = ""
    state: str = ""

    @classmethod
    def of(cls, request: StaffRequest) -> "Asked":
        """From an address; what is not understood is left out."""
        state = request.GET.get("state", "")
        return cls(request.GET.get("reason", ""), state if state in STATES else "")

    @property
    def narrowed(self) -> bool:
        """Whether any condition is on."""
        return bool(self.reason or self.state)

    def rows(self, batch: Batch) -> RowList:
        """The rows that meet them."""
        return RowList(batch, reason=self.reason, state=self.state)


@dataclass(frozen=True, slots=True)
class Line:
    """A fault on the screen. now: the corrected value; proposal: where nothing was corrected yet."""

    title: str
    value: str
    why: str
    now: str | None
    proposal: Said | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A row on the screen. fate: what became of it in the corrected copy, or ""; more: faults left out."""

    line: int
    corrected: bool
    partly: bool
    sent_back: bool
    fate: str
    faults: tuple[Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a corrected copy that took the batch's place made of its rows."""

    kept: int
    still: int


FAULTS_SHOWN = 3


def states(*, partly: bool, sent_back: bool) -> list[tuple[str, str]]:
    """States to filter by."""
    listed = [("", _("all")), ("open", _("not corrected yet")), ("corrected", _("corrected already"))]
    if partly:
        listed.insert(2, ("partly", _("corrected in part")))
    return [*listed, ("sent", _("sent back"))] if sent_back else listed


def shown(batch: Batch, page: Iterable[Listed]) -> list[Shown]:
    """Rows of the list with their values as staff may see them."""
    eyes, still = _Eyes(batch), _still_refused(batch)
    return [_shown(row, eyes.lines(row), _fate(row, still)) for row in page]


def _shown(row: Listed, faults: list[Line], fate: str) -> Shown:
    more = max(0, len(faults) - FAULTS_SHOWN)
    return Shown(row.line, row.corrected, row.partly, row.sent_back, fate, tuple(faults[:FAULTS_SHOWN]), more)


class _Eyes:
    """How values of a batch may be seen, and what they were meant to be; each column is looked up once."""

    def __init__(self, batch: Batch) -> None:
        self._batch, self._layout = batch, batch.how_written
        self._format = self._layout.format
        self._personal = originals.personal_columns(self._layout)
        self._terms: dict[str, Terms] = {}

    def lines(self, row: Listed) -> list[Line]:
        """What is against a row; the same of several of its records is said once."""
        told = [each for fault in row.faults for each in self._at_columns(fault)]
        return list(dict.fromkeys(self._line(row, fault) for fault in told))

    def _at_columns(self, fault: Fault) -> list[Fault]:
        """The fault at each column that is really wrong, where its field is worked out from several."""
        columns, layout = fault.column.split(", "), self._layout
        if len(columns) == 1 or layout.own:
            return [fault]
        values = self._written.values(fault.raw) or {}
        wrong = at_fault(layout, fault.reason, columns, values)
        if wrong == columns:
            return [fault]
        return [replace(fault, column=each, value=values.get(each, "")) for each in wrong]

    def _line(self, row: Listed, fault: Fault) -> Line:
        fault = self._in_file(fault)
        now = row.repairs.get(fault.column, row.repairs.get(WHOLE))
        why = consequence(self._layout, fault.reason, fault.column, fault.value) or _why(fault, self._format)
        return Line(
            wording.column_title(self._format, fault.column), self._seen(fault.column, fault.value),
            why, None if now is None else self._seen(fault.column, now),
            None if row.corrected or now is not None else self._offered(fault),
        )  # fmt: skip

    def _in_file(self, fault: Fault) -> Fault:
        """The fault by the cell of the file it speaks of, where the file's rows are questions."""
        if self._batch.how_written.source.melt is None:
            return fault
        column = self._written.named(fault.raw, fault.column)
        if column == fault.column:
            return fault
        value = (self._written.values(fault.raw) or {}).get(column, fault.value)
        return replace(fault, column=column, value=value)

    def _offered(self, fault: Fault) -> Said | None:
        if fault.column not in self._terms:
            self._terms[fault.column] = terms_of(self._batch, fault.column)
        terms = self._terms[fault.column]
        meant = propose(fault.value, terms)
        if meant is not None:
            new = self._seen(fault.column, meant.new)
            return saying.said(meant, shown=new if new != meant.new else None)
        if terms.of is None or not reckoned_by(self._batch, fault.column):
            return None
        return saying.by_others(self._written.values(fault.raw) or {}, terms.of, self._format)

    @cached_property
    def _written(self) -> Form:
        return written_of(self._batch)

    def _seen(self, column: str, value: str) -> str:
        return originals.shown_value(self._format, column, value, self._personal)


def outcome(batch: Batch) -> Outcome | None:
    """Where the rows went with the corrected copy that holds now; None where none does."""
    still = _still_refused(batch)
    if still is None:
        return None
    lines = RowList(batch).lines()
    return Outcome(sum(line not in still for line in lines), sum(line in still for line in lines))


def _still_refused(batch: Batch) -> frozenset[int] | None:
    copy = batch.replaced_by
    if copy is None or copy.corrects_id != batch.pk or copy.state != State.LOADED:
        return None
    return frozenset(rows.RowList(copy).lines())


def _fate(row: Listed, still: frozenset[int] | None) -> str:
    if still is None:
        return ""
    return "refused" if row.line in still else "kept"


def _why(fault: Fault, format_: Format | None) -> str:
    """The reason; without its column's name where that stands beside it."""
    said, title = wording.reason(fault.reason, format_), wording.column_title(format_, fault.column)
    for mark in ("：", ": "):
        if fault.column and said.startswith(f"{title}{mark}"):
            return said.removeprefix(f"{title}{mark}")
    return said
