"""Layouts: how a file that is not in the format becomes rows of it. Data: JSON, checked when it is read."""

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from django.utils.translation import gettext_noop

from canton.exchange import formats
from canton.exchange.formats import FieldType, Format, Text
from canton.kernel.errors import CantonError

from .expressions import BadExpression, CodeTable, Compiled, Expression, Scope, compile_expression
from .sql import name as quoted

FOLDER = Path(__file__).parent / "layouts"
ENCODINGS = frozenset({"utf-8", "ascii", "gb18030", "gbk", "big5", "latin-1", "iso8859-8", "cp1255"})
KEYS = frozenset(
    [
        "name",
        "dataset",
        "version",
        "notes",
        "encoding",
        "delimiter",
        "quote",
        "trim",
        "columns",
        "fields",
        "tables",
        "values",
        "repairs",
    ]
)
COLUMN_KEYS = frozenset(["name", "required", "type", "pattern", "codes", "form", "width"])
KINDS = {"string": "text", "integer": "number", "datetime": "moment", "boolean": "truth"}
REPAIR_CODE = re.compile(r"[a-z_]{1,30}:[a-z_]{1,30}")
MOST_COLUMNS = 500


class UnknownLayout(CantonError, LookupError):
    """There is no layout of this name."""

    code = "E-LAYOUT-UNKNOWN"
    text = gettext_noop("There is no layout “%(layout)s”.")


class BadLayout(CantonError, ValueError):
    """A layout that cannot be used; `where` is the key at fault."""

    code = "E-LAYOUT-INVALID"
    text = gettext_noop("The layout “%(layout)s” is not usable: %(where)s: %(what)s.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file and what holds of its values before anything is made of them (empty ones pass).

    type: string, integer, or moment with its strptime `form` (and `width` in characters where it is fixed).
    codes: the values it may have; none listed = any.
    """

    name: str
    required: bool = False
    type: str = "string"
    pattern: str | None = None
    codes: tuple[str, ...] = ()
    form: str | None = None
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written and what each field of the format is made of.

    values: named intermediate values, in order. fields: field → expression. repairs: (code, condition).
    own: the file is in the format itself; columns are the format's, `values`, `fields`, `repairs` are empty.
    document: the layout as JSON, for keeping with a batch.
    """

    name: str
    format: Format
    notes: Text
    encoding: str
    delimiter: str
    quote: str | None
    trim: bool
    own: bool
    columns: tuple[Column, ...]
    tables: Mapping[str, CodeTable]
    values: tuple[tuple[str, Expression], ...]
    fields: Mapping[str, Expression]
    repairs: tuple[tuple[str, Expression], ...]
    document: Mapping[str, Any]

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the file's columns, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Derived:
    """A layout compiled: SQL of values (each may use those before), of fields, and of repairs by code."""

    values: tuple[tuple[str, str], ...]
    fields: Mapping[str, Compiled]
    repairs: Mapping[str, str]


def names() -> tuple[str, ...]:
    """Names of the layouts that come with the house."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def load_layout(name: str) -> Layout:
    """A layout that comes with the house.

    Raises:
        UnknownLayout: there is none of this name.
        BadLayout: its file is not sound.
    """
    if name not in names():
        raise UnknownLayout(layout=name)
    return read_layout(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


def own_layout(format_: Format) -> Layout:
    """The layout of files that are in the format itself: UTF-8 CSV with a header."""
    return Layout(
        name=f"{format_.name}-{format_.version}",
        format=format_,
        notes=Text(zh="", en=""),
        encoding="utf-8",
        delimiter=",",
        quote='"',
        trim=False,
        own=True,
        columns=tuple(Column(field.name) for field in format_.fields),
        tables={},
        values=(),
        fields={},
        repairs=(),
        document={},
    )


def read_layout(document: Mapping[str, Any]) -> Layout:
    """A layout from its JSON.

    Raises:
        BadLayout: an unknown key, a missing one, or an expression that is not of the language; nothing of a
            layout is used before all of it was read and compiled once.
    """
    name = document.get("name") if isinstance(document, Mapping) else None
    try:
        layout = _read(document)
        derive(layout, {"centre": ""})
    except BadLayout:
        raise
    except (CantonError, LookupError, TypeError, ValueError, AttributeError, duckdb.Error) as error:
        raise BadLayout(layout=name or "?", where=type(error).__name__, what=str(error)) from error
    return layout


def derive(layout: Layout, context: Mapping[str, str]) -> Derived:
    """Compile a layout's expressions.

    Raises:
        BadLayout: an expression is not of the language.
    """
    scope = Scope({each: cell_text(layout, each) for each in layout.header}, layout.tables, context)
    values: list[tuple[str, str]] = []
    for name, expression in layout.values:
        made = _compiled(layout, f"values.{name}", expression, scope)
        values.append((f"v:{name}", made.sql))
        scope.values[name] = Compiled(quoted(f"v:{name}"), made.kind, made.sources, made.needs)
    fields = {field: _field(layout, field, expression, scope) for field, expression in layout.fields.items()}
    repairs = {code: _condition(layout, code, expression, scope) for code, expression in layout.repairs}
    return Derived(tuple(values), fields, {**scope.repairs, **repairs})


def cell_text(layout: Layout, column: str) -> str:
    """SQL of a column's text; blanks around it go where the layout says so, and an empty one is null."""
    return f"nullif(trim({quoted(column)}), '')" if layout.trim else quoted(column)


def _compiled(layout: Layout, where: str, expression: object, scope: Scope) -> Compiled:
    try:
        return compile_expression(expression, scope)
    except BadExpression as error:
        raise BadLayout(layout=layout.name, where=where, what=str(error)) from error


def _field(layout: Layout, field: str, expression: object, scope: Scope) -> Compiled:
    made, wanted = _compiled(layout, f"fields.{field}", expression, scope), layout.format.field(field).type
    if made.kind not in ("text", KINDS[wanted]):
        raise BadLayout(layout=layout.name, where=f"fields.{field}", what=f"a {made.kind} is no {wanted}")
    return made


def _condition(layout: Layout, code: str, expression: object, scope: Scope) -> str:
    made = _compiled(layout, f"repairs.{code}", expression, scope)
    if made.kind != "truth":
        raise BadLayout(layout=layout.name, where=f"repairs.{code}", what="a condition is wanted")
    return made.sql


def _read(document: Mapping[str, Any]) -> Layout:
    name = document["name"]
    _require(name, not set(document) - KEYS, "keys", f"unknown: {sorted(set(document) - KEYS)}")
    format_ = formats.get(document["dataset"], document["version"])
    own = document["fields"] == "format"
    fields: Mapping[str, Expression] = {} if own else document["fields"]
    unknown = sorted(set(fields) - set(format_.columns))
    _require(name, not unknown, "fields", f"{format_.name} {format_.version} has no {unknown}")
    layout = Layout(
        name=name,
        format=format_,
        notes=Text(**document["notes"]),
        encoding=_encoding(name, document["encoding"]),
        delimiter=document["delimiter"],
        quote=document.get("quote"),
        trim=bool(document.get("trim", False)),
        own=own,
        columns=_columns(name, document["columns"], format_),
        tables={key: CodeTable(**table) for key, table in document.get("tables", {}).items()},
        values=tuple((key, expression) for key, expression in document.get("values", ())),
        fields=fields,
        repairs=tuple((code, condition) for code, condition in document.get("repairs", ())),
        document=document,
    )
    _require_sound(layout)
    return layout


def _require_sound(layout: Layout) -> None:
    """What holds of every layout beyond the form of its parts."""
    delimiter, quote = layout.delimiter, layout.quote
    one = isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '\r\n\0"'
    _require(layout.name, one and delimiter.isascii(), "delimiter", "one ASCII character is wanted")
    _require(layout.name, quote in (None, '"', "'"), "quote", "a quotation mark or null is wanted")
    header = layout.header
    _require(layout.name, len(set(header)) == len(header), "columns", "two have the same name")
    _require(layout.name, 1 < len(header) <= MOST_COLUMNS, "columns", "a file has 2 to 500 columns")
    _require(
        layout.name, not layout.own or header == layout.format.columns, "fields", "not the format's columns"
    )
    for table in layout.tables.values():
        texts = [*table.codes, *table.codes.values()]
        fit = all(isinstance(text, str) for text in texts) and table.unlisted in ("keep", "empty")
        _require(layout.name, fit, "tables", "codes are texts; unlisted is 'keep' or 'empty'")
    for code in [*(table.repair for table in layout.tables.values()), *(code for code, _ in layout.repairs)]:
        fit = code is None or REPAIR_CODE.fullmatch(code) is not None
        _require(layout.name, fit, "repairs", f"a code looks like clock:set_back, not {code!r}")


def _require(layout: str, holds: bool, where: str, what: str) -> None:
    if not holds:
        raise BadLayout(layout=layout, where=where, what=what)


def _encoding(layout: str, encoding: str) -> str:
    normal = codecs.lookup(encoding).name
    known = {codecs.lookup(each).name: each for each in ENCODINGS}
    _require(layout, normal in known, "encoding", f"not one of {sorted(ENCODINGS)}")
    return "utf-8" if normal == "ascii" else normal


def _columns(layout: str, columns: str | Sequence[Mapping[str, Any]], format_: Format) -> tuple[Column, ...]:
    if isinstance(columns, str):
        _require(layout, columns == "format", "columns", "a list is wanted, or 'format'")
        return tuple(Column(field.name) for field in format_.fields)
    made = []
    for each in columns:
        _require(
            layout, not set(each) - COLUMN_KEYS, "columns", f"unknown: {sorted(set(each) - COLUMN_KEYS)}"
        )
        column = Column(**{**each, "codes": tuple(each.get("codes", ()))})
        fit = column.type in (FieldType.STRING, FieldType.INTEGER, "moment")
        _require(layout, fit, "columns", f"{column.name!r} is of no known type")
        _require(
            layout, column.type != "moment" or bool(column.form), "columns", f"{column.name!r} lacks a form"
        )
        duckdb.execute("select regexp_full_match('', $1)", [column.pattern or ""])  # its own dialect: RE2
        made.append(column)
    return tuple(made)
