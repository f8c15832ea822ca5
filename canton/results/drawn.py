"""A result's table as a page draws it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from canton.reports import comparison

from .difference import Change
from .naming import names
from .table import MISSING, TOTAL, Column, Row, Table, Value
from .templatetags.results import missed, written


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as people read it; missed: it does not reach its target. change: against the period before."""

    value: str
    missed: bool
    change: comparison.Change | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it is about, its code beside it where it has a name of its own, and its figures."""

    name: str
    code: str
    missing: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A change in words."""

    where: str
    column: str
    before: str
    after: str


def cells(
    table: Table, values: Mapping[str, Value], before: Mapping[str, Value] | None = None
) -> tuple[Cell, ...]:
    """The figures of one line, each with its change if those of the period before are given."""
    return tuple(
        Cell(
            written(column, values.get(column.name)),
            missed(column, values.get(column.name)),
            change(column, values, before),
        )
        for column in table.figures
    )


def summed(
    table: Table, values: Mapping[str, Value], both: tuple[Mapping[str, Value], Mapping[str, Value]] | None
) -> tuple[Cell, ...]:
    """The line of all centres; its changes are those of the centres that sent both periods."""
    found = cells(table, values)
    if both is None:
        return found
    pairs = zip(table.figures, found, strict=True)
    return tuple(replace(cell, change=change(column, *both)) for column, cell in pairs)


def change(
    column: Column, now: Mapping[str, Value], before: Mapping[str, Value] | None
) -> comparison.Change | None:
    """环比: in points for a rate, else in per cent; None when there is nothing to compare."""
    then = before.get(column.name) if before else None
    return comparison.turn(
        now.get(column.name), then, in_points=column.form == "percent", better=column.better
    )


def lines(table: Table, rows: list[Row]) -> list[Line]:
    """Lines of a breakdown, named."""
    called = names(table, rows)
    return [
        Line(
            called.get(row.place) or row.key,
            row.key if row.place in called else "",
            row.missing,
            cells(table, dict(row.values)),
        )
        for row in rows
    ]


def changes(table: Table, found: Iterable[Change], total: str, days: str) -> list[Said]:
    """What a correction changed, in words. total, days: what the total and the missing days are called."""
    found = list(found)
    columns = {column.name: column for column in table.columns}
    called = names(table, [Row(each.breakdown, each.key, None, {}) for each in found])
    splits = {split.name: str(split.title) for split in table.splits}
    said = []
    for each in found:
        where = called.get((each.breakdown, each.key)) or each.key
        of = total if each.breakdown == TOTAL else f"{splits.get(each.breakdown, each.breakdown)} {where}"
        column = columns.get(each.column)
        title = days if each.column == MISSING else str(column.title) if column else each.column
        said.append(Said(of, title, _value(column, each.before), _value(column, each.after)))
    return said


def _value(column: Column | None, value: Value) -> str:
    return written(column, value) if column else ("—" if value is None else str(value))
