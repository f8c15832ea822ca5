"""Reading a layout's JSON: every key, and what holds between them."""

import codecs
import re
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
from django.utils.translation import gettext_noop as _

from canton.exchange import formats
from canton.exchange.formats import FieldType, Format, Text

from .expressions import CodeTable, Expression
from .shapes import BadLayout, Column, Layout
from .sources.model import AUTO, Kind, Melt, Source
from .sources.shaping import header
from .spoken import Spoken, quoted

ENCODINGS = frozenset({"utf-8", "ascii", "gb18030", "gbk", "big5", "latin-1", "iso8859-8", "cp1255"})
PARTS = (
    "name",
    "title",
    "dataset",
    "version",
    "notes",
    "columns",
    "fields",
    "tables",
    "values",
    "repairs",
    "trim",
)
WRITTEN = ("kind", "encoding", "delimiter", "quote", "sheet", "header", "measure", "row", "melt")
KEYS = frozenset([*PARTS, *WRITTEN])
COLUMN_KEYS = frozenset(["name", "required", "type", "pattern", "codes", "form", "width", "at"])
MELT_KEYS = frozenset(["columns", "name", "value"])
MAY_MELT = MELT_KEYS | {"without"}
REPAIR_CODE = re.compile(r"[a-z_]{1,30}:[a-z_]{1,30}")
MOST_COLUMNS = 500
FEW = _("only one column was found; choose another kind, separator or row of the column names")
MANY = _("the file has more than 500 columns; leave out those that are not wanted")
LONGEST_TITLE = 80
LAST_ROW = 1_048_576
PAIR = 2


def read(document: Mapping[str, Any]) -> Layout:
    """A layout from its JSON.

    Raises:
        BadLayout: a key or what it says is not sound.
        KeyError, TypeError, ValueError, AttributeError: it has not even the form; the caller says so.
    """
    name = document["name"]
    unknown = sorted(set(document) - KEYS)
    require(name, not unknown, "keys", _("a layout has no “%(found)s”"), found=", ".join(unknown))
    format_ = formats.get(document["dataset"], document["version"])
    own = document["fields"] == "format"
    fields: Mapping[str, Expression] = {} if own else document["fields"]
    unknown = sorted(set(fields) - set(format_.columns))
    require(name, not unknown, "fields", _("the data have no “%(found)s”"), found=", ".join(unknown))
    columns = _columns(name, document["columns"], format_)
    source = _source(name, document, columns)
    copied = not source.plain
    layout = Layout(
        name=name,
        format=format_,
        notes=Text(**document["notes"]),
        source=source,
        encoding=source.encoding,
        delimiter="," if copied else source.delimiter,
        quote='"' if copied else source.quote,
        trim=bool(document.get("trim", False)),
        own=own,
        columns=_of_records(columns, source),
        tables={key: CodeTable(**table) for key, table in document.get("tables", {}).items()},
        values=tuple((key, expression) for key, expression in document.get("values", ())),
        fields=fields,
        repairs=tuple((code, condition) for code, condition in document.get("repairs", ())),
        document=document,
        title=_title(name, document.get("title")),
    )
    _require_sound(layout)
    return layout


def require(layout: str, holds: bool, where: str, text: str, **facts: object) -> None:
    """See that something holds of a layout; text: a msgid that says what to do."""
    if not holds:
        raise BadLayout(layout=layout, where=where, what=Spoken(text, **facts))


def _title(layout: str, title: object) -> Text | None:
    if title is None:
        return None
    said = isinstance(title, Mapping) and set(title) == {"en", "zh"}
    fit = said and all(isinstance(each, str) and len(each) <= LONGEST_TITLE for each in title.values())  # type: ignore[attr-defined]
    require(layout, fit, "title", _("a title is said in “zh” and “en”, each at most 80 characters"))
    return Text(**title)  # type: ignore[arg-type]


def _source(layout: str, document: Mapping[str, Any], columns: Sequence[Column]) -> Source:
    kind = document.get("kind", "text")
    require(layout, kind in set(Kind), "kind", _("choose one of %(known)s"), known=", ".join(Kind))
    text = kind in (Kind.TEXT, Kind.FIXED)
    first = document.get("header", 0 if kind == Kind.FIXED else 1)
    fit = isinstance(first, int) and not isinstance(first, bool) and 0 <= first <= LAST_ROW
    require(
        layout,
        fit and (first > 0 or kind == Kind.FIXED),
        "header",
        _("the number of the row that names the columns is wanted, from 1"),
    )
    melt = _melt(layout, document.get("melt"))
    require(layout, melt is None or kind != Kind.FIXED, "melt", _("text of fixed width has no such columns"))
    measure = document.get("measure", "bytes")
    require(
        layout,
        measure in ("bytes", "characters"),
        "measure",
        _("choose one of %(known)s"),
        known="bytes, characters",
    )
    sheet, row = document.get("sheet"), document.get("row")
    require(layout, sheet is None or isinstance(sheet, str), "sheet", _("the name of a sheet is wanted"))
    require(
        layout,
        row is None or (isinstance(row, str) and bool(row)),
        "row",
        _("the name of a column is wanted"),
    )
    return Source(
        kind=Kind(kind),
        encoding=_encoding(layout, document["encoding"]) if text else "utf-8",
        delimiter=_delimiter(layout, document["delimiter"]) if kind == Kind.TEXT else ",",
        quote=_quote(layout, document.get("quote")) if kind == Kind.TEXT else '"',
        sheet=sheet,
        header=first,
        columns=(*(column.name for column in columns), *(melt.columns if melt else ())),
        places=_places(layout, document["columns"]) if kind == Kind.FIXED else (),
        bytewise=measure == "bytes",
        melt=melt,
        row=row,
    )


def _encoding(layout: str, encoding: str) -> str:
    if encoding == AUTO:
        return AUTO
    normal = codecs.lookup(encoding).name
    known = {codecs.lookup(each).name: each for each in ENCODINGS}
    require(
        layout,
        normal in known,
        "encoding",
        _("choose one of %(known)s"),
        known=", ".join(sorted({*ENCODINGS, AUTO})),
    )
    return "utf-8" if normal == "ascii" else normal


def _delimiter(layout: str, delimiter: object) -> str:
    one = isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '\r\n\0"'
    require(layout, one and str(delimiter).isascii(), "delimiter", _("one character is wanted, as , or ;"))
    return str(delimiter)


def _quote(layout: str, quote: object) -> str | None:
    require(layout, quote in (None, '"', "'"), "quote", _("a quotation mark or null is wanted"))
    return None if quote is None else str(quote)


def _melt(layout: str, melt: Mapping[str, Any] | None) -> Melt | None:
    if melt is None:
        return None
    require(
        layout,
        MELT_KEYS <= set(melt) <= MAY_MELT,
        "melt",
        _("its parts are %(known)s"),
        known=", ".join(sorted(MAY_MELT)),
    )
    columns, names, without = melt["columns"], (melt["name"], melt["value"]), melt.get("without", [])
    texts = isinstance(without, list) and all(isinstance(each, str) for each in without)
    require(layout, texts, "melt", _("“without” is a list of values that are no answer"))
    fit = isinstance(columns, list) and all(isinstance(each, str) and each for each in (*columns, *names))
    require(
        layout, fit and bool(columns), "melt", _("“columns” is a list of names; “name” and “value” are names")
    )
    return Melt(tuple(columns), *names, tuple(without))


def _places(layout: str, columns: Sequence[Mapping[str, Any]]) -> tuple[tuple[int, int], ...]:
    places = []
    for each in columns:
        at: Any = each.get("at")
        fit = isinstance(at, list) and len(at) == PAIR and all(type(place) is int for place in at)
        require(
            layout,
            fit and 1 <= at[0] <= at[1],
            "columns",
            _("say from which to which position each column stands"),
        )
        places.append((at[0], at[1]))
    return tuple(places)


def _columns(layout: str, columns: str | Sequence[Mapping[str, Any]], format_: Format) -> tuple[Column, ...]:
    if isinstance(columns, str):
        require(layout, columns == "format", "columns", _("a list of columns is wanted"))
        return tuple(Column(field.name) for field in format_.fields)
    return tuple(_column(layout, each) for each in columns)


def _column(layout: str, content: Mapping[str, Any]) -> Column:
    unknown = sorted(set(content) - COLUMN_KEYS)
    require(layout, not unknown, "columns", _("a column has no “%(found)s”"), found=", ".join(unknown))
    given = {key: value for key, value in content.items() if key != "at"}
    column = Column(**{**given, "codes": tuple(content.get("codes", ()))})
    fit = column.type in (FieldType.STRING, FieldType.INTEGER, "moment")
    require(layout, fit, "columns", _("“%(name)s” is of no known type"), name=column.name)
    require(
        layout,
        column.type != "moment" or bool(column.form),
        "columns",
        _("how the time in “%(name)s” is written is not said"),
        name=column.name,
    )
    if column.pattern:
        with duckdb.connect() as engine:  # its own dialect: RE2
            engine.execute("select regexp_full_match('', $1)", [column.pattern])
    return column


def _of_records(columns: Sequence[Column], source: Source) -> tuple[Column, ...]:
    """The columns the steps read: those of the file, and those that are made on the way."""
    known = {column.name: column for column in columns}
    return tuple(known.get(name, Column(name)) for name in header(source))


def _require_sound(layout: Layout) -> None:
    """What holds of every layout beyond the form of its parts."""
    for names in (layout.header, layout.source.columns):
        require(layout.name, len(set(names)) == len(names), "columns", _("two columns have the same name"))
        require(layout.name, 1 < len(names) <= MOST_COLUMNS, "columns", FEW if len(names) < PAIR else MANY)
    own = not layout.own or layout.header == layout.format.columns
    require(layout.name, own, "fields", _("the columns are not those of the data, in their order"))
    for table in layout.tables.values():
        texts = [*table.codes, *table.codes.values()]
        fit = all(isinstance(text, str) for text in texts) and table.unlisted in ("keep", "empty")
        require(
            layout.name,
            fit,
            "tables",
            _("values of a table are texts, and all others are kept or left empty"),
        )
    for code in [
        *(table.repair for table in layout.tables.values()),
        *(code for code, _condition in layout.repairs),
    ]:
        fit = code is None or REPAIR_CODE.fullmatch(code) is not None
        require(
            layout.name,
            fit,
            "repairs",
            _("a code looks like clock:set_back, not “%(found)s”"),
            found=quoted(code),
        )
