"""What centres below owe us of result data, held against what came, and their figures side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from canton.centres.models import Centre
from canton.centres.selectors import Viewer, own, scope
from canton.exchange.models import Incoming, Link
from canton.reports.periods import Period

from . import terms
from .choices import Standing
from .definition import Definition
from .models import Result, ResultRow
from .table import MISSING, TOTAL, Column, Row, Table, Value

SHOWN = {"day": 14, "week": 8, "month": 6, "quarter": 4}  # periods in the matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """A period of one centre. result: the latest that came; None: nothing, or refused."""

    centre: Centre
    period: str
    due: datetime
    standing: Standing
    result: Result | None = None

    @property
    def corrected(self) -> bool:
        """Whether a correction came."""
        return self.result is not None and self.result.sequence > 1


@dataclass(frozen=True, slots=True)
class Compared:
    """A centre's total of a period; row is None when nothing came."""

    centre: Centre
    result: Result | None
    row: Row | None


def senders(viewer: Viewer, definition: Definition) -> list[tuple[Centre, datetime]]:
    """Centres below with a link that make such packages, and since when they are linked."""
    links = Link.objects.filter(
        active=True, peer__parent=own(), peer__tier=definition.made_by, peer__in=scope(viewer)
    )
    return [(link.peer, link.added_at) for link in links.select_related("peer").order_by("peer")]


def matrix(
    viewer: Viewer, definition: Definition, *, now: datetime
) -> tuple[list[str], list[tuple[Centre, list[Cell | None]]]]:
    """Names of the latest periods, and for every sender a cell of each; None before it was linked."""
    zone = ZoneInfo(own().time_zone)
    periods = terms.over(definition.rhythm, now.astimezone(zone).date(), SHOWN[definition.rhythm])
    names = [terms.name(each, definition.rhythm) for each in periods]
    found = senders(viewer, definition)
    came, refused = _came(definition, names), _refused(definition, names)
    rows = []
    for centre, since in found:
        cells = []
        for days, name in zip(periods, names, strict=True):
            key = (centre.code, name)
            cells.append(_cell(definition, centre, since, days, came.get(key, []), key in refused, now))
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


def compared(viewer: Viewer, definition: Definition, period: str) -> list[Compared]:
    """The total of every sender over a period, by their codes; also of those that sent nothing."""
    held = Result.objects.filter(name=definition.name, period=period, current=True)
    results = {each.centre_id: each for each in held.select_related("centre")}
    lines = ResultRow.objects.filter(result__in=list(results.values()), breakdown=TOTAL)
    totals = {each.result_id: Row(TOTAL, "", each.missing, each.values) for each in lines}
    found = []
    for centre, _since in senders(viewer, definition):
        result = results.get(centre.code)
        found.append(Compared(centre, result, totals.get(result.pk) if result else None))
    return found


def together(table: Table, lines: Iterable[Compared]) -> dict[str, Value]:
    """All that came added up: counts are summed and rates divided from the sums, never averaged."""
    rows = [each.row for each in lines if each.row]
    sums: dict[str, Value] = {
        column.name: sum(row.values.get(column.name) or 0 for row in rows)
        for column in table.columns
        if column.ratio is None
    }
    for column in table.columns:
        if column.ratio is not None:
            sums[column.name] = column.ratio.value(sums)
    return sums | {MISSING: sum(row.missing or 0 for row in rows)}


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
