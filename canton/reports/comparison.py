"""How a figure changed against the same figure of another period."""

from dataclasses import dataclass

from .definition import Figure

POINTS = 100


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


def change(figure: Figure, now: float | None, before: float | None) -> Change | None:
    """None when there is nothing to compare with."""
    if now is None or before is None:
        return None
    in_points = figure.format == "percent"
    if not in_points and not before:
        return None
    amount = round((now - before) * POINTS if in_points else (now / before - 1) * POINTS, 1) + 0.0
    return Change(amount, in_points, _verdict(figure, amount))


def _verdict(figure: Figure, amount: float) -> str:
    if not amount or figure.better == "neutral":
        return ""
    return "ok" if (amount > 0) == (figure.better == "up") else "bad"
