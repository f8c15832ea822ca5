"""A report as files: JSON for programs, CSV and workbooks for people, all from what the screen shows."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from canton.exchange.formats import Text
from canton.shell import figures as shown
from canton.shell.exports import Sheet
from canton.shell.figures import MISSING

from . import words
from .comparison import Comparison
from .definition import Breakdown, Definition, Figure
from .engine import Key, Line
from .selectors import CODED, Report

ALONE = Comparison(None, None)


def as_json(report: Report, against: Comparison = ALONE, kinds: Sequence[str] = ()) -> dict[str, Any]:
    """Figures on top (ratios are fractions, unrounded, null when undefined), breakdowns under `by`.

    kinds: of comparisons; each adds an object of its own to the total and to every line: what the figures
    were then, and `changes` in per cent, of rates in percentage points. It is null where there were no data.
    """
    definition = report.result.definition
    return {
        **_figures(definition, report.result.total),
        **_compared(definition, report.result.total, against, kinds),
        "by": {
            breakdown.name: [
                _named(report, breakdown, line)
                | _figures(definition, line)
                | _compared(definition, line, against, kinds)
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


def _compared(
    definition: Definition, line: Line, against: Comparison, kinds: Sequence[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in kinds:
        if against.result(kind) is None:
            found[kind] = None
            continue
        then, changes = {}, {}
        for figure in definition.figures:
            then[figure.name] = against.value(kind, figure, line.breakdown, line.keys)
            turn = against.change(kind, figure, line.value(figure), line.breakdown, line.keys)
            changes[figure.name] = turn.amount if turn else None
        days = against.periods[kind]
        found[kind] = {
            "from": days.start.isoformat(), "to": days.end.isoformat(), **then, "changes": changes
        }  # fmt: skip
    return found


def described(definition: Definition) -> dict[str, Any]:
    """The definition as published with every file."""
    return {
        "version": definition.version,
        "population": _both(definition.population),
        "short_abandon": _both(definition.short_abandon) if definition.short_abandon else None,
        "figures": {figure.name: _described(figure) for figure in definition.figures},
    }


def csv_header(report: Report, kinds: Sequence[str] = ()) -> list[str]:
    """Column names: what is split, by which value, its name, the figures, then each compared with before."""
    names = [figure.name for figure in report.result.definition.figures]
    compared = [
        part for kind in kinds for name in names for part in (f"{name}_{kind}", f"{name}_{kind}_change")
    ]
    return ["dimension", "value", "name", *names, *compared]


def _titles(report: Report, kinds: Sequence[str]) -> list[str]:
    """The columns of figures as people call them."""
    figures = [_("%(title)s, %(unit)s") % {"title": each.title, "unit": each.unit}
               for each in report.result.definition.figures]  # fmt: skip
    compared = [
        part
        for kind in kinds
        for name in figures
        for part in (f"{name} · {words.then(kind)}", f"{name} · {words.comparison(kind)}")
    ]
    return [*figures, *compared]


def csv_rows(report: Report, against: Comparison = ALONE, kinds: Sequence[str] = ()) -> Iterator[list[Any]]:
    """The total, every breakdown's lines, then what the figures mean, in the shape of the header."""
    definition = report.result.definition

    def figures(line: Line) -> list[Any]:
        found: list[Any] = _values(definition, line)
        for kind in kinds:
            for figure in definition.figures:
                turn = against.change(kind, figure, line.value(figure), line.breakdown, line.keys)
                then = against.value(kind, figure, line.breakdown, line.keys)
                found += [then, turn.amount if turn else None]
        return found

    yield ["total", report.centre.code, str(report.centre), *figures(report.result.total)]
    for breakdown in definition.breakdowns:
        if breakdown.published:
            for line in report.result.by[breakdown.name]:
                value = "/".join(_plain(key) for key in line.keys)
                name = _called(report, breakdown, line)
                yield [breakdown.name, value, name, *figures(line)]
    empty = [None] * (len(definition.figures) * (1 + 2 * len(kinds)))
    for name, text in _notes(report, against, kinds):
        yield ["note", name, text, *empty]


def sheets(
    report: Report, against: Comparison = ALONE, kinds: Sequence[str] = (), *, now: datetime
) -> Iterator[Sheet]:
    """The CSV as a workbook: what the report is and means, the total, and a sheet for each breakdown.

    now: when it is made, as its first sheet says.
    """
    definition = report.result.definition
    called = {each.name: str(each.title) for each in definition.breakdowns} | {"total": _("Total")}
    figures = {each.name: str(each.title) for each in definition.figures} | words.NOTES
    rows: dict[str, list[list[Any]]] = {}
    for breakdown, *rest in csv_rows(report, against, kinds):
        rows.setdefault(breakdown, []).append(rest)
    meant = [
        [str(figures.get(name, name)), text]
        for name, text, *_figures in rows.pop("note")
        if name not in ("from", "to", "data_as_of")
    ]
    yield Sheet(_("About"), [str(definition.title), ""], [*_cover(report, now), *meant])
    titles = [pgettext("sheet", "Value"), pgettext("sheet", "Name"), *_titles(report, kinds)]
    for name, lines in rows.items():
        yield Sheet(called[name], titles, lines)


def _cover(report: Report, now: datetime) -> list[list[str]]:
    """What a sheet of paper has in its head."""
    period = report.period
    return [
        [_("Centre"), str(report.centre)],
        [pgettext("sheet", "Period"), words.period(period)],
        [_("Days"), words.span(period.start, period.end)],
        [pgettext("sheet", "Made"), shown.moment(now, "full")],
        [_("Data as of"), shown.moment(report.data_as_of, "full")],
        [_("Definition"), _("version %(version)s") % {"version": report.result.definition.version}],
    ]


def _notes(report: Report, against: Comparison, kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    definition = report.result.definition
    yield "from", report.period.start.isoformat()
    yield "to", report.period.end.isoformat()
    yield "data_as_of", _data_as_of(report) or ""
    yield "population", str(definition.population)
    if definition.short_abandon:
        yield "short_abandon", str(definition.short_abandon)
    for kind in kinds:
        yield kind, words.compared_with(kind, against)
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
    for column, value in zip(breakdown.columns[:-1], line.keys[:-1], strict=True):
        key["city" if column == "centre" else column] = _json(value)
    column = breakdown.columns[-1]
    if column == "centre" or column in CODED:
        called = report.called(column, line.key)
        key |= {"name": called.name if called else None, "name_en": called.name_en if called else None}
    told = {each: report.result.told(breakdown.columns, line.keys, each) for each in breakdown.columns}
    return key | {f"{each}_wording": text for each, text in told.items() if text}


def _figures(definition: Definition, line: Line) -> dict[str, int | float | None]:
    return {figure.name: line.value(figure) for figure in definition.figures}


def _values(definition: Definition, line: Line) -> list[Any]:
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


def _called(report: Report, breakdown: Breakdown, line: Line) -> str:
    """The name of a line: of its last key or of its first; all of them where the data name any themselves."""
    columns, keys = breakdown.columns, line.keys
    told = [report.result.told(columns, keys, each) for each in columns]
    names = [report.name(*pair) for pair in zip(columns, keys, strict=True)]
    if any(told):
        return " · ".join(own or name for own, name in zip(told, names, strict=True) if own or name)
    return names[-1] or names[0]


def _json(key: Key) -> str | int | None:
    return key.isoformat() if isinstance(key, date) else key


def _plain(key: Key) -> str:
    return "" if key is None else str(key)
