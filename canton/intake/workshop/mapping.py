"""A layout as a person fills it in: for each field of the format how it is made, in one line.

What cannot be said in such a line stands as an expression of the layout language, in JSON.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from canton.exchange.formats import Field, FieldType, Format
from canton.exchange.formats.words import word

from ..shapes import BadLayout

HOW: dict[str, str | Promise] = {
    "none": pgettext_lazy("made of", "nothing"),
    "column": pgettext_lazy("made of", "a column"),
    "constant": pgettext_lazy("made of", "always the same"),
    "centre": pgettext_lazy("made of", "the sending centre"),
    "time": pgettext_lazy("made of", "a column with a time"),
    "table": pgettext_lazy("made of", "a column by a table"),
    "expression": pgettext_lazy("made of", "an expression"),
}
FORMS = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Line:
    """How one field is made: the column it is from, and a constant, forms of a time, a table or JSON."""

    field: str
    how: str = "none"
    column: str = ""
    text: str = ""


def lines_of(document: Mapping[str, Any], format_: Format) -> list[Line]:
    """The lines a layout's fields come to."""
    fields: Mapping[str, Any] = document["fields"] if isinstance(document["fields"], Mapping) else {}
    tables = document.get("tables", {})
    return [_line(field.name, fields.get(field.name), tables) for field in format_.fields]


def _line(field: str, expression: Any, tables: Mapping[str, Any]) -> Line:
    line = Line(field, "expression", "", json.dumps(expression, ensure_ascii=False))
    match expression:
        case None:
            line = Line(field)
        case {"column": str(column)}:
            line = Line(field, "column", column)
        case {"constant": str() | int() as value}:
            line = Line(field, "constant", "", str(value))
        case {"context": "centre"}:
            line = Line(field, "centre")
        case {"moment": [{"column": str(column)}], "forms": list(forms)}:
            line = Line(field, "time", column, " | ".join(forms))
        case {"codes": str(table), "of": {"column": str(column)}} if set(tables.get(table, {})) == {"codes"}:
            pairs = tables[table]["codes"].items()
            line = Line(field, "table", column, "\n".join(f"{theirs} = {ours}" for theirs, ours in pairs))
    return line


def applied(document: Mapping[str, Any], format_: Format, lines: Iterable[Line]) -> dict[str, Any]:
    """The layout with its fields made as the lines say.

    Raises:
        BadLayout: a line cannot be understood; `where` names its field.
    """
    name, fields, tables = document["name"], {}, dict(document.get("tables", {}))
    for line in lines:
        try:
            expression = _expression(line, format_.field(line.field), tables)
        except ValueError as error:
            raise BadLayout(layout=name, where=f"fields.{line.field}", what=str(error)) from error
        if expression is not None:
            fields[line.field] = expression
    return {**document, "fields": fields, "tables": tables}


def _expression(line: Line, field: Field, tables: dict[str, Any]) -> Any:
    if unfinished(line):
        raise ValueError(_("choose a column"))
    if line.how == "expression":
        return _parsed(line.text)
    made: Any = {"column": line.column} if line.how == "column" else None
    if line.how == "constant":
        whole = field.type is FieldType.INTEGER and line.text.strip().isdigit()
        made = {"constant": int(line.text) if whole else coded(field, line.text.strip())}
    elif line.how == "centre":
        made = {"context": "centre"}
    elif line.how == "time":
        forms = [form.strip() for form in (line.text or FORMS).split("|")]
        made = {"moment": [{"column": line.column}], "forms": forms}
    elif line.how == "table":
        pairs = (_pair(each) for each in line.text.splitlines() if each.strip())
        tables[line.field] = {"codes": {theirs: coded(field, ours) for theirs, ours in pairs}}
        made = {"codes": line.field, "of": {"column": line.column}}
    return made


def unfinished(line: Line) -> bool:
    """Whether a line still wants its column."""
    return line.how in ("column", "time", "table") and not line.column


def to_choose(format_: Format, lines: Iterable[Line]) -> list[str]:
    """Titles of the fields that still want something: a column, or to be made at all."""
    fields = [(format_.field(line.field), line) for line in lines]
    return [str(f.title) for f, line in fields if unfinished(line) or (f.required and line.how == "none")]


def coded(field: Field, said: str) -> str:
    """The code of a field's value that is said by its word in the reader's language; any other as it is."""
    return next((each for each in field.enum if said and said == word(field.name, each)), said)


def _pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = text.partition("=")
    if not equals:
        raise ValueError(_("each line of a table says: theirs = ours"))
    return theirs.strip(), ours.strip()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        example = '{"column": "..."}'
        raise ValueError(
            _("this is no expression; one looks like %(example)s") % {"example": example}
        ) from error


def proposed(format_: Format, columns: Iterable[str]) -> list[Line]:
    """A line for each field that a column is named after, and the centre's own."""
    by_name = {column.casefold(): column for column in columns}
    lines = []
    for field in format_.fields:
        names = (field.name, field.title.zh, field.title.en, field.name.replace("_", " "))
        column = next((by_name[name.casefold()] for name in names if name.casefold() in by_name), "")
        if field.codes == "sender":
            lines.append(Line(field.name, "centre"))
        elif column and field.type is FieldType.DATETIME:
            lines.append(Line(field.name, "time", column, " | ".join(field.formats)))
        else:
            lines.append(Line(field.name, "column" if column else "none", column))
    return lines
