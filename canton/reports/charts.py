"""The two charts of the traffic report: the 15 s rate over time, and the rhythm of the week."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from canton.shell import figures as shown

from . import words
from .comparison import Comparison
from .definition import Figure
from .engine import Result
from .selectors import Report

HOURS, DAYS_OF_WEEK = 24, 7
STEP = 5  # of the scale of the daily chart, in points


@dataclass(frozen=True, slots=True)
class Charts:
    """What is drawn of a traffic report above its tables."""

    report: Report
    against: Comparison

    @property
    def rate(self) -> str:
        """The 15 s rate of the whole period."""
        figure = self.report.result.definition.figure("service_level")
        return words.written(figure, self.report.result.total.value(figure))

    def daily(self) -> dict[str, Any]:
        """The 15 s rate by day (by hour if it is one day), for Charts.line."""
        figure = self.report.result.definition.figure("service_level")
        breakdown = "hour" if self.report.period.days == 1 else "day"
        now = _percents(self.report.result, figure, breakdown)
        before = _percents(self.against.previous, figure, breakdown)[: len(now)]
        labels = [
            f"{line.key:%m-%d}" if isinstance(line.key, date) else f"{line.key}:00"
            for line in self.report.result.by[breakdown]
        ]
        target = (figure.target or 0) * 100
        low, high = scale([value for value in [*now, *before, target] if value is not None])
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
            "unit": str(self.report.result.definition.figure("offered").unit),
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


def _percents(result: Result | None, figure: Figure, breakdown: str) -> list[float | None]:
    lines = result.by[breakdown] if result else ()
    values = [line.value(figure) for line in lines]
    return [None if value is None else round(value * 100, 1) for value in values]


def scale(values: list[float]) -> tuple[int, int]:
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
