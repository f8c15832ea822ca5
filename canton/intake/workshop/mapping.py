"""A layout as a person fills it in: for each field of the format how it is made, in one line.

What cannot be said in such a line stands as an expression of the layout language, in JSON.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from canton.exchange.formats import Field, FieldType, FilledWhen, Format
from canton.exchange.formats.words import word

from . import between, questions
from .code_lists import coded, lines_of_codes, read_codes
from .questions import Question

HOW: dict[str, str | Promise] = {
    "none": pgettext_lazy("made of", "nothing"),
    "column": pgettext_lazy("made of", "a column"),
    "constant": pgettext_lazy("made of", "always the same"),
    "centre": pgettext_lazy("made of", "the sending centre"),
    "time": pgettext_lazy("made of", "a column with a time"),
    "table": pgettext_lazy("made of", "a column by a table"),
    "between": pgettext_lazy("made of", "the seconds between two times"),
    "asked": pgettext_lazy("made of", "as said of each question above"),
    "expression": pgettext_lazy("made of", "an expression"),
}
FORMS = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Line:
    """How one field is made.

    column: the column it is from. text: a constant, forms of a time, the lines of a list of values, the two
    fields a time is taken between, or JSON.
    rest: what becomes of values a list does not name, "keep" or "empty". only: made where the format wants it
    alone, as a score of score questions.
    """

    field: str
    how: str = "none"
    column: str = ""
    text: str = ""
    rest: str = "keep"
    only: bool = False


def conditions(format_: Format) -> dict[str, tuple[str, str]]:
    """Field → (field, value) where one rule of the format wants it: a score where the kind is score."""
    rules = [rule for rule in format_.rules if isinstance(rule, FilledWhen)]
    columns = [rule.column for rule in rules]
    return {rule.column: (rule.when, rule.value) for rule in rules if columns.count(rule.column) == 1}


def only_where(format_: Format, field: str) -> str:
    """When a field may be made alone, in words; "" where the format has no such rule."""
    if field not in conditions(format_):
        return ""
    when, value = conditions(format_)[field]
    return _("only where %(title)s is “%(value)s”") % {
        "title": format_.field(when).title, "value": word(when, value) or value,
    }  # fmt: skip


def lines_of(document: Mapping[str, Any], format_: Format) -> list[Line]:
    """The lines a layout's fields come to."""
    fields: Mapping[str, Any] = document["fields"] if isinstance(document["fields"], Mapping) else {}
    tables, limits = document.get("tables", {}), conditions(format_)
    lines = [_limited(field.name, fields, tables, limits.get(field.name)) for field in format_.fields]
    lines = [_with_pair(each, fields, format_) for each in lines]
    said = questions.fields_said(document, format_)
    return [
        replace(each, how="asked", column="", text="")
        if said.get(each.field) == (each.how, each.column)
        else each
        for each in lines
    ]


def _with_pair(line: Line, fields: Mapping[str, Any], format_: Format) -> Line:
    match fields.get(line.field):
        case {"seconds_between": [start, end]} if pair := between.pair_of((start, end), fields, format_):
            return Line(line.field, "between", "", pair)
    return line


def _limited(
    field: str, fields: Mapping[str, Any], tables: Mapping[str, Any], limit: tuple[str, str] | None
) -> Line:
    match fields.get(field):
        case {"when": [[{"equals": [by, {"constant": value}]}, inner]], "else": {"empty": str()}} if (
            limit and value == limit[1] and by == fields.get(limit[0])
        ):
            line = _line(field, inner, tables)
            if line.how != "expression":
                return replace(line, only=True)
    return _line(field, fields.get(field), tables)


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
        case {"codes": str(table), "of": {"column": str(column)}} if _plain(tables.get(table)):
            of = tables[table]
            text, rest = lines_of_codes(of["codes"]), of.get("unlisted", "keep")
            line = Line(field, "table", column, text, rest=rest)
    return line


def _plain(table: Any) -> bool:
    return isinstance(table, Mapping) and {"codes"} <= set(table) <= {"codes", "unlisted"}


def applied(
    document: Mapping[str, Any], format_: Format, lines: Iterable[Line], asked: Sequence[Question] = ()
) -> tuple[dict[str, Any], dict[str, str]]:
    """The layout with its fields made as the lines say, and field → what is wrong with its line.

    A field whose line is wrong is left out. asked: what is said of each column that is a question.
    """
    lines = list(lines)
    fields: dict[str, Any] = {}
    faults: dict[str, str] = {}
    tables = dict(document.get("tables", {}))
    for line in sorted(lines, key=lambda each: each.how == "between"):  # of what the others come to
        try:
            expression = (
                questions.expression(line.field, document, asked, tables)
                if line.how == "asked"
                else between.expression(line.text, fields, format_)
                if line.how == "between"
                else _expression(line, format_.field(line.field), tables)
            )
        except ValueError as error:
            faults[line.field] = str(error)
            continue
        if expression is not None:
            fields[line.field] = expression
    _limit(fields, faults, format_, lines)
    return {**document, "fields": fields, "tables": tables}, faults


def _limit(fields: dict[str, Any], faults: dict[str, str], format_: Format, lines: Iterable[Line]) -> None:
    """Have fields made only where the format wants them, as their lines say."""
    limits = conditions(format_)
    for line in lines:
        if (
            not (line.only or line.how == "asked")
            or line.how == "expression"
            or not {line.field} <= {*fields} & {*limits}
        ):
            continue
        when, value = limits[line.field]
        made = fields.pop(line.field)
        if when in fields:
            test = {"equals": [fields[when], {"constant": value}]}
            fields[line.field] = {"when": [[test, made]], "else": {"empty": _kind(made)}}
        elif when not in faults:
            text = _("say first what “%(title)s” is made of")
            faults[line.field] = text % {"title": format_.field(when).title}


def _kind(made: Mapping[str, Any]) -> str:
    if "moment" in made:
        return "moment"
    return "number" if isinstance(made.get("constant"), int) else "text"


def _expression(line: Line, field: Field, tables: dict[str, Any]) -> Any:
    if unfinished(line):
        raise ValueError(wanting(line))
    if line.how == "expression":
        return _parsed(line.text)
    made: Any = {"column": line.column} if line.how == "column" else None
    if line.how == "constant":
        whole = field.type is FieldType.INTEGER and line.text.strip().isdecimal()
        made = {"constant": int(line.text) if whole else coded(field, line.text.strip())}
    elif line.how == "centre":
        made = {"context": "centre"}
    elif line.how == "time":
        forms = [form.strip() for form in (line.text or FORMS).split("|")]
        made = {"moment": [{"column": line.column}], "forms": forms}
    elif line.how == "table":
        tables[line.field] = {"codes": read_codes(line.text, field)}
        if line.rest == "empty":
            tables[line.field]["unlisted"] = "empty"
        made = {"codes": line.field, "of": {"column": line.column}}
    return made


def unfinished(line: Line) -> bool:
    """Whether a line still wants its column, or its two times."""
    return bool(wanting(line))


def wanting(line: Line) -> str:
    """What a line still wants, in words."""
    if line.how in ("column", "time", "table") and not line.column:
        return _("choose a column")
    return _("choose the two times") if line.how == "between" and not line.text else ""


def in_words(line: Line, format_: Format) -> tuple[str, str]:
    """(how a field is made, by what), to be read; what is an expression stands as it is."""
    said = {
        "column": ("", line.column),
        "time": (_("%(column)s, a time") % {"column": line.column}, line.text),
        "table": (_("%(column)s, by a table") % {"column": line.column}, line.text),
        "constant": (_("always “%(text)s”") % {"text": line.text}, ""),
        "expression": (_("worked out by a rule"), line.text),
        "between": (str(HOW["between"]), between.said(line.text, format_) if line.how == "between" else ""),
        "asked": (_("said of each question"), ""),
    }
    return said.get(line.how, (str(HOW[line.how]), ""))


def not_made(document: Mapping[str, Any], format_: Format) -> list[str]:
    """Required fields a layout makes of nothing: every row would be refused for them."""
    made = document["fields"]
    if not isinstance(made, Mapping):  # the file is in the format itself
        return []
    return [field.name for field in format_.fields if field.required and field.name not in made]


def to_choose(format_: Format, lines: Iterable[Line]) -> list[str]:
    """Titles of the fields that still want something: a column, or to be made at all."""
    fields = [(format_.field(line.field), line) for line in lines]
    return [str(f.title) for f, line in fields if unfinished(line) or (f.required and line.how == "none")]


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
