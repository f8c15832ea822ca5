"""How a figure changed against the same figure of another period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .definition import Figure
from .engine import Result
from .periods import Period

POINTS = 100
POP, YOY = "pop", "yoy"  # 环比 and 同比, as addresses and files name them
KINDS = (POP, YOY)
MONTH = "month"  # column of breakdowns whose lines are months, as 2026-10


@dataclass(frozen=True, slots=True)
class Change:
    """By how much: points for a rate, per cent for everything else; and whether that is for the better."""

    amount: float
    in_points: bool
    verdict: str  # "ok", "bad", or "" for figures that are neither better nor worse and for no change

    @property
    def size(self) -> str:
        """Without its sign, one decimal."""
        return f"{abs(self.amount):,.1f}"

    @property
    def up(self) -> bool:
        return self.amount > 0


@dataclass(frozen=True, slots=True)
class Changes:
    """同比 and 环比."""

    year: Change | None
    previous: Change | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same report over the period before and the year before; None where no row was counted there.

    periods: by kind, the days that were looked at. now: the report itself, where a month finds the last.
    """

    previous: Result | None
    year_before: Result | None
    periods: Mapping[str, Period] = field(default_factory=dict)
    now: Result | None = None

    def result(self, kind: str) -> Result | None:
        """By kind, "pop" or "yoy"."""
        return self.previous if kind == POP else self.year_before

    def value(self, kind: str, figure: Figure, breakdown: str = "", keys: Any = ()) -> float | None:
        """The figure of the total, or of the line with the same keys, then; for a month, of that meant."""
        result = self.result(kind)
        if result is None:
            return None
        if not breakdown:
            return result.total.value(figure)
        columns, wanted = result.definition.breakdown(breakdown).columns, tuple(keys)
        lines = result.by[breakdown]
        if MONTH in columns:
            at = columns.index(MONTH)
            meant = months_before(str(keys[at]), 1 if kind == POP else 12)
            wanted = (*wanted[:at], meant, *wanted[at + 1 :])
            lines = (*lines, *(self.now.by[breakdown] if self.now else ()))
        return next((line.value(figure) for line in lines if line.keys == wanted), None)

    def change(
        self, kind: str, figure: Figure, now: float | None, breakdown: str = "", keys: Any = ()
    ) -> Change | None:
        """Against one of the two."""
        return change(figure, now, self.value(kind, figure, breakdown, keys))

    def changes(self, figure: Figure, now: float | None, breakdown: str = "", keys: Any = ()) -> Changes:
        """Against both, for the total or for a line of a breakdown."""
        return Changes(
            year=self.change(YOY, figure, now, breakdown, keys),
            previous=self.change(POP, figure, now, breakdown, keys),
        )

    @property
    def without(self) -> list[tuple[str, Period]]:
        """Kinds there is nothing to compare with, and the days that were looked at."""
        return [
            (kind, self.periods[kind]) for kind in KINDS if kind in self.periods and not self.result(kind)
        ]


def months_before(month: str, months: int) -> str:
    """2026-01 one month before is 2025-12."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - months, 12)
    return f"{year:04}-{number + 1:02}"


def change(figure: Figure, now: float | None, before: float | None) -> Change | None:
    """None when there is nothing to compare with."""
    return turn(now, before, in_points=figure.format == "percent", better=figure.better)


def turn(now: float | None, before: float | None, *, in_points: bool, better: str) -> Change | None:
    """The same of a figure that is no report's. better: "up", "down" or "neutral"."""
    if now is None or before is None:
        return None
    if not in_points and not before:
        return None
    amount = round((now - before) * POINTS if in_points else (now / before - 1) * POINTS, 1) + 0.0
    return Change(amount, in_points, _verdict(better, amount))


def _verdict(better: str, amount: float) -> str:
    if not amount or better == "neutral":
        return ""
    return "ok" if (amount > 0) == (better == "up") else "bad"
