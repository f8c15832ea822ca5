"""A report as a sheet of paper carries it: only texts, so that a filed one stays as it was."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from canton.shell import figures as shown
from canton.shell.figures import MISSING

from . import words
from .comparison import Change
from .definition import Breakdown
from .screen import Cell, Screen, TableLine

Sheet = dict[str, Any]
WHOLE = 60  # lines up to which a breakdown that was not chosen is printed too
AT_ONCE = 200  # lines of a sheet that are laid out while somebody waits: a line takes 10 ms
NARROW = 36  # half-width characters up to which names of lines need no wide column
PORTRAIT = 8  # columns that an upright page holds
DENSE = 14  # columns that a lying page holds in its usual type


def sheet(screen: Screen) -> Sheet:
    """Title, period, figures, the chosen breakdown and every short one, whole, and what the figures mean.

    Everything is text in the language in force, and JSON. Long breakdowns that were not chosen are named.
    """
    report, definition = screen.report, screen.report.result.definition
    tables = [_table(each) for each in _printed(screen)]
    return {
        "title": str(definition.title),
        "version": definition.version,
        "centre": str(report.centre),
        "period": words.period(report.period),
        "days": words.span(report.period.start, report.period.end),
        "data_as_of": shown.moment(report.data_as_of, "full"),
        "population": str(definition.population),
        "short_abandon": str(definition.short_abandon or ""),
        "incomplete": [
            _("%(city)s lacks %(days)s") % {"city": gap.centre, "days": words.days(gap.days)}
            for gap in report.gaps
        ],
        "uncompared": screen.uncompared,
        "figures": [
            {
                "title": str(tile.figure.title),
                "value": tile.value,
                "unit": str(tile.figure.unit),
                "changes": [
                    f"{called} {_change(change, unit=True)['text']}" for called, change in tile.changes
                ],
            }
            for tile in screen.tiles
        ],
        "tables": tables,
        "not_printed": _not_printed(screen),
        "meanings": [
            {
                "title": str(each.figure.title),
                "formula": f"{each.figure.numerator} ÷ {each.figure.denominator}"
                if each.figure.denominator
                else str(each.figure.numerator),
                "value": f"{each.value} {each.figure.unit}",
                "target": each.target,
                "source": str(each.figure.source),
            }
            for each in screen.meanings
        ],
        "lying": any(len(each["heads"]) > PORTRAIT for each in tables),
    }


def length(screen: Screen) -> int:
    """How many lines its tables have."""
    whole = len(screen.grid.lines) if screen.grid else len(screen.lines(""))
    return whole + sum(lines for _each, lines in _others(screen) if lines <= WHOLE)


def long(screen: Screen) -> bool:
    """Whether laying it out takes too long for somebody to wait."""
    return length(screen) > AT_ONCE


def _others(screen: Screen) -> Iterator[tuple[Breakdown, int]]:
    """Breakdowns that were not chosen, and how many lines with anything in them each has."""
    result = screen.report.result
    for each in result.definition.breakdowns:
        lines = sum(1 for line in result.by[each.name] if any(line.counts.values()))
        if each.published and each != screen.breakdown and lines > (each.name == "city"):
            yield each, lines


def _printed(screen: Screen) -> list[Screen]:
    """The same screen for each breakdown that is printed, the chosen one first."""
    short = [each for each, lines in _others(screen) if lines <= WHOLE]
    return [screen, *(replace(screen, breakdown=each) for each in short)]


def _not_printed(screen: Screen) -> list[str]:
    """Breakdowns that are left out because they are long, in words."""
    return [
        _("%(breakdown)s (%(lines)s lines)") % {"breakdown": each.title, "lines": shown.number(lines)}
        for each, lines in _others(screen)
        if lines > WHOLE
    ]


def _table(screen: Screen) -> Sheet:
    name = str(screen.breakdown.title)
    if grid := screen.grid:
        title = _("%(breakdown)s: %(figure)s") % {"breakdown": name, "figure": grid.figure.title}
        heads = ["", *grid.heads, _("Total")]
        return _whole(title, heads, grid.lines, grid.total)
    heads = [name]
    for column in screen.columns:
        heads += [_("%(title)s, %(unit)s") % {"title": column.figure.title, "unit": column.figure.unit}]
        heads += column.heads
    lines = screen.table(screen.lines(screen.default_sort))
    return _whole(name, heads, lines, screen.total)


def _whole(title: str, heads: list[str], lines: Sequence[TableLine], total: TableLine) -> Sheet:
    long = any(_width(line.name) + _width(line.aside) > NARROW for line in lines)
    return {
        "title": title, "heads": heads, "lines": [_line(line) for line in lines], "total": _line(total),
        "long": long, "dense": len(heads) > DENSE,
    }  # fmt: skip


def _width(text: str) -> int:
    """In half-width characters."""
    return sum(1 + (character > "\u2e80") for character in text)


def _line(line: TableLine) -> Sheet:
    cells: list[dict[str, str]] = []
    for cell in line.cells:
        cells += [_value(cell), *(_change(each) for each in cell.changes)]
    return {"name": line.name, "aside": line.aside, "cells": cells}


def _value(cell: Cell) -> dict[str, str]:
    return {"text": cell.value, "kind": "warn" if cell.missed else ""}


def _change(change: Change | None, *, unit: bool = False) -> dict[str, str]:
    """▲ 1.2 or ▼ 0.4, — where nothing can be compared."""
    if change is None:
        return {"text": MISSING, "kind": ""}
    sign = "" if change.size == "0.0" else "▲ " if change.up else "▼ "
    ending = (f" {_('pts')}" if change.in_points else "%") if unit else ""
    return {"text": f"{sign}{change.size}{ending}", "kind": change.verdict}
