"""The rows of a package: what the report answers, as its screen has it (one query serves both)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from canton.reports import selectors
from canton.reports.engine import Key, Line

from .definition import Definition
from .table import TOTAL, Column, Row, Table, Value

CENTRE, DAY = "centre", "day"  # columns of a report that hold the city and the day


def rows(report: selectors.Report, definition: Definition, table: Table) -> list[Row]:
    """The total, then the lines of every breakdown. A line of which no data are known has no figures."""
    found = [Row(TOTAL, "", _days(report), _values(report.result.total, table, TOTAL))]
    for name in definition.breakdowns:
        missing = _missing(report, name)
        for line in _lines(report, name):
            key = "/".join(_plain(each) for each in line.keys)
            days = None if missing is None else missing[key]
            found.append(Row(name, key, days, _values(line, table, name)))
    return found


def _expects_days(report: selectors.Report) -> bool:
    definition = report.result.definition
    return definition.daily and bool(definition.dataset_version)


def _days(report: selectors.Report) -> int | None:
    """Days without data of all cities together; None where not every day is expected."""
    return sum(len(gap.days) for gap in report.gaps) if _expects_days(report) else None


def _missing(report: selectors.Report, breakdown: str) -> Counter[str] | None:
    """Days without data by city, or cities without data by day; None for other breakdowns."""
    columns = report.result.definition.breakdown(breakdown).columns
    if not _expects_days(report) or columns not in ((CENTRE,), (DAY,)):
        return None
    pairs = [(gap.centre.code, day.isoformat()) for gap in report.gaps for day in gap.days]
    return Counter(city if columns == (CENTRE,) else day for city, day in pairs)


def _lines(report: selectors.Report, breakdown: str) -> Iterator[Line]:
    """Those that were counted, and cities that have none: known to have had none, or not known at all."""
    definition = report.result.definition
    lines = {line.keys: line for line in report.result.by[breakdown]}
    if definition.breakdown(breakdown).columns == (CENTRE,):
        nothing = dict.fromkeys(definition.counts, 0)
        for gap in report.gaps:
            keys = (gap.centre.code,)
            lines.setdefault(keys, Line(keys, nothing, breakdown, known=not gap.whole))
    yield from sorted(lines.values(), key=_in_order)


def _values(line: Line, table: Table, breakdown: str) -> dict[str, Value]:
    if not line.known:
        return dict.fromkeys((column.name for column in table.columns), None)
    counts: dict[str, Value] = {each.name: line.counts[each.count] for each in table.columns if each.count}
    return {column.name: _value(column, counts, breakdown) for column in table.columns}


def _value(column: Column, counts: dict[str, Value], breakdown: str) -> Value:
    if column.only and column.only != breakdown:
        return None
    return column.value(counts)


def _in_order(line: Line) -> list[tuple[bool, str]]:
    return [(key is None, _plain(key).rjust(2, "0")) for key in line.keys]


def _plain(key: Key) -> str:
    if key is None:
        return ""
    return key.isoformat() if isinstance(key, date) else str(key)
