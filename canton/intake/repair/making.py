"""What a column of a batch's file is for: the field whose value it is, how that is written, and what a person
may write there. A field that is worked out from several columns is no column's; its faults stand at those of
them that are missing or cannot be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from canton.exchange.formats import Field, FieldType

from .. import wording
from ..expressions import CodeTable
from ..layout import Layout, derive

ISO = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
EXAMPLE = datetime(2026, 11, 15, 13, 11, 2)  # noqa: DTZ001 - wall clock, as files have it


@dataclass(frozen=True, slots=True)
class Made:
    """A column whose value a field is. field: with the forms the file writes a time in; table: it goes by."""

    field: Field
    table: CodeTable | None = None


def made_of(layout: Layout, column: str) -> Made | None:
    """What a column is for; None where no field is its value, or a value of its table."""
    if layout.source.melt is not None and column in layout.source.melt.columns:
        column = layout.source.melt.value
    if layout.own:
        return Made(layout.format.field(column)) if column in layout.header else None
    found = (_plainly(layout, name, made, column) for name, made in layout.fields.items())
    return next((each for each in found if each is not None), None)


def _plainly(layout: Layout, name: str, expression: Mapping[str, Any], column: str) -> Made | None:
    made, table = _opened(layout, expression), None
    forms: tuple[str, ...] = ()
    if "codes" in made:
        table, made = layout.tables[made["codes"]], _opened(layout, made["of"])
    elif "number" in made:
        made = _opened(layout, made["number"])
    elif "moment" in made:
        forms = _forms_in(made).get(column, ())
        made = made["moment"][0] if len(made["moment"]) == 1 else {"column": column if forms else None}
    if made.get("column") != column:
        return None
    field = layout.format.field(name)
    return Made(replace(field, formats=forms) if forms else field, table)


def _opened(layout: Layout, made: Mapping[str, Any]) -> Mapping[str, Any]:
    """An expression behind its name, and behind the condition it is wanted under."""
    if "value" in made:
        return _opened(layout, dict(layout.values)[made["value"]])
    if "when" in made and len(made["when"]) == 1 and "empty" in made["else"]:
        return _opened(layout, made["when"][0][1])
    return made


def forms_of(layout: Layout) -> Mapping[str, tuple[str, ...]]:
    """Column → forms its times are read in, wherever the layout reads one."""
    return {
        column: forms
        for each in (*dict(layout.values).values(), *layout.fields.values())
        for part in _parts(each)
        for column, forms in _forms_in(part).items()
    }


def _parts(expression: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(expression, Mapping):
        yield expression
        expression = list(expression.values())
    if isinstance(expression, list):
        for each in expression:
            yield from _parts(each)


def _forms_in(made: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Column → its part of the forms of a moment; none where the parts cannot be told apart."""
    columns = [part.get("column") for part in made.get("moment", ())]
    plain = [form.replace("%-", "%") for form in made.get("forms", ())]
    parts = [form.split(" ") if len(columns) > 1 else [form] for form in plain]
    if not columns or any(len(each) != len(columns) for each in parts):
        return {}
    return {str(column): tuple(each[at] for each in parts) for at, column in enumerate(columns) if column}


def at_fault(layout: Layout, reason: str, columns: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Of the columns a reason names: those missing or unreadable, where its field is worked out from them."""
    if layout.own or len(columns) < 2 or reason.partition(":")[2] not in ("type", "required"):  # noqa: PLR2004
        return list(columns)
    forms = forms_of(layout)
    wrong = [each for each in columns if not _readable(values.get(each, ""), forms.get(each, ()))]
    return wrong or list(columns)


def _readable(value: str, forms: Sequence[str]) -> bool:
    text = value.strip()
    return bool(text) and (not forms or any(moment(text, form) for form in forms))


def consequence(layout: Layout, reason: str, column: str, value: str) -> str:
    """What a reason says at a column that the field it speaks of is worked out from; "" for any other."""
    name = reason.partition(":")[0]
    compiled = None if layout.own else derive(layout, {"centre": ""}).fields.get(name)
    if compiled is None or column not in compiled.sources or len(compiled.sources) < 2:  # noqa: PLR2004
        return ""
    facts = {"field": wording.column_title(layout.format, name)}
    if not value.strip():
        return _("missing; so “%(field)s” cannot be worked out") % facts
    if not _readable(value, forms_of(layout).get(column, ())):
        return _("cannot be read; so “%(field)s” cannot be worked out") % facts
    return ""


def in_form(layout: Layout, column: str, value: str) -> str:
    """What a person wrote as the file writes it: a time may be given in the form of ISO 8601 as well."""
    made = made_of(layout, column) if column else None
    if made is None or made.field.type is not FieldType.DATETIME or not made.field.formats:
        return value
    if any(moment(value, form) for form in made.field.formats):
        return value
    for form in ISO:
        if (read := moment(value.strip(), form)) is not None:
            written = read.strftime(made.field.formats[0])
            return written if moment(written, made.field.formats[0]) == read else value
    return value


def moment(text: str, form: str) -> datetime | None:
    """A text read as a time of one form."""
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - wall clock, as files have it
    except ValueError:
        return None
