"""A report as files: JSON for programs, CSV for spreadsheets; both from the result the screen shows."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from canton.exchange.formats import Text
from canton.shell.figures import MISSING

from .definition import Breakdown, Definition, Figure
from .engine import Key, Line
from .selectors import Report


def as_json(report: Report) -> dict[str, Any]:
    """Figures on top (ratios are fractions, unrounded, null when undefined), breakdowns under `by`."""
    definition = report.result.definition
    return {
        **_figures(definition, report.result.total),
        "by": {
            breakdown.name: [
                _named(report, breakdown, line) | _figures(definition, line)
                for line in report.result.by[breakdown.name]
            ]
            for breakdown in definition.breakdowns
            if breakdown.published
        },
        "report": definition.name,
        "centre": report.centre.code,
        "from": report.period.start.isoformat(),
        "to": report.period.end.isoformat(),
        "data_as_of": _data_as_of(report),
        "missing": [
            {"city": gap.centre.code, "days": [day.isoformat() for day in gap.days]} for gap in report.gaps
        ],
        "population": _both(definition.population),
        "definition": described(definition),
    }


def described(definition: Definition) -> dict[str, Any]:
    """The definition as published with every file."""
    return {
        "version": definition.version,
        "population": _both(definition.population),
        "short_abandon": _both(definition.short_abandon),
        "figures": {figure.name: _described(figure) for figure in definition.figures},
    }


def csv_header(report: Report) -> list[str]:
    """Column names: what is split, by which value, its name, then the figures."""
    return ["dimension", "value", "name", *(figure.name for figure in report.result.definition.figures)]


def csv_rows(report: Report) -> Iterator[list[Any]]:
    """The total, every breakdown's lines, then what the figures mean, in the shape of the header."""
    definition = report.result.definition
    yield ["total", report.centre.code, str(report.centre), *_values(definition, report.result.total)]
    for breakdown in definition.breakdowns:
        if breakdown.published:
            for line in report.result.by[breakdown.name]:
                value = "/".join(_plain(key) for key in line.keys)
                name = report.name(breakdown.name, line.key) or report.name("city", line.keys[0])
                yield [breakdown.name, value, name, *_values(definition, line)]
    empty = [None] * len(definition.figures)
    for name, text in _notes(report):
        yield ["note", name, text, *empty]


def _notes(report: Report) -> Iterator[tuple[str, str]]:
    definition = report.result.definition
    yield "from", report.period.start.isoformat()
    yield "to", report.period.end.isoformat()
    yield "data_as_of", _data_as_of(report) or ""
    yield "population", str(definition.population)
    yield "short_abandon", str(definition.short_abandon)
    for figure in definition.figures:
        yield figure.name, in_words(figure)


def in_words(figure: Figure) -> str:
    """One sentence: what the figure is, its formula, its target, its source."""
    formula = f"{figure.numerator} ÷ {figure.denominator}" if figure.denominator else str(figure.numerator)
    target = f" ({target_in_words(figure)})" if figure.target is not None else ""
    return f"{figure.title} = {formula}{target}. {figure.source}"


def target_in_words(figure: Figure) -> str:
    """≥ 85 %, or — without a target."""
    if figure.target is None:
        return MISSING
    return f"{'≤' if figure.better == 'down' else '≥'} {figure.target:.0%}"


def _named(report: Report, breakdown: Breakdown, line: Line) -> dict[str, Any]:
    key: dict[str, Any] = {breakdown.name: _json(line.key)}
    if len(line.keys) > 1:
        key["city"] = _json(line.keys[0])
    if breakdown.name in ("city", "category"):
        called = report.called(breakdown.name, line.key)
        key |= {"name": called.name if called else None, "name_en": called.name_en if called else None}
    return key


def _figures(definition: Definition, line: Line) -> dict[str, int | float | None]:
    return {figure.name: line.value(figure) for figure in definition.figures}


def _values(definition: Definition, line: Line) -> list[int | float | None]:
    return [line.value(figure) for figure in definition.figures]


def _described(figure: Figure) -> dict[str, Any]:
    return {
        "title": _both(figure.title),
        "unit": _both(figure.unit),
        "numerator": _both(figure.numerator),
        "denominator": _both(figure.denominator) if figure.denominator else None,
        "better": figure.better,
        "target": figure.target,
        "source": _both(figure.source),
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _data_as_of(report: Report) -> str | None:
    return timezone.localtime(report.data_as_of).isoformat(timespec="seconds") if report.data_as_of else None


def _json(key: Key) -> str | int | None:
    return key.isoformat() if isinstance(key, date) else key


def _plain(key: Key) -> str:
    return "" if key is None else str(key)
