"""What one act writes into each row of a kind: a new value for the old one, or what its other fields say."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from canton.exchange.formats import Field

from ..models import Batch
from .kinds import Kind, field_of, reckoned_by
from .reckoning import Rules, reckoned
from .refused import Refused
from .written import Form, written_of


@dataclass(frozen=True, slots=True)
class Filled:
    """A value of a row as it will be. text: the row with it. column: of the file."""

    line: int
    lines: int
    column: str
    old: str
    new: str
    text: str


class Filling:
    """mapping: old value → new. reckoned: old values that are reckoned from other fields."""

    def __init__(
        self, batch: Batch, kind: Kind, mapping: Mapping[str, str], by_others: frozenset[str] = frozenset()
    ) -> None:
        self._batch, self._kind, self._mapping, self._by_others = batch, kind, mapping, by_others

    @property
    def olds(self) -> frozenset[str]:
        """The old values it speaks of."""
        return frozenset(self._mapping) | self._by_others

    @cached_property
    def written(self) -> Form:
        """How the batch's file is written."""
        return written_of(self._batch)

    def filled(self, row: Refused) -> Filled | None:
        """The row as it will be; None where other fields do not say it.

        Raises:
            Unwritable: the file cannot hold it.
        """
        new = self._reckoned(row) if row.value in self._by_others else self._mapping[row.value]
        if new is None or new == row.value:
            return None
        column = self.written.named(row.raw, self._kind.column)
        text = self.written.mended(row.raw, {column: new})
        return Filled(row.line, row.raw.count("\n") + 1, column, row.value, new, text)

    def _reckoned(self, row: Refused) -> str | None:
        values = self.written.values(row.raw)
        if self._field is None or values is None:
            return None
        return reckoned(self._rules, values, self._field.formats)

    @cached_property
    def _field(self) -> Field | None:
        return field_of(self._batch, self._kind.column)

    @cached_property
    def _rules(self) -> Rules:
        return reckoned_by(self._batch, self._kind.column)
