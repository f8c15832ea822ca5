"""What the builder draws of a draft: each condition with the comparisons and the input its column allows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from canton.centres.selectors import Viewer, visible_to

from . import operators, selectors, words
from .catalogue import CATEGORIES, CENTRES, Catalogue, Column, Kind, Relation, datasets, relations
from .compiler import FUNCTIONS, PARTS_OF_TIME
from .document import DEEPEST, Document
from .errors import UnknownColumn, UnknownDataset

Option = tuple[str, str]
Options = list[tuple[str, list[Option]]]  # groups of options, each under a heading
LISTS = frozenset({"one_of", "none_of"})
CHOSEN = frozenset({"choose", "choose_two", "tick", "many"})
PLAIN_DAY = len("1999-01-31")


@dataclass(frozen=True, slots=True)
class Node:
    """A condition or a group on the screen.

    input: how its values are asked: none, text, list, number, date, dates, two, days, choose, choose_two,
    tick, many.
    """

    path: str
    parts: "tuple[Node, ...] | None" = None  # None: a condition
    any: bool = False
    column: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    operators: tuple[Option, ...] = ()
    input: str = "none"
    choices: tuple[Option, ...] = ()
    known: str = ""  # the list of codes a text is completed from
    about: str = ""  # what the column holds
    error: str = ""
    nested: bool = False  # another group may stand in it

    @property
    def here(self) -> str:
        """For field names and ids; the path of the root is empty."""
        return self.path

    @property
    def first(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""

    @property
    def listed(self) -> str:
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Builder:
    """Everything the builder draws of a draft. errors: message by path of the condition, "" for the whole."""

    draft: Document
    viewer: Viewer
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        joined = [
            name for name in self.draft.get("join", ()) if name in {each.dataset for each in self.related}
        ]
        return Catalogue.of(self.draft["dataset"], tuple(joined))

    @property
    def datasets(self) -> list[Option]:
        return [(name, str(title)) for name, title in datasets().items()]

    @property
    def related(self) -> tuple[Relation, ...]:
        try:
            return relations(self.draft["dataset"])
        except UnknownDataset:
            return ()

    @property
    def joins(self) -> list[tuple[str, str, str, bool]]:
        """(name, title, by which columns, whether chosen) of every related dataset."""
        own = Catalogue.of(self.draft["dataset"])
        chosen = self.draft.get("join", ())
        return [
            (
                each.dataset,
                str(each.title),
                _("by %(columns)s")
                % {"columns": pgettext("list", ", ").join(str(own.column(key).title) for key in each.by)},
                each.dataset in chosen,
            )
            for each in self.related
        ]

    @property
    def columns(self) -> Options:
        """Every column, under the dataset it is of."""
        groups: dict[str, list[Option]] = {}
        for column in self.catalogue:
            head = str(datasets()[column.dataset or self.draft["dataset"]])
            groups.setdefault(head, []).append((column.name, str(column.title)))
        return list(groups.items())

    @property
    def ticks(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """Every column with what it holds, under the dataset it is of."""
        about = {each.name: str(each.about) for each in self.catalogue}
        return [
            (head, [(name, title, about[name]) for name, title in options]) for head, options in self.columns
        ]

    @property
    def columns_said(self) -> str:
        """The columns chosen, in words."""
        return words.columns(self.draft.get("columns") or (), self.catalogue)

    @property
    def totals_said(self) -> str:
        """What is summed up for what, in words."""
        totals = self.draft.get("totals") or {"by": (), "figures": ()}
        told = words.columns(totals["figures"], self.catalogue)
        by = words.columns(totals["by"], self.catalogue)
        return _("%(figures)s for each %(by)s") % {"figures": told, "by": by} if by else told

    @property
    def sort_said(self) -> str:
        """By which columns it is sorted, in words."""
        names = [each.removeprefix("-") for each in self.draft.get("sort", ())]
        return words.columns(names, self.catalogue)

    @property
    def chosen(self) -> tuple[str, ...]:
        """Columns of the result; the usual ones unless some are chosen."""
        return tuple(self.draft.get("columns") or ()) or self.catalogue.usual

    @property
    def totals(self) -> bool:
        return bool(self.draft.get("totals"))

    @property
    def numbers(self) -> bool:
        """Whether customers' numbers would stand in the result."""
        totals = self.draft.get("totals")
        figures = [each for each in (totals or {}).get("figures", ()) if not each.startswith("distinct:")]
        names = (
            {each.partition(":")[0] for each in totals["by"]} | {each.partition(":")[2] for each in figures}
            if totals
            else set(self.chosen)
        )
        return any(each.personal and each.name in names for each in self.catalogue)

    @property
    def by(self) -> list[str]:
        """Columns grouped by, and a place for one more."""
        return [*(self.draft.get("totals") or {}).get("by", ()), ""]

    @property
    def by_options(self) -> Options:
        groups: dict[str, list[Option]] = {}
        for column in self.catalogue:
            head = str(datasets()[column.dataset or self.draft["dataset"]])
            groups.setdefault(head, []).extend(_parts(column))
        return list(groups.items())

    @property
    def figures(self) -> list[tuple[str, str, Options, str]]:
        """(function, column, columns it can be of, fault) of each figure, and a place for one more."""
        named = (self.draft.get("totals") or {}).get("figures", ())
        parts = [each.partition(":") for each in (*named, "")]
        return [
            (function, column, self._fitting(function), self.errors.get(f"figure.{at}", ""))
            for at, (function, _mark, column) in enumerate(parts)
        ]

    def _fitting(self, function: str) -> Options:
        _sql, kinds = FUNCTIONS.get(function, ("", frozenset()))
        groups = [
            (head, [each for each in options if self.catalogue.column(each[0]).kind in kinds])
            for head, options in self.columns
        ]
        return [(head, options) for head, options in groups if options]

    @property
    def functions(self) -> list[Option]:
        return [(name, str(words.FUNCTIONS[name])) for name in FUNCTIONS]

    @property
    def sorts(self) -> list[tuple[str, bool]]:
        """(column, largest first), and a place for one more."""
        named = self.draft.get("sort", ())
        return [*((each.removeprefix("-"), each.startswith("-")) for each in named), ("", True)]

    @property
    def sort_options(self) -> Options:
        """With totals, the columns of the totals; else every column."""
        totals = self.draft.get("totals")
        if not totals:
            return self.columns
        return [
            (
                _("Totals"),
                [(name, words.total(name, self.catalogue)) for name in (*totals["by"], *totals["figures"])],
            )
        ]

    @property
    def root(self) -> Node:
        return self._node(self.draft["where"], "", 1)

    @property
    def centres(self) -> list[Option]:
        return [(each.code, str(each)) for each in visible_to(self.viewer)]

    @property
    def categories(self) -> list[Option]:
        return list(selectors.categories().items())

    def _column(self, name: str) -> Column | None:
        try:
            return self.catalogue.column(name)
        except UnknownColumn:
            return None

    def _node(self, part: Mapping[str, Any], path: str, depth: int) -> Node:
        if "column" in part:
            return self._condition(part, path)
        [(word, parts)] = part.items()
        inside = tuple(
            self._node(each, f"{path}.{at}" if path else str(at), depth + 1) for at, each in enumerate(parts)
        )
        return Node(path, inside, any=word == "any", nested=depth < DEEPEST)

    def _condition(self, part: Mapping[str, Any], path: str) -> Node:
        column = self._column(part["column"])
        error = self.errors.get(path, "")
        if column is None:
            return Node(path, column=part["column"], error=error)
        offered = operators.of_kind(column, unmasked=False)
        names = [each.name for each in offered]
        operator = part["is"] if part["is"] in names else names[0]
        values = tuple(str(value) for value in part.get("value", ()))
        how = _input(column, operator, values)
        return Node(
            path=path,
            column=column.name,
            operator=operator,
            values=values,
            operators=tuple((each.name, str(words.OPERATORS[each.name])) for each in offered),
            input=how,
            choices=tuple(self._choices(column, values)) if how in CHOSEN else (),
            known="categories" if column.codes == CATEGORIES else "",
            about=str(column.about),
            error=error,
        )

    def _choices(self, column: Column, values: tuple[str, ...]) -> Iterator[Option]:
        """What is offered; a number kept from before that is none of them stays."""
        if column.kind is Kind.YES_NO:
            yield from (("true", _("yes")), ("false", _("no")))
        elif column.codes == CENTRES:
            yield from self.centres
        else:
            yield from ((value, words.choice(column, value)) for value in column.choices)
            if column.scale:
                yield from ((value, value) for value in values if value not in column.choices)


def _parts(column: Column) -> Iterator[Option]:
    """The ways a column can be grouped by; a time by its day first, by itself never."""
    if column.kind is Kind.MOMENT:
        for part in PARTS_OF_TIME:
            yield f"{column.name}:{part}", f"{column.title} ({words.PARTS[part]})"
        return
    yield column.name, str(column.title)


def _input(column: Column, operator: str, values: tuple[str, ...]) -> str:
    """How values are asked for."""
    if operators.KNOWN[operator].most == 0:
        return "none"
    if column.kind in operators.TIMES:
        return _input_of_time(operator, values)
    few = column.kind in (Kind.CHOICE, Kind.YES_NO) or column.scale is not None
    if operator == "between":
        return "choose_two" if few else "two"
    if operator in LISTS:
        return "tick" if few else "many" if column.codes == CENTRES else "list"
    if few or (column.codes == CENTRES and operator in ("equals", "not_equals")):
        return "choose"
    return _plain_input(column)


def _plain_input(column: Column) -> str:
    return "number" if column.kind is Kind.NUMBER else "text"


def _input_of_time(operator: str, values: tuple[str, ...]) -> str:
    if operator == "last_days":
        return "days"
    if operator == "during":
        return "dates" if _plain(values) else "two"
    return "date" if _plain(values) else "text"


def _plain(values: tuple[str, ...]) -> bool:
    """Whether a date field can show them: a moment with a time it cannot."""
    return all(len(value) == PLAIN_DAY for value in values)
