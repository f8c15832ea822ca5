"""What the traffic screen shows, made from one report and the two it is compared with."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from canton.shell import figures as shown
from canton.shell.parts import Definition as Defined

from . import words
from .comparison import Change, change
from .definition import Breakdown, Figure
from .engine import Line, Result
from .files import target_in_words
from .questions import Asked
from .selectors import Report

TILES = ("offered", "answered", "service_level", "asa_s", "aht_s", "abandonment")
COLUMNS = ("offered", "answered", "service_level", "asa_s", "aht_s", "abandonment")
CHANGES = "service_level"  # the column that shows its changes too
CONCERNED = {"offered", "abandoned"}  # counts that short abandons are in
TIMELINE = ("hour", "day")  # breakdowns in their own order unless a column is chosen
HOURS, DAYS_OF_WEEK = 24, 7
STEP = 5  # of the scale of the daily chart, in points


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same report over the period before and the year before; None without data there."""

    previous: Result | None
    year_before: Result | None

    def changes(self, figure: Figure, now: float | None, breakdown: str = "", keys: Any = ()) -> "Changes":
        """Against both, for the total or for a line of a breakdown."""
        return Changes(
            year=change(figure, now, _value(self.year_before, figure, breakdown, keys)),
            previous=change(figure, now, _value(self.previous, figure, breakdown, keys)),
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """同比 and 环比."""

    year: Change | None
    previous: Change | None


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the total with what it means."""

    figure: Figure
    value: str
    changes: Changes
    definition: Defined
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a line; `share` is drawn as a bar beside it, `missed` says that it is under its target."""

    value: str
    href: str
    share: float | None = None
    target: float | None = None
    missed: bool = False
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of a breakdown: its name, what stands grey beside it, its cells in the order of the columns."""

    name: str
    aside: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure in the list of definitions."""

    figure: Figure
    value: str
    target: str
    href: str


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything the page draws of a report."""

    report: Report
    asked: Asked
    against: Comparison
    sees_rows: bool

    @property
    def empty(self) -> bool:
        return not any(self.report.result.total.counts.values())

    @property
    def tiles(self) -> list[Tile]:
        return [self._tile(self._figure(name)) for name in TILES]

    @property
    def columns(self) -> list[Figure]:
        return [self._figure(name) for name in COLUMNS]

    def lines(self, breakdown: str, sort: str) -> list[Line]:
        """Lines of a breakdown, sorted by a column or, by default, by what needs work."""
        lines = list(self.report.result.by[breakdown])
        if breakdown in TIMELINE:
            lines = [line for line in lines if any(line.counts.values())]
        name = sort.lstrip("-")
        if name not in COLUMNS:
            return lines
        figure, down = self._figure(name), sort.startswith("-")
        known = [line for line in lines if line.value(figure) is not None]
        unknown = [line for line in lines if line.value(figure) is None]
        return [*sorted(known, key=lambda line: line.value(figure) or 0, reverse=down), *unknown]

    def table(self, breakdown: str, lines: Sequence[Line]) -> list[TableLine]:
        """The lines as the table draws them."""
        known = self.report.result.definition.breakdown(breakdown)
        return [self._table_line(known, line) for line in lines]

    @property
    def total(self) -> TableLine:
        line = self.report.result.total
        return TableLine(_("Total"), "", [self._cell(figure, line, "") for figure in self.columns])

    @property
    def rate(self) -> str:
        """The 15 s rate of the whole period."""
        figure = self._figure(CHANGES)
        return words.written(figure, self.report.result.total.value(figure))

    @property
    def meanings(self) -> list[Meaning]:
        """Every figure of the definition, those without a tile as well."""
        total = self.report.result.total
        return [
            Meaning(
                figure,
                words.written(figure, total.value(figure)),
                target_in_words(figure),
                self.asked.rows_of(figure.name) if total.counts[figure.counted] else "",
            )
            for figure in self.report.result.definition.figures
        ]

    def daily(self) -> dict[str, Any]:
        """The 15 s rate by day (by hour if it is one day), for Charts.line."""
        figure = self._figure("service_level")
        breakdown = "hour" if self.asked.period.days == 1 else "day"
        now = _percents(self.report.result, figure, breakdown)
        before = _percents(self.against.previous, figure, breakdown)[: len(now)]
        labels = [
            f"{line.key:%m-%d}" if isinstance(line.key, date) else f"{line.key}:00"
            for line in self.report.result.by[breakdown]
        ]
        target = (figure.target or 0) * 100
        low, high = _scale([value for value in [*now, *before, target] if value is not None])
        series: list[dict[str, Any]] = [{"name": _("This period"), "values": now, "kind": ""}]
        if any(value is not None for value in before):
            before += [None] * (len(now) - len(before))
            series.append({"name": _("Period before"), "values": before, "kind": "compare"})
        return {
            "labels": labels,
            "series": series,
            "target": {"value": target, "label": _("Target %(value)s") % {"value": f"{target:.0f}"}},
            "unit": "%",
            "decimals": 1,
            "from": low,
            "to": high,
            "events": _lowest(now, labels, target),
        }

    def rhythm(self) -> dict[str, Any]:
        """Offered calls of an average hour of each weekday, for Charts.heatmap."""
        return {
            "columns": [str(hour) for hour in range(HOURS)],
            "rows": [str(name) for name in words.WEEKDAYS],
            "values": [
                [hour, weekday, value]
                for weekday, hours in enumerate(self._averages())
                for hour, value in enumerate(hours)
                if value is not None
            ],
            "unit": str(self._figure("offered").unit),
            "decimals": 0,
        }

    def rhythm_table(self) -> list[tuple[str, list[str]]]:
        """The heat map as a table: a weekday, then its hours."""
        rows = zip(words.WEEKDAYS, self._averages(), strict=True)
        return [(str(name), [shown.number(value) for value in hours]) for name, hours in rows]

    @property
    def busiest(self) -> float:
        return max((value for hours in self._averages() for value in hours if value is not None), default=0)

    def _averages(self) -> list[list[float | None]]:
        """Offered by weekday and hour, over the days of that weekday that have data; None where none has."""
        days: Counter[int] = Counter()
        for line in self.report.result.by["day"]:
            if isinstance(line.key, date) and any(line.counts.values()):
                days[line.key.weekday()] += 1
        sums: Counter[tuple[int, int]] = Counter()
        for line in self.report.result.by["rhythm"]:
            day, hour = line.keys
            if isinstance(day, date) and isinstance(hour, int):
                sums[day.weekday(), hour] += line.counts["offered"]
        return [
            [round(sums[day, hour] / days[day], 1) if days[day] else None for hour in range(HOURS)]
            for day in range(DAYS_OF_WEEK)
        ]

    def _figure(self, name: str) -> Figure:
        return self.report.result.definition.figure(name)

    def _tile(self, figure: Figure) -> Tile:
        value = self.report.result.total.value(figure)
        return Tile(
            figure=figure,
            value=words.written(figure, value),
            changes=self.against.changes(figure, value),
            definition=self.defined(figure),
            href=self.asked.rows_of(figure.name),
        )

    def defined(self, figure: Figure) -> Defined:
        """What a figure means, with this period's numbers."""
        counts = self.report.result.total.counts
        definition = self.report.result.definition
        now = " ÷ ".join(shown.number(counts[column]) for column in figure.columns)
        facts = [
            (_("This period"), now),
            *self._compared(figure),
            (_("Population"), str(definition.population)),
        ]
        if CONCERNED & set(figure.columns):
            short = shown.number(counts[definition.short_abandoned])
            facts.append((_("Short abandons"), f"{short} · {definition.short_abandon}"))
        if figure.target is not None:
            facts.append((_("Target"), target_in_words(figure)))
        facts.append((_("Source"), str(figure.source)))
        if self.report.data_as_of:
            facts.append((_("Data as of"), shown.moment(self.report.data_as_of)))
        behind = counts[figure.counted]
        return Defined(
            text="" if figure.is_ratio else str(figure.numerator),
            numerator=str(figure.numerator) if figure.is_ratio else "",
            denominator=str(figure.denominator or ""),
            facts=facts,
            href=self.asked.rows_of(figure.name) if self.sees_rows and behind else "",
            link=_("See the %(count)s rows") % {"count": shown.number(behind)},
        )

    def _compared(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """What the changes are measured against: the value, and the days it is of."""
        for label, result in (
            (_("YoY"), self.against.year_before),
            (_("PoP"), self.against.previous),
        ):
            if result is not None:
                days = words.span(result.question.start, result.question.end)
                value = words.written(figure, result.total.value(figure))
                yield label, f"{value} {figure.unit} · {days}"

    def _table_line(self, breakdown: Breakdown, line: Line) -> TableLine:
        name, aside = self._named(breakdown, line)
        return TableLine(name, aside, [self._cell(figure, line, breakdown.name) for figure in self.columns])

    def _named(self, breakdown: Breakdown, line: Line) -> tuple[str, str]:
        key = line.key
        match breakdown.name:
            case "hour":
                return f"{key:02}:00–{key:02}:59", ""
            case "day" if isinstance(key, date):
                return key.isoformat(), str(words.WEEKDAYS[key.weekday()])
            case "agent":
                return str(key) if key else _("no agent"), self.report.name("city", line.keys[0])
            case "category":
                return self.report.name("category", key) or _("not classified"), str(key or "")
        return self.report.name(breakdown.name, key) or str(key), ""

    def _cell(self, figure: Figure, line: Line, breakdown: str) -> Cell:
        value = line.value(figure)
        drawn = figure.name == CHANGES
        return Cell(
            value=words.written(figure, value),
            href=self.asked.rows_of(figure.name, breakdown, line.keys) if line.counts[figure.counted] else "",
            share=value if drawn else None,
            target=figure.target if drawn else None,
            missed=drawn and value is not None and figure.target is not None and value < figure.target,
            changes=self.against.changes(figure, value, breakdown, line.keys)
            if drawn and breakdown != "day"
            else None,
        )


def _value(result: Result | None, figure: Figure, breakdown: str, keys: Any) -> float | None:
    """A figure of the total, or of the line with the same keys."""
    if result is None:
        return None
    lines = result.by[breakdown] if breakdown else (result.total,)
    return next((line.value(figure) for line in lines if line.keys == keys), None)


def _percents(result: Result | None, figure: Figure, breakdown: str) -> list[float | None]:
    lines = result.by[breakdown] if result else ()
    values = [line.value(figure) for line in lines]
    return [None if value is None else round(value * 100, 1) for value in values]


def _scale(values: list[float]) -> tuple[int, int]:
    """From and to of an axis that holds all values, on whole steps, within 0-100."""
    low = max(0, math.floor((min(values) - 2) / STEP) * STEP)
    return low, min(100, math.ceil((max(values) + 1) / STEP) * STEP)


def _lowest(values: list[float | None], labels: list[str], target: float) -> list[dict[str, Any]]:
    """The worst point, if it misses the target, said on the point itself."""
    known = [(value, at) for at, value in enumerate(values) if value is not None]
    if len(known) < 2 or min(known)[0] >= target:  # noqa: PLR2004
        return []
    value, at = min(known)
    return [{"at": at, "text": f"{labels[at]}  {value:.1f}", "below": True}]
