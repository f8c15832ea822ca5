"""The rows of a package: what the report answers, as its screen has it (one query serves both)."""

from collections.abc import Iterator
from datetime import date

from canton.reports import selectors
from canton.reports.engine import Key, Line

from .definition import Definition
from .table import TOTAL, Column, Row, Table, Value

CENTRE = "centre"  # the column of a report that holds the city


def rows(report: selectors.Report, definition: Definition, table: Table) -> list[Row]:
    """The total, then the lines of every breakdown. A city without any data has a line of zeros."""
    gaps = {gap.centre.code: len(gap.days) for gap in report.gaps}
    expects_days = report.result.definition.daily and bool(report.result.definition.dataset_version)
    missing = sum(gaps.values()) if expects_days else None
    found = [Row(TOTAL, "", missing, _values(report.result.total, table, TOTAL))]
    for name in definition.breakdowns:
        breakdown = report.result.definition.breakdown(name)
        of_cities = expects_days and breakdown.columns == (CENTRE,)
        for line in _lines(report, name, of_cities=of_cities):
            key = "/".join(_plain(each) for each in line.keys)
            days = gaps.get(key, 0) if of_cities else None
            found.append(Row(name, key, days, _values(line, table, name)))
    return found


def _lines(report: selectors.Report, breakdown: str, *, of_cities: bool) -> Iterator[Line]:
    lines = {line.keys: line for line in report.result.by[breakdown]}
    if of_cities:
        nothing = dict.fromkeys(report.result.definition.counts, 0)
        for gap in report.gaps:
            lines.setdefault((gap.centre.code,), Line((gap.centre.code,), nothing, breakdown))
    yield from sorted(lines.values(), key=_in_order)


def _values(line: Line, table: Table, breakdown: str) -> dict[str, Value]:
    counts: dict[str, Value] = {each.name: line.counts[each.count] for each in table.columns if each.count}
    return {column.name: _value(column, counts, breakdown) for column in table.columns}


def _value(column: Column, counts: dict[str, Value], breakdown: str) -> Value:
    if column.only and column.only != breakdown:
        return None
    return counts[column.name] if column.ratio is None else column.ratio.value(counts)


def _in_order(line: Line) -> list[tuple[bool, str]]:
    return [(key is None, _plain(key).rjust(2, "0")) for key in line.keys]


def _plain(key: Key) -> str:
    if key is None:
        return ""
    return key.isoformat() if isinstance(key, date) else str(key)
