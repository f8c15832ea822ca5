"""A query as data: conditions in groups, related datasets, columns, order, totals, limit."""

from dataclasses import dataclass, field

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A column, an operator of operators.py, and as many values as it takes.

    path: where it stands in the tree, as "0.2": the third part of the first part; errors name it.
    """

    column: str
    operator: str
    values: tuple[Value, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that must all hold, or any of them; without parts it holds for every row."""

    parts: tuple["Condition | Group", ...] = ()
    any: bool = False

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition in it and in the groups below it."""
        found: list[Condition] = []
        for part in self.parts:
            found += part.conditions if isinstance(part, Group) else [part]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Order:
    """A column of the result, and whether the largest comes first. Empty values always come last."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """count, or sum, avg, min, max, distinct of a column."""

    function: str
    column: str = ""

    @property
    def name(self) -> str:
        """count, sum:talk_seconds: its name as a column of the result."""
        return f"{self.function}:{self.column}" if self.column else self.function


@dataclass(frozen=True, slots=True)
class Totals:
    """A line for each combination of the columns in `by` ("started:day" for a moment's day), with figures."""

    by: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, of one dataset and those joined to it; nothing about who asks.

    columns: of the result, unless there are totals; "cases.state" is a column of the joined dataset cases.
    limit: rows at most; None for all.
    """

    dataset: str
    where: Group = field(default_factory=Group)
    joins: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    sort: tuple[Order, ...] = ()
    totals: Totals | None = None
    limit: int | None = None

    @property
    def unbounded(self) -> bool:
        """Whether nothing narrows it: it would give every row there is."""
        return not self.where.conditions and self.limit is None and self.totals is None
