"""What can be asked: the columns of every dataset, from its format, and how datasets are related."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from canton.exchange import formats
from canton.exchange.errors import UnknownFormat
from canton.exchange.formats import Field, Format, Text

from .errors import UnknownColumn, UnknownDataset


class Kind(StrEnum):
    """What a column's values are, as far as asking goes."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"
    MOMENT = "moment"
    DAY = "day"


KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "boolean": Kind.YES_NO,
    "datetime": Kind.MOMENT,
    "date": Kind.DAY,
}
SQL_TYPES = {
    Kind.TEXT: "varchar",
    Kind.CHOICE: "varchar",
    Kind.NUMBER: "bigint",
    Kind.YES_NO: "boolean",
    Kind.MOMENT: "timestamp",
    Kind.DAY: "date",
}
CENTRES, CATEGORIES = "sender", "classification"  # code tables, as formats name them
FEW = 10  # whole numbers that are offered to choose from
PLACE = ("batch", "line")  # where a row stands in an original file


@dataclass(frozen=True, slots=True)
class Column:
    """A column that can be asked.

    name: as queries write it; "cases.status" when of a joined dataset. choices: all its values, if few.
    codes: code table its values are named in. personal: identifies a customer, masked wherever it is shown.
    """

    name: str
    title: Text | Promise | str
    kind: Kind
    choices: tuple[str, ...] = ()
    codes: str = ""
    personal: bool = False
    dataset: str = ""  # of a joined one
    field: str = ""  # its name in the files
    scale: tuple[int, int] | None = None  # the least and the largest of few whole numbers, all in `choices`
    about: Text | Promise | str = ""  # what it holds, in a sentence

    @property
    def source(self) -> str:
        """The relation and column that SQL reads; names come from formats, never from a request."""
        return f"{relation_name(self.dataset)}.{quoted(self.field or self.name)}"


@dataclass(frozen=True, slots=True)
class Relation:
    """Another dataset whose rows share these columns with the one asked."""

    dataset: str
    title: Text
    by: tuple[str, ...]


# Added to the format's own columns by the processing (and named here, because no format does).
ADDED = {
    "home_city": Column(
        "home_city", _("Home city"), Kind.TEXT, codes=CENTRES,
        about=_("The city the customer's number belongs to, by the number segments; it may be another than the centre that sent the row."),  # noqa: E501
    ),
    "roaming_kind": Column(
        "roaming_kind", _("Kind of roaming"), Kind.CHOICE, choices=("local", "domestic", "international"),
        about=_("Whether the number was at home, elsewhere in the country, or abroad."),
    ),
    "category_head": Column(
        "category_head", _("Category (class)"), Kind.TEXT, codes=CATEGORIES,
        about=_("The class above the category: the first two digits of its code."),
    ),
    "day": Column("day", _("Day"), Kind.DAY, about=_("The local day the row is counted under.")),
    "batch": Column("batch", _("Batch"), Kind.TEXT, about=_("The delivery the row came with.")),
    "line": Column("line", _("Line"), Kind.NUMBER, about=_("Its line in the file that was sent.")),
}  # fmt: skip
# Columns that mean the same wherever they are; the first set that two datasets both have relates them.
FIRST = "contacts"
MAIN = ("number", "category")  # parts whose columns come first
USUAL = 10
USUAL_JOINED = 3
SHARED = (
    ("centre", "contact_id"),
    ("centre", "case_id"),
    ("number",),
    ("centre", "agent", "day"),
)


def datasets() -> dict[str, Text]:
    """Names of all datasets with the titles of their newest format; contacts first, they are the most."""
    found = {each.name: each.title for each in reversed(formats.all())}
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != FIRST, pair[0])))


def format_of(dataset: str) -> Format:
    """The newest format of a dataset.

    Raises:
        UnknownDataset: there is none.
    """
    try:
        return formats.get(dataset)
    except UnknownFormat as error:
        raise UnknownDataset(name=dataset) from error


@cache
def own_columns(dataset: str) -> Mapping[str, Column]:
    """The columns of a dataset by name: those of its format, then what the processing adds.

    Raises:
        UnknownDataset: there is none.
    """
    format_ = format_of(dataset)
    found = {field.name: _column(field) for field in format_.fields}
    parts = {"home_city": "number", "roaming_kind": "number", "category_head": "category"}
    added = [each for each in ADDED.values() if parts.get(each.name, "") in {"", *format_.roles}]
    return found | {each.name: each for each in added if each.name not in found}


def _column(field: Field) -> Column:
    kind = KINDS.get(str(field.type), Kind.TEXT)
    if field.enum and kind is Kind.TEXT:
        kind = Kind.CHOICE
    codes, about, scale = field.codes or "", field.description, _scale(field)
    choices = tuple(map(str, range(scale[0], scale[1] + 1))) if scale else field.enum
    return Column(field.name, field.title, kind, choices, codes, field.personal, about=about, scale=scale)


def _scale(field: Field) -> tuple[int, int] | None:
    """The bounds of a column of few whole numbers, as a mark from 1 to 5."""
    if field.minimum is None or field.maximum is None or field.maximum - field.minimum >= FEW:
        return None
    return field.minimum, field.maximum


@cache
def relations(dataset: str) -> tuple[Relation, ...]:
    """The datasets that can be joined to one, each by the columns both have.

    Raises:
        UnknownDataset: there is no such dataset.
    """
    mine = own_columns(dataset)
    found = []
    for name, title in datasets().items():
        theirs = own_columns(name)
        by = next((keys for keys in SHARED if set(keys) <= set(mine) & set(theirs)), None)
        if name != dataset and by is not None:
            found.append(Relation(name, title, by))
    return tuple(found)


def relation(dataset: str, other: str) -> Relation:
    """How another dataset is related to one.

    Raises:
        UnknownDataset: it is not.
    """
    for each in relations(dataset):
        if each.dataset == other:
            return each
    raise UnknownDataset(name=other)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The columns of a dataset and of those joined to it."""

    dataset: str
    joins: tuple[Relation, ...]

    @classmethod
    def of(cls, dataset: str, joins: tuple[str, ...] = ()) -> "Catalogue":
        """Raises UnknownDataset."""
        own_columns(dataset)
        return cls(dataset, tuple(relation(dataset, other) for other in joins))

    def __iter__(self) -> Iterator[Column]:
        yield from own_columns(self.dataset).values()
        for join in self.joins:
            for each in own_columns(join.dataset).values():
                yield replace(each, name=f"{join.dataset}.{each.name}", dataset=join.dataset, field=each.name)

    def column(self, name: str, path: str = "") -> Column:
        """The column of that name.

        Raises:
            UnknownColumn: none of the datasets has it.
        """
        for each in self:
            if each.name == name:
                return each
        raise UnknownColumn(name=name, path=path)

    @property
    def usual(self) -> tuple[str, ...]:
        """The columns shown unless others are chosen: of every dataset some."""
        joined = [
            f"{relation.dataset}.{name}"
            for relation in self.joins
            for name in [each for each in _usual(relation.dataset) if each not in relation.by][:USUAL_JOINED]
        ]
        return (*_usual(self.dataset), *joined)


def _usual(dataset: str) -> tuple[str, ...]:
    format_, own = format_of(dataset), own_columns(dataset)
    named = [own[name] for name in format_.columns]
    kinds = (Kind.CHOICE, Kind.NUMBER, Kind.TEXT)
    first = [
        format_.loaded_key.day_of,
        "centre",
        *(format_.roles[part] for part in MAIN if part in format_.roles),
    ]
    first += [each.name for kind in kinds for each in named if each.kind is kind]
    return tuple(dict.fromkeys(name for name in first if name in own))[:USUAL]


def relation_name(dataset: str) -> str:
    """What SQL calls the rows of the dataset asked ("") or of a joined one."""
    return quoted(f"joined_{dataset}") if dataset else "base"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
