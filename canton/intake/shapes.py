"""What a layout is once it was read, and what is wrong with one that cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from canton.exchange.formats import Format, Text
from canton.kernel.errors import CantonError

from .expressions import CodeTable, Compiled, Expression
from .sources.model import Source


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

    source: how the file itself is written. encoding, delimiter, quote, columns: of what the steps read, which
    is the file where `source.plain`, and a copy in UTF-8 CSV otherwise.
    values: named intermediate values, in order. fields: field → expression. repairs: (code, condition).
    own: the file is in the format itself; columns are the format's, `values`, `fields`, `repairs` are empty.
    document: the layout as JSON, for keeping with a batch. title: what people call it, where that is said.
    """

    name: str
    format: Format
    notes: Text
    source: Source
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
    title: Text | None = None

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
