"""A query compiled to DuckDB SQL: names come from the formats, values are parameters, numbers are masked."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise

from canton.exchange.formats import Text

from .catalogue import PLACE, Catalogue, Column, Kind, Relation, format_of, quoted, relation_name
from .definition import Condition, Figure, Group, Order, Query
from .errors import BadShape, FigureOfNothing, NoFigure, UnknownColumn
from .operators import test_of

ORIGIN = ("_batch", "_line")  # columns of a result that lead to the original line
PARTS_OF_TIME = {
    "day": ("cast({x} as date)", Kind.DAY),
    "month": ("strftime({x}, '%Y-%m')", Kind.TEXT),
    "year": ("cast(year({x}) as bigint)", Kind.NUMBER),
    "hour": ("cast(hour({x}) as bigint)", Kind.NUMBER),
}
FUNCTIONS: dict[str, tuple[str, frozenset[Kind]]] = {
    "count": ("count(*)", frozenset()),
    "sum": ("cast(sum({x}) as bigint)", frozenset({Kind.NUMBER})),
    "avg": ("avg({x})", frozenset({Kind.NUMBER})),
    "min": ("min({x})", frozenset({Kind.NUMBER, Kind.MOMENT, Kind.DAY})),
    "max": ("max({x})", frozenset({Kind.NUMBER, Kind.MOMENT, Kind.DAY})),
    "distinct": ("count(distinct {x})", frozenset(Kind)),
}
MASK = (
    "case when length({x}) >= 11 then left({x}, -8) || '****' || right({x}, 4)"
    " when length({x}) > 5 then left({x}, 2) || repeat('*', length({x}) - 4) || right({x}, 2)"
    " else repeat('*', length({x})) end"
)  # as canton.shell.figures.masked
EVER = (date(1, 1, 1), date(9999, 12, 31))


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the result: what it shows, by which part of time it is grouped or which figure it is."""

    name: str
    column: Column | None
    kind: Kind
    part: str = ""
    function: str = ""

    @property
    def title(self) -> Text | Promise | str:
        return self.column.title if self.column else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled query.

    body: from, joins and conditions. select: expressions of the result with their names.
    order: "" or an order clause. days: local days of the dataset asked outside of which nothing can meet the
    conditions; files of other days need not be read.
    """

    query: Query
    shown: tuple[Shown, ...]
    joins: tuple[Relation, ...]
    select: str
    body: str
    group: str
    order: str
    parameters: dict[str, Any]
    days: tuple[date, date]
    unmasked: bool = False

    @property
    def sql(self) -> str:
        """The whole query."""
        return " ".join(part for part in (self.unsorted, self.order, self.limit) if part)

    @property
    def unsorted(self) -> str:
        return f"select {self.select} {self.body} {self.group}".rstrip()

    @property
    def limit(self) -> str:
        return "" if self.query.limit is None else f"limit {int(self.query.limit)}"

    @property
    def counting(self) -> str:
        """How many rows it gives."""
        inner = f"select 1 {self.body} {self.group} {self.limit}".rstrip()
        if not self.group and not self.limit:
            return f"select count(*) {self.body}"
        return f"select count(*) from ({inner})"

    @property
    def meeting(self) -> str:
        """How many rows meet the conditions, whatever they are grouped by or cut off at."""
        return f"select count(*) {self.body}"

    def first(self, rows: int) -> str:
        """The first rows of it, in its order."""
        limit = rows if self.query.limit is None else min(rows, self.query.limit)
        return f"{self.unsorted} {self.order} limit {int(limit)}"


@dataclass
class _Compiler:
    """Gathers parameters while the parts are written."""

    catalogue: Catalogue
    today: date
    unmasked: bool
    parameters: dict[str, Any] = field(default_factory=dict)

    def group(self, group: Group) -> str:
        parts = [
            self.group(each) if isinstance(each, Group) else self.condition(each) for each in group.parts
        ]
        return f"({(' or ' if group.any else ' and ').join(parts)})" if parts else "true"

    def condition(self, condition: Condition) -> str:
        column = self.catalogue.column(condition.column, condition.path)
        sql, values = test_of(condition, column, today=self.today, unmasked=self.unmasked)
        places = [self.value(value, column) for value in values]
        return sql.format(*places, x=column.source, list=f"({', '.join(places)})")

    def value(self, value: Any, column: Column) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"cast(${name} as date)" if column.kind is Kind.DAY and isinstance(value, date) else f"${name}"

    def masked(self, expression: str, shown: "Shown") -> str:
        """The expression as it may be shown: personal values masked, unless they are counted only."""
        guarded = shown.column is not None and shown.column.personal and not self.unmasked
        return MASK.format(x=expression) if guarded else expression


def compile_query(query: Query, *, today: date, unmasked: bool = False) -> Plan:
    """Hold a query against the formats, and write its SQL.

    Args:
        today: local date that relative dates start from.
        unmasked: personal columns are shown in full, and may be compared in part.

    Raises:
        BadQuery: unknown dataset, column or operator, a value of the wrong type; it says which.
    """
    catalogue = Catalogue.of(query.dataset, query.joins)
    compiler = _Compiler(catalogue, today, unmasked)
    where = compiler.group(query.where)
    parts = _totals(query, compiler) if query.totals else _rows(query, compiler)
    select, shown, group, order = parts
    joined = [_join(each) for each in catalogue.joins]
    return Plan(
        query=query,
        shown=shown,
        joins=catalogue.joins,
        select=select,
        body=" ".join(["from base", *joined, "where", where]),
        group=group,
        order=order,
        parameters=compiler.parameters,
        days=_days(query, compiler),
        unmasked=unmasked,
    )


def _join(relation: Relation) -> str:
    name = relation_name(relation.dataset)
    same = " and ".join(f"base.{quoted(key)} = {name}.{quoted(key)}" for key in relation.by)
    return f"left join {name} on {same}"


Parts = tuple[str, tuple[Shown, ...], str, str]


def _rows(query: Query, compiler: _Compiler) -> Parts:
    columns = [compiler.catalogue.column(name) for name in query.columns or compiler.catalogue.usual]
    shown = tuple(Shown(each.name, each, each.kind) for each in columns)
    select = [
        f"{compiler.masked(each.source, part)} as {quoted(each.name)}"
        for each, part in zip(columns, shown, strict=True)
    ]
    select += [f"base.{place} as {name}" for place, name in zip(PLACE, ORIGIN, strict=True)]
    order = [_ordered(compiler.catalogue.column(each.column).source, each) for each in query.sort]
    return ", ".join(select), shown, "", f"order by {', '.join(order)}" if order else ""


def _totals(query: Query, compiler: _Compiler) -> Parts:
    """Grouped by the columns as they are, numbers unmasked; what is shown of them is masked."""
    assert query.totals is not None
    grouped = [_grouped(name, compiler) for name in query.totals.by]
    parts = [(compiler.masked(expression, shown), shown) for expression, shown in grouped]
    parts += [_figure(each, compiler, f"figure.{at}") for at, each in enumerate(query.totals.figures)]
    names = [shown.name for _, shown in parts]
    for each in query.sort:
        if each.column not in names:
            raise UnknownColumn(name=each.column)
    order = [_ordered(str(names.index(each.column) + 1), each) for each in query.sort]
    order += [f"{at} nulls last" for at in range(1, len(grouped) + 1)]
    group = f"group by {', '.join(expression for expression, _ in grouped)}" if grouped else ""
    select = ", ".join(f"{expression} as {quoted(shown.name)}" for expression, shown in parts)
    return select, tuple(shown for _, shown in parts), group, f"order by {', '.join(order)}" if order else ""


def _grouped(name: str, compiler: _Compiler) -> tuple[str, Shown]:
    """The expression grouped by: a column, or a part of a time as "started:day"."""
    plain, _, part = name.partition(":")
    column = compiler.catalogue.column(plain)
    if not part:
        return column.source, Shown(name, column, column.kind)
    fitting = (Kind.MOMENT,) if part == "hour" else (Kind.MOMENT, Kind.DAY)
    if part not in PARTS_OF_TIME or column.kind not in fitting:
        raise UnknownColumn(name=name)
    sql, kind = PARTS_OF_TIME[part]
    return sql.format(x=column.source), Shown(name, column, kind, part=part)


def _figure(figure: Figure, compiler: _Compiler, path: str) -> tuple[str, Shown]:
    known = FUNCTIONS.get(figure.function)
    if known is None or (figure.column and figure.function == "count"):
        raise BadShape(part=figure.name)
    sql, kinds = known
    if figure.function == "count":
        return sql, Shown(figure.name, None, Kind.NUMBER, function=figure.function)
    if not figure.column:
        raise FigureOfNothing(path=path)
    column = compiler.catalogue.column(figure.column, path)
    if column.kind not in kinds:
        raise NoFigure(column=column.title, path=path)
    kind = column.kind if figure.function in ("min", "max") else Kind.NUMBER
    return sql.format(x=column.source), Shown(figure.name, column, kind, function=figure.function)


def _ordered(expression: str, order: Order) -> str:
    return f"{expression} {'desc' if order.descending else 'asc'} nulls last"


def _days(query: Query, compiler: _Compiler) -> tuple[date, date]:
    """The days left by the conditions every row must meet, of the time that files are filed under."""
    own = {format_of(query.dataset).loaded_key.day_of, "day"}
    first, last = EVER
    if query.where.any and len(query.where.parts) > 1:
        return EVER
    for part in query.where.parts:
        if isinstance(part, Condition) and part.column in own:
            low, high = _reach(part, compiler)
            first, last = max(first, low), min(last, high)
    return first, last


def _reach(condition: Condition, compiler: _Compiler) -> tuple[date, date]:
    column = compiler.catalogue.column(condition.column)
    _sql, values = test_of(condition, column, today=compiler.today, unmasked=compiler.unmasked)
    days = [value.date() for value in values if isinstance(value, datetime)]
    match condition.operator, days:
        case _, [low, high]:
            return low, high
        case "since" | "after", [low]:
            return low, EVER[1]
        case "until" | "before", [high]:
            return EVER[0], high
    return EVER
