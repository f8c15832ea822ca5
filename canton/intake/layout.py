"""Layouts: how a file that is not in the format becomes rows of it. Data: JSON, checked when it is read."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from django.utils.translation import gettext_noop as _

from canton.exchange import formats
from canton.exchange.formats import Format, Text
from canton.kernel.errors import CantonError

from .documents import read
from .expressions import KINDS as SPOKEN
from .expressions import BadExpression, Compiled, Scope, compile_expression
from .expressions import Kind as ValueKind
from .shapes import BadLayout, Column, Derived, Layout, UnknownLayout
from .sources.model import Kind, Source
from .spoken import Spoken
from .sql import literal
from .sql import name as quoted

__all__ = [
    "FOLDER",
    "BadLayout",
    "Column",
    "Derived",
    "Layout",
    "UnknownLayout",
    "cell_text",
    "derive",
    "load_layout",
    "names",
    "own_layout",
    "read_layout",
]
FOLDER = Path(__file__).parent / "layouts"
BLANKS = literal(" \t\n\r\u3000")
KINDS: dict[str, ValueKind] = {
    "string": "text",
    "integer": "number",
    "datetime": "moment",
    "boolean": "truth",
}


def names() -> tuple[str, ...]:
    """Names of the layouts that come with the house: each version of a format under its own, and files."""
    own = {f"{each.name}-{each.version}" for each in formats.all()}
    return tuple(sorted(own | {path.stem for path in FOLDER.glob("*.json")}))


@cache
def load_layout(name: str) -> Layout:
    """A layout that comes with the house.

    Raises:
        UnknownLayout: there is none of this name.
        BadLayout: its file is not sound.
    """
    path = FOLDER / f"{name}.json"
    if name not in names():
        raise UnknownLayout(layout=name)
    if path.is_file():
        return read_layout(json.loads(path.read_text("utf-8")))
    return next(own_layout(each) for each in formats.all() if f"{each.name}-{each.version}" == name)


def own_layout(format_: Format) -> Layout:
    """The layout of files that are in the format itself: UTF-8 CSV with a header."""
    return Layout(
        name=f"{format_.name}-{format_.version}",
        format=format_,
        notes=Text(zh="", en=""),
        source=Source(Kind.TEXT, "utf-8", columns=format_.columns),
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
        layout = read(document)
        derive(layout, {"centre": ""})
    except BadLayout:
        raise
    except (CantonError, LookupError, TypeError, ValueError, AttributeError, duckdb.Error) as error:
        where, what = _unsound(error)
        raise BadLayout(layout=name or "?", where=where, what=what) from error
    return layout


def _unsound(error: Exception) -> tuple[str, str]:
    """(where, what) of a document that has not even the form of a layout."""
    if isinstance(error, CantonError):  # a dataset or version there is none of
        return "dataset", error.message
    if isinstance(error, KeyError):
        return "keys", Spoken(_("“%(name)s” is missing"), name=error.args[0])
    if isinstance(error, duckdb.Error):
        return "columns", Spoken(_("a pattern cannot be read; mind its brackets"))
    if isinstance(error, LookupError):
        return "encoding", Spoken(_("no encoding of this name is known"))
    return "keys", Spoken(_("this has not the form of a layout"))


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
    return f"nullif(trim({quoted(column)}, {BLANKS}), '')" if layout.trim else quoted(column)


def _compiled(layout: Layout, where: str, expression: object, scope: Scope) -> Compiled:
    try:
        return compile_expression(expression, scope)
    except BadExpression as error:
        raise BadLayout(layout=layout.name, where=where, what=error.what) from error


def _field(layout: Layout, field: str, expression: object, scope: Scope) -> Compiled:
    made, wanted = _compiled(layout, f"fields.{field}", expression, scope), layout.format.field(field).type
    if made.kind not in ("text", KINDS[wanted]):
        raise BadLayout(layout=layout.name, where=f"fields.{field}", what=_other(made, KINDS[wanted]))
    return made


def _other(made: Compiled, wanted: ValueKind) -> Spoken:
    text = _("%(found)s is made, and %(wanted)s is wanted; choose another way to make it")
    return Spoken(text, found=SPOKEN[made.kind], wanted=SPOKEN[wanted])


def _condition(layout: Layout, code: str, expression: object, scope: Scope) -> str:
    made = _compiled(layout, f"repairs.{code}", expression, scope)
    if made.kind != "truth":
        raise BadLayout(layout=layout.name, where=f"repairs.{code}", what=Spoken(_("a condition is wanted")))
    return made.sql
