"""What is drawn of the centres side by side: one figure of each, and its course over the periods before."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from canton.reports.charts import scale

from .board import Compared
from .table import Column, Table, Value

POINTS = 100
Course = Sequence[tuple[str, dict[str, Value] | None]]


def chosen(table: Table, name: str) -> Column:
    """The figure of that name; else the first with a target, or the first there is."""
    figures = table.figures
    with_target = (each for each in figures if each.target is not None)
    return next((each for each in figures if each.name == name), None) or next(with_target, figures[0])


def bars(column: Column, lines: Sequence[Compared]) -> dict[str, Any]:
    """The figure of every centre that sent, the largest first, for Charts.bars."""
    rows = [(str(each.centre), each.row) for each in lines if each.row]
    have = [(name, _value(column, row.values.get(column.name))) for name, row in rows]
    known = sorted(((name, value) for name, value in have if value is not None), key=lambda pair: -pair[1])
    target = _value(column, column.target)
    return {
        "labels": [name for name, _value in known],
        "values": [value for _name, value in known],
        "unit": unit(column),
        "decimals": column.decimals,
        "strong": 0,
        "target": {"value": target} if target is not None else None,
    }


def line(column: Column, course: Course) -> dict[str, Any]:
    """All centres together over the periods since the first that came; one that nobody sent is a gap."""
    target = _value(column, column.target)
    first = next((at for at, (_name, sums) in enumerate(course) if sums), 0)
    values = [_value(column, sums.get(column.name)) if sums else None for _name, sums in course[first:]]
    known = [value for value in (*values, target) if value is not None]
    low, high = scale(known) if column.form == "percent" and known else (0, None)
    return {
        "labels": [_short(name) for name, _sums in course[first:]],
        "series": [{"name": _("Together"), "values": values, "kind": ""}],
        "target": {"value": target, "label": _("Target %(value)s") % {"value": f"{target:g}"}}
        if target is not None
        else None,
        "unit": unit(column),
        "decimals": column.decimals,
        "from": low,
        "to": high,
    }


def unit(column: Column) -> str:
    """As people read it beside a number."""
    return "%" if column.form == "percent" else str(column.unit)


def _short(period: str) -> str:
    """A day without its year."""
    return period[5:] if len(period) == len("2026-11-22") else period


def _value(column: Column, value: Value) -> float | None:
    if value is None:
        return None
    return round(value * POINTS if column.form == "percent" else value, column.decimals)
