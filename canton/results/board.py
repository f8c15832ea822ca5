"""What centres below owe us of result data, held against what came, and their figures side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from canton.centres.models import Centre
from canton.centres.selectors import Viewer, own, scope
from canton.exchange.models import Chase, Incoming, Link
from canton.reports.periods import Period

from . import terms
from .choices import Standing
from .definition import Definition
from .models import Result, ResultRow
from .table import MISSING, TOTAL, Column, Row, Table, Value

SHOWN = {"day": 14, "week": 8, "month": 6, "quarter": 4}  # periods in the matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """A period of one centre. result: the latest that came; None: nothing, or refused. chased: last."""

    centre: Centre
    period: str
    due: datetime
    standing: Standing
    result: Result | None = None
    chased: Chase | None = None

    @property
    def corrected(self) -> bool:
        """Whether a correction came."""
        return self.result is not None and self.result.sequence > 1


@dataclass(frozen=True, slots=True)
class Compared:
    """A centre's total of a period; row is None when nothing came. before: that of the period before."""

    centre: Centre
    result: Result | None
    row: Row | None
    before: Row | None = None


def senders(viewer: Viewer, definition: Definition) -> list[tuple[Centre, datetime]]:
    """Centres below with a link that make such packages, and since when they are linked."""
    return _linked(definition, scope(viewer))


def _linked(definition: Definition, codes: Iterable[str]) -> list[tuple[Centre, datetime]]:
    links = Link.objects.filter(
        active=True, peer__parent=own(), peer__tier=definition.made_by, peer__in=codes
    )
    return [(link.peer, link.added_at) for link in links.select_related("peer").order_by("peer")]


def matrix(
    viewer: Viewer, definition: Definition, *, now: datetime
) -> tuple[list[str], list[tuple[Centre, list[Cell | None]]]]:
    """Names of the latest periods, and for every sender a cell of each; None before it was linked."""
    return _matrix(definition, senders(viewer, definition), now)


def late_of(centres: Iterable[Centre], definition: Definition, *, now: datetime) -> list[Cell]:
    """What these centres are late with or had refused, among the periods of the matrix, oldest first."""
    _names, rows = _matrix(definition, _linked(definition, [each.pk for each in centres]), now)
    return missing(rows)


def _matrix(
    definition: Definition, found: list[tuple[Centre, datetime]], now: datetime
) -> tuple[list[str], list[tuple[Centre, list[Cell | None]]]]:
    zone = ZoneInfo(own().time_zone)
    periods = terms.over(definition.rhythm, now.astimezone(zone).date(), SHOWN[definition.rhythm])
    names = [terms.name(each, definition.rhythm) for each in periods]
    came, refused, chased = _came(definition, names), _refused(definition, names), _chased(definition, names)
    rows = []
    for centre, since in found:
        cells = []
        for days, name in zip(periods, names, strict=True):
            key = (centre.code, name)
            cell = _cell(definition, centre, since, days, came.get(key, []), key in refused, now)
            cells.append(replace(cell, chased=chased.get(key)) if cell else None)
        rows.append((centre, cells))
    return names, rows


def missing(rows: Iterable[tuple[Centre, list[Cell | None]]]) -> list[Cell]:
    """Late or refused ones, the longest overdue first."""
    wrong = (Standing.LATE, Standing.REFUSED)
    found = [cell for _, cells in rows for cell in cells if cell and cell.standing in wrong]
    return sorted(found, key=lambda cell: (cell.due, cell.centre.code))


def _cell(
    definition: Definition,
    centre: Centre,
    since: datetime,
    days: Period,
    came: list[Result],
    refused: bool,
    now: datetime,
) -> Cell | None:
    zone = ZoneInfo(centre.time_zone)
    due = (definition.due or definition.build).of(days, zone)
    if not came and not refused and due < since:
        return None
    return Cell(
        centre,
        terms.name(days, definition.rhythm),
        due,
        _standing(definition, due, came, refused, now),
        next((each for each in came if each.current), None),
    )


def _standing(
    definition: Definition, due: datetime, came: list[Result], refused: bool, now: datetime
) -> Standing:
    """A later correction does not make late what was there in time."""
    until = due + definition.grace
    if came:
        return Standing.THERE if min(each.recorded_at for each in came) <= until else Standing.AFTER
    if refused:
        return Standing.REFUSED
    if now > until:
        return Standing.LATE
    return Standing.GRACE if now > due else Standing.NOT_YET


def _came(definition: Definition, periods: list[str]) -> Mapping[tuple[str, str], list[Result]]:
    found: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for each in Result.objects.filter(name=definition.name, period__in=periods).select_related("centre"):
        found[each.centre_id, each.period].append(each)
    return found


def _refused(definition: Definition, periods: list[str]) -> set[tuple[str, str]]:
    packages = Incoming.objects.filter(dataset=definition.dataset, period__in=periods, accepted=False)
    return set(packages.order_by().values_list("link_id", "period"))


def _chased(definition: Definition, periods: list[str]) -> dict[tuple[str, str], Chase]:
    """The last reminder of each."""
    sent = Chase.objects.filter(dataset=definition.dataset, period__in=periods).order_by("at")
    return {(each.centre_id, each.period): each for each in sent}


def compared(viewer: Viewer, definition: Definition, period: str) -> list[Compared]:
    """The total of every sender over a period, by their codes; also of those that sent nothing."""
    previous = before(definition, period)
    results, rows = _totals(definition, [previous, period])
    return [
        Compared(
            centre,
            results.get((centre.code, period)),
            rows.get((centre.code, period)),
            rows.get((centre.code, previous)),
        )
        for centre, _since in senders(viewer, definition)
    ]


def before(definition: Definition, period: str, steps: int = 1) -> str:
    """The name of the period so many before."""
    return terms.name(terms.read(period, definition.rhythm).moved(-steps), definition.rhythm)


def course(
    viewer: Viewer, definition: Definition, table: Table, period: str
) -> list[tuple[str, dict[str, Value] | None]]:
    """All senders together over the periods that end with this one, oldest first; None where nothing came."""
    names = [before(definition, period, steps) for steps in range(SHOWN[definition.rhythm] - 1, -1, -1)]
    _results, rows = _totals(definition, names)
    codes = [centre.code for centre, _since in senders(viewer, definition)]
    found: list[tuple[str, dict[str, Value] | None]] = []
    for name in names:
        there = [rows[code, name] for code in codes if (code, name) in rows]
        found.append((name, _sums(table, there) if there else None))
    return found


Place = tuple[str, str]  # a centre's code and a period


def _totals(definition: Definition, periods: list[str]) -> tuple[dict[Place, Result], dict[Place, Row]]:
    """The current results of these periods and their totals."""
    held = Result.objects.filter(name=definition.name, period__in=periods, current=True)
    results = {(each.centre_id, each.period): each for each in held.select_related("centre")}
    lines = ResultRow.objects.filter(result__in=list(results.values()), breakdown=TOTAL)
    totals = {each.result_id: Row(TOTAL, "", each.missing, each.values) for each in lines}
    return results, {key: totals[each.pk] for key, each in results.items() if each.pk in totals}


def together(table: Table, lines: Iterable[Compared]) -> dict[str, Value]:
    """All that came added up: counts are summed and rates divided from the sums, never averaged."""
    return _sums(table, [each.row for each in lines if each.row])


def both(table: Table, lines: Iterable[Compared]) -> tuple[dict[str, Value], dict[str, Value]] | None:
    """The period and the one before, added up over the centres that sent both; None when none did."""
    pairs = [(each.row, each.before) for each in lines if each.row and each.before]
    if not pairs:
        return None
    return _sums(table, [now for now, _before in pairs]), _sums(table, [before for _now, before in pairs])


def _sums(table: Table, rows: list[Row]) -> dict[str, Value]:
    """Counts added up and figures divided from them; what nobody knows stays unknown."""
    sums: dict[str, Value] = {}
    for column in table.columns:
        if column.ratio is None:
            known = [value for row in rows if (value := row.values.get(column.name)) is not None]
            sums[column.name] = sum(known) if known else None
    found = {column.name: column.value(sums) for column in table.columns}
    missing = [row.missing for row in rows if row.missing is not None]
    return found | {MISSING: sum(missing) if missing else None}


def ordered(lines: list[Compared], columns: Iterable[Column], sort: str) -> list[Compared]:
    """By a figure, or by the centres' codes; what is not there stands last."""
    name = sort.lstrip("-")
    if name not in {column.name for column in columns}:
        return lines
    have = [each for each in lines if each.row and each.row.values.get(name) is not None]
    rest = [each for each in lines if each not in have]
    return sorted(have, key=lambda each: _figure(each, name), reverse=sort.startswith("-")) + rest


def _figure(line: Compared, name: str) -> float:
    value = line.row.values.get(name) if line.row else None
    return float(value or 0)
