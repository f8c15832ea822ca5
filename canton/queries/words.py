"""How columns, comparisons, values and whole queries are said in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from canton.exchange.formats.words import word
from canton.shell import figures

from .catalogue import Catalogue, Column, Kind, datasets
from .compiler import Shown
from .definition import Condition, Group, Query
from .errors import UnknownColumn

Names = Mapping[str, Mapping[str, str]]

OPERATORS: dict[str, str | Promise] = {
    "equals": pgettext_lazy("compare", "is"),
    "not_equals": pgettext_lazy("compare", "is not"),
    "one_of": pgettext_lazy("compare", "is one of"),
    "none_of": pgettext_lazy("compare", "is none of"),
    "contains": pgettext_lazy("compare", "contains"),
    "starts": pgettext_lazy("compare", "starts with"),
    "more": pgettext_lazy("compare", "more than"),
    "at_least": pgettext_lazy("compare", "at least"),
    "less": pgettext_lazy("compare", "less than"),
    "at_most": pgettext_lazy("compare", "at most"),
    "between": pgettext_lazy("compare", "between"),
    "on": pgettext_lazy("compare", "on the day"),
    "during": pgettext_lazy("compare", "from … to"),
    "since": pgettext_lazy("compare", "from … on"),
    "until": pgettext_lazy("compare", "until"),
    "before": pgettext_lazy("compare", "before"),
    "after": pgettext_lazy("compare", "after"),
    "last_days": pgettext_lazy("compare", "in the last days"),
    "this_month": pgettext_lazy("compare", "this month"),
    "last_month": pgettext_lazy("compare", "last month"),
    "empty": pgettext_lazy("compare", "is empty"),
    "filled": pgettext_lazy("compare", "is filled"),
}
FUNCTIONS: dict[str, str | Promise] = {
    "count": pgettext_lazy("figure", "Rows"),
    "sum": pgettext_lazy("figure", "sum"),
    "avg": pgettext_lazy("figure", "average"),
    "min": pgettext_lazy("figure", "least"),
    "max": pgettext_lazy("figure", "most"),
    "distinct": pgettext_lazy("figure", "how many different"),
}
PARTS: dict[str, str | Promise] = {
    "day": pgettext_lazy("part of time", "day"),
    "month": pgettext_lazy("part of time", "month"),
    "year": pgettext_lazy("part of time", "year"),
    "hour": pgettext_lazy("part of time", "hour"),
}
ADDED: dict[str, dict[str, str | Promise]] = {  # of columns that no format names
    "roaming_kind": {
        "local": pgettext_lazy("roaming", "local"),
        "domestic": pgettext_lazy("roaming", "domestic"),
        "international": pgettext_lazy("roaming", "international"),
    },
    "satisfaction": {
        "1": pgettext_lazy("mark", "1 (very dissatisfied)"),
        "2": pgettext_lazy("mark", "2 (dissatisfied)"),
        "3": pgettext_lazy("mark", "3 (neither)"),
        "4": pgettext_lazy("mark", "4 (satisfied)"),
        "5": pgettext_lazy("mark", "5 (very satisfied)"),
    },
}
PHRASES: dict[str, str | Promise] = {  # where a comparison and its values are said in one
    "during": pgettext_lazy("condition", "%(column)s %(first)s to %(second)s"),
    "between": pgettext_lazy("condition", "%(column)s from %(first)s to %(second)s"),
    "since": pgettext_lazy("condition", "%(column)s from %(first)s on"),
    "until": pgettext_lazy("condition", "%(column)s until %(first)s"),
    "last_days": pgettext_lazy("condition", "%(column)s in the last %(first)s days"),
}
MOST_VALUES_SAID = 5
DECIMALS = 2  # of a mean, on the screen and as a workbook shows it


def title(column: Column) -> str:
    """A column's title, with that of its dataset when it is joined."""
    if not column.dataset:
        return str(column.title)
    joined = datasets().get(column.dataset, column.dataset)
    return _("%(dataset)s: %(column)s") % {"dataset": joined, "column": column.title}


def shown_title(shown: Shown) -> str:
    """Head of a column of the result."""
    if shown.column is None:
        return str(FUNCTIONS[shown.function])
    name = title(shown.column)
    said = FUNCTIONS.get(shown.function) or PARTS.get(shown.part)
    return _("%(column)s (%(part)s)") % {"column": name, "part": said} if said else name


def header(shown: Sequence[Shown], *, origin: bool) -> list[str]:
    """Heads of a file's columns."""
    return [shown_title(each) for each in shown] + ([_("Batch"), _("Line")] if origin else [])


def called(dataset: str) -> str:
    """A dataset by its title; by its name where no format is left."""
    return str(datasets().get(dataset, dataset))


def choice(column: Column, value: str) -> str:
    """One of a column's own values in words; the value itself where nobody put it into words."""
    name = column.field or column.name
    return word(name, value) or str(ADDED.get(name, {}).get(value, value))


class Teller:
    """Puts rows of one result into words; made once for all of them, because there may be a million."""

    def __init__(self, shown: Sequence[Shown], names: Names, *, whole: bool = False) -> None:
        """whole: means keep all their decimals."""
        self._tell = [_telling(each, names, whole) for each in shown]

    def values(self, row: Sequence[Any]) -> list[Any]:
        """A row for a file: numbers stay numbers, what is missing stays None, as do batch and line."""
        told = [None if value is None else tell(value) for tell, value in zip(self._tell, row, strict=False)]
        return [*told, *row[len(told) :]]

    def cells(self, row: Sequence[Any]) -> list[tuple[str, bool]]:
        """A row for the screen: text, and whether it stands right."""
        return [_cell(value) for value in self.values(row)[: len(self._tell)]]


def _telling(shown: Shown, names: Names, whole: bool) -> Callable[[Any], Any]:
    """What makes a value of this column readable."""
    column = shown.column
    if column is None or shown.function in ("count", "distinct", "sum", "avg"):
        return _as_it_is if whole else _number
    if shown.kind is Kind.MOMENT:
        return lambda value: f"{value:%Y-%m-%d %H:%M:%S}"
    if shown.kind is Kind.DAY:
        return lambda value: value.isoformat() if isinstance(value, date) else str(value)
    called = _called(shown, column, names)
    return lambda value: called.get(value, value)


def _called(shown: Shown, column: Column, names: Names) -> Mapping[Any, str]:
    """What the values of a column are called; empty where they speak for themselves."""
    if shown.kind is Kind.YES_NO:
        return {True: _("yes"), False: _("no")}
    if column.kind is Kind.CHOICE:
        return {value: choice(column, value) for value in column.choices}
    return names.get(column.codes, {})


def _as_it_is(value: Any) -> Any:
    return value


def _number(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _cell(value: Any) -> tuple[str, bool]:
    if value is None or value == "":
        return figures.MISSING, False
    if isinstance(value, float):
        return f"{value:,.{DECIMALS}f}", True
    if isinstance(value, int):
        return f"{value:,}", True
    return str(value), False


def value(column: Column, operator: str, given: Any, names: Names) -> str:
    """A value of a condition in words."""
    text = str(given)
    if operator == "last_days":
        return text
    if column.kind is Kind.YES_NO:
        return _("yes") if text.lower() in ("true", "1") else _("no")
    if column.choices:
        return choice(column, text)
    return names.get(column.codes, {}).get(text, text) if column.codes else text


def condition(found: Condition, catalogue: Catalogue, names: Names, *, masked: bool = True) -> str:
    """A condition in words; customers' numbers in it masked. One that names no column we know is its code."""
    try:
        column = catalogue.column(found.column)
    except UnknownColumn:
        return f"{found.column} {found.operator}"
    said = [
        figures.masked(each) if column.personal and masked else value(column, found.operator, each, names)
        for each in found.values[:MOST_VALUES_SAID]
    ]
    phrase = str(PHRASES.get(found.operator, ""))
    if phrase and len(said) == (2 if "%(second)s" in phrase else 1):
        return phrase % {"column": title(column), "first": said[0], "second": said[-1]}
    more = " …" if len(found.values) > MOST_VALUES_SAID else ""
    operator = OPERATORS.get(found.operator, found.operator)
    listed = pgettext("list", ", ").join(said) + more
    return " ".join(part for part in (title(column), str(operator), listed) if part)


def total(name: str, catalogue: Catalogue) -> str:
    """A column of totals in words: of a figure ("avg:talk_seconds") or of what it is for ("started:day")."""
    left, _mark, right = name.partition(":")
    said = FUNCTIONS.get(left) or PARTS.get(right)
    try:
        column = catalogue.column(right if left in FUNCTIONS else left)
    except UnknownColumn:
        return str(said or name)
    return _("%(column)s (%(part)s)") % {"column": title(column), "part": said} if said else title(column)


def asked(query: Query, catalogue: Catalogue, names: Names) -> str:
    """Conditions and totals in one sentence."""
    conditions = where(query.where, catalogue, names)
    if query.totals is None:
        return conditions
    told = {"conditions": conditions, "totals": summary(query, catalogue)}
    return _("%(conditions)s; %(totals)s") % told


def columns(names: Sequence[str], catalogue: Catalogue) -> str:
    """Names of columns in words, one after the other; of totals too."""
    return pgettext("list", ", ").join(total(each, catalogue) for each in names)


def summary(query: Query, catalogue: Catalogue) -> str:
    """What is summed up for what; "" for a query of rows."""
    if query.totals is None:
        return ""
    told = columns([each.name for each in query.totals.figures], catalogue)
    by = columns(query.totals.by, catalogue)
    return _("%(figures)s for each %(by)s") % {"figures": told, "by": by} if by else told


def groups(number: int, rows: int) -> str:
    """How many lines totals have, and how many rows meet the conditions."""
    said = ngettext("%(shown)s group of %(rows)s rows", "%(shown)s groups of %(rows)s rows", number)
    return said % {"shown": figures.number(number), "rows": figures.number(rows)}


def has_numbers(shown: Sequence[Shown]) -> bool:
    """Whether customers' numbers stand in a result; counts of them are none."""
    return any(
        each.column is not None and each.column.personal and each.function != "distinct" for each in shown
    )


def order(query: Query, catalogue: Catalogue) -> str:
    """By which columns, in which direction, and how many rows at most."""
    said = [
        _("%(column)s, largest first") % {"column": total(each.column, catalogue)}
        if each.descending
        else _("%(column)s, smallest first") % {"column": total(each.column, catalogue)}
        for each in query.sort
    ]
    if query.limit is not None:
        said.append(_("%(rows)s rows at most") % {"rows": figures.number(query.limit)})
    return pgettext("list", "; ").join(said)


def facts(query: Query, catalogue: Catalogue, names: Names) -> list[tuple[str, str]]:
    """A query as names and values: conditions, what it is joined with, what comes out."""
    joined = pgettext("list", ", ").join(str(datasets().get(each, each)) for each in query.joins)
    told = [
        (_("Conditions"), where(query.where, catalogue, names)),
        (_("Joined with"), joined and _("%(datasets)s; rows without a match stay") % {"datasets": joined}),
        (_("Totals"), summary(query, catalogue)),
        (_("Columns"), "" if query.totals else columns(query.columns, catalogue)),
        (_("Order and number"), order(query, catalogue)),
    ]
    return [(name, said) for name, said in told if said]


def where(group: Group, catalogue: Catalogue, names: Names) -> str:
    """Conditions in one sentence; groups within stand in brackets."""
    parts = [
        f"({where(part, catalogue, names)})" if isinstance(part, Group) else condition(part, catalogue, names)
        for part in group.parts
    ]
    joint = pgettext("condition", " or ") if group.any else pgettext("condition", " and ")
    return joint.join(parts) if parts else _("no condition")
