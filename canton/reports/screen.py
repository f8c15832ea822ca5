"""What the screen of a report shows, made from the report and the two it is compared with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from canton.shell import figures as shown
from canton.shell.parts import Definition as Defined

from . import words
from .comparison import KINDS, Change, Comparison
from .definition import Breakdown, Figure
from .engine import Key, Line
from .files import target_in_words
from .questions import Asked
from .selectors import Report

SHORT_ABANDONS_IN = {"offered", "abandoned"}  # counts that short abandons are in


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the total with what it means."""

    figure: Figure
    value: str
    changes: tuple[tuple[str, Change | None], ...]  # what they are called, and they
    definition: Defined
    href: str


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the table, and which of its changes stand beside it."""

    figure: Figure
    kinds: tuple[str, ...]

    @property
    def heads(self) -> list[str]:
        """Heads of the columns of its changes."""
        points = self.figure.format == "percent"
        return [words.change_head(kind, points=points) for kind in self.kinds]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a line; `share` is drawn as a bar beside it, `missed` says that it is under its target."""

    value: str
    href: str
    share: float | None = None
    target: float | None = None
    missed: bool = False
    changes: tuple[Change | None, ...] = ()


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
class Grid:
    """A matrix: heads of its columns, and its lines with their totals last; the last line is the total."""

    figure: Figure
    heads: list[str]
    lines: list[TableLine]
    total: TableLine


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything the page draws of a report. breakdown: the one its table shows."""

    report: Report
    asked: Asked
    against: Comparison
    sees_rows: bool
    breakdown: Breakdown

    @property
    def empty(self) -> bool:
        return not any(self.report.result.total.counts.values())

    @property
    def tiles(self) -> list[Tile]:
        return [self._tile(self._figure(name)) for name in self.report.result.definition.view.tiles]

    @property
    def columns(self) -> list[Column]:
        """Columns of the breakdown's table."""
        names = self.breakdown.figures or self.report.result.definition.view.columns
        return [Column(self._figure(name), self._kinds(name)) for name in names]

    def _kinds(self, name: str) -> tuple[str, ...]:
        """Changes asked for, where there is anything to compare; those of the rate also if nobody asked."""
        if self.asked.compare or name != self.report.result.definition.view.rate:
            return tuple(kind for kind in self.asked.compare if self.against.result(kind))
        return () if self.breakdown.axis == "days" else self.compared

    @property
    def compared(self) -> tuple[str, ...]:
        """Kinds of changes there is anything to say of; those asked for also where there is not."""
        return tuple(kind for kind in KINDS if kind in self.asked.compare or self.against.result(kind))

    @property
    def default_sort(self) -> str:
        """What needs work first; a breakdown in an order of its own keeps it."""
        if self.breakdown.axis:
            return ""
        return (
            f"-{self.breakdown.figures[0]}"
            if self.breakdown.figures
            else self.report.result.definition.view.sort
        )

    def lines(self, sort: str) -> list[Line]:
        """Lines of the breakdown, sorted by a column; on an axis only those with data."""
        lines = list(self.report.result.by[self.breakdown.name])
        if self.breakdown.axis:
            lines = [line for line in lines if any(line.counts.values())]
        name = sort.lstrip("-")
        if name not in [column.figure.name for column in self.columns]:
            return lines
        figure, down = self._figure(name), sort.startswith("-")
        known = [line for line in lines if line.value(figure) is not None]
        unknown = [line for line in lines if line.value(figure) is None]
        return [*sorted(known, key=lambda line: line.value(figure) or 0, reverse=down), *unknown]

    def table(self, lines: Sequence[Line]) -> list[TableLine]:
        """The lines as the table draws them."""
        return [
            TableLine(
                *named(self.report, self.breakdown, line), [self._cell(each, line) for each in self.columns]
            )
            for line in lines
        ]

    @property
    def total(self) -> TableLine:
        line = self.report.result.total
        return TableLine(_("Total"), "", [self._cell(column, line) for column in self.columns])

    @property
    def meanings(self) -> list[Meaning]:
        """Every figure of the definition, those without a tile as well."""
        total = self.report.result.total
        return [
            Meaning(
                figure,
                words.written(figure, total.value(figure)),
                target_in_words(figure),
                self.asked.rows_of(figure.name) if total.counts.get(figure.counted) else "",
            )
            for figure in self.report.result.definition.figures
        ]

    @property
    def long_names(self) -> bool:
        """Whether names of the table's lines are sentences, as those of questions."""
        named = self.report.result.names.columns
        return bool(named) and named[-1] in self.breakdown.columns

    @property
    def grid(self) -> Grid | None:
        """The matrix, if the breakdown is drawn as one."""
        result, matrix = self.report.result, self.report.result.definition.matrix
        if matrix is None or matrix.cells != self.breakdown.name:
            return None
        figure, definition = self._figure(matrix.figure), result.definition
        across, down = definition.breakdown(matrix.columns), definition.breakdown(matrix.lines)
        heads = [line for line in result.by[across.name] if any(line.counts.values())]
        cells = {line.keys: line for line in result.by[matrix.cells]}

        def line_of(line: Line) -> list[Cell]:
            found = [cells.get((*line.keys, *head.keys)) for head in heads]
            return [
                *(self._plain(figure, each, matrix.cells) if each else Cell("", "") for each in found),
                self._plain(figure, line, down.name),
            ]

        lines = sorted(result.by[down.name], key=lambda line: -(line.value(figure) or 0))
        return Grid(
            figure,
            [named(self.report, across, line)[0] for line in heads],
            [TableLine(*named(self.report, down, line), line_of(line)) for line in lines],
            TableLine(
                _("Total"),
                "",
                [
                    *(self._plain(figure, line, across.name) for line in heads),
                    self._plain(figure, result.total, ""),
                ],
            ),
        )

    @property
    def uncompared(self) -> list[str]:
        """Sentences about asked comparisons that cannot be made."""
        return [
            words.uncompared(kind, days) for kind, days in self.against.without if kind in self.asked.compare
        ]

    def _figure(self, name: str) -> Figure:
        return self.report.result.definition.figure(name)

    def _plain(self, figure: Figure, line: Line, breakdown: str) -> Cell:
        value = line.value(figure)
        href = self.asked.rows_of(figure.name, breakdown, line.keys) if line.counts[figure.counted] else ""
        return Cell(words.written(figure, value), href)

    def _tile(self, figure: Figure) -> Tile:
        value = self.report.result.total.value(figure)
        return Tile(
            figure=figure,
            value=words.written(figure, value),
            changes=tuple(
                (words.comparison(kind), self.against.change(kind, figure, value))
                for kind in reversed(self.compared)
            ),
            definition=self.defined(figure),
            href="" if value is None else self.asked.rows_of(figure.name),
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
        if definition.short_abandon and SHORT_ABANDONS_IN & set(figure.columns):
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
        for kind in reversed(KINDS):
            result = self.against.result(kind)
            if result is not None:
                days = words.span(result.question.start, result.question.end)
                value = words.written(figure, result.total.value(figure))
                yield words.comparison(kind), f"{value} {figure.unit} · {days}"

    def _cell(self, column: Column, line: Line) -> Cell:
        figure, value = column.figure, line.value(column.figure)
        drawn = figure.name == self.report.result.definition.view.rate
        href = (
            self.asked.rows_of(figure.name, line.breakdown, line.keys) if line.counts[figure.counted] else ""
        )
        return Cell(
            value=words.written(figure, value),
            href=href,
            share=value if drawn else None,
            target=figure.target if drawn else None,
            missed=drawn and value is not None and figure.target is not None and value < figure.target,
            changes=tuple(
                self.against.change(kind, figure, value, line.breakdown, line.keys) for kind in column.kinds
            ),
        )


def named(report: Report, breakdown: Breakdown, line: Line) -> tuple[str, str]:
    """What a line of a breakdown is called, and what stands grey beside it."""
    key, column = line.key, breakdown.columns[-1]
    above = list(zip(breakdown.columns, line.keys, strict=True))[:-1]
    told = {name: report.result.told(breakdown.columns, line.keys, name) for name in breakdown.columns}
    parts = [told[name] or _called(report, name, each) for name, each in above]
    if told[column]:
        return told[column], " · ".join([*parts, str(key)])
    aside = " · ".join(parts)
    match column:
        case "hour":
            return f"{key:02}:00–{key:02}:59", aside
        case "day" if isinstance(key, date):
            return key.isoformat(), str(words.WEEKDAYS[key.weekday()])
        case "agent" if not key:
            return _("no agent"), aside
        case "category" | "head":
            return report.name(column, key) or _("not classified"), aside or str(key or "")
    return _called(report, column, key), aside


def _called(report: Report, column: str, key: Key) -> str:
    return report.name(column, key) or ("" if key is None else str(key))
