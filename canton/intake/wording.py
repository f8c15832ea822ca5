"""Codes of the checking in words: why a row was refused, what was put right."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from canton.exchange.formats import FieldType, Format
from canton.exchange.formats.words import rule_text

ROW: dict[str, str | Promise] = {
    "too_few_fields": gettext_lazy("Row has too few fields"),
    "too_many_fields": gettext_lazy("Row has too many fields"),
    "quoting": gettext_lazy("Quotation marks do not match"),
    "encoding": gettext_lazy("Characters are not in the agreed encoding"),
    "too_long": gettext_lazy("Line is too long"),
    "line_end": gettext_lazy("A line end stands inside the row"),
    "formula": gettext_lazy("A formula was saved without its value"),
    "date": gettext_lazy("A date is outside the calendar"),
    "nested": gettext_lazy("A value is a list or an object"),
}
COLUMN: dict[str, str | Promise] = {
    "required": gettext_lazy("%(column)s: missing"),
    "type": gettext_lazy("%(column)s: wrong form"),
    "pattern": gettext_lazy("%(column)s: not the agreed pattern"),
    "code": gettext_lazy("%(column)s: not in the code table"),
    "range": gettext_lazy("%(column)s: out of range"),
    "length": gettext_lazy("%(column)s: too long"),
    "unique": gettext_lazy("%(column)s: occurs twice in the file"),
    "already_loaded": gettext_lazy("%(column)s: loaded before"),
    "reference": gettext_lazy("%(column)s: refers to nothing known"),
}
TYPE: dict[FieldType, str | Promise] = {
    FieldType.DATETIME: gettext_lazy("%(column)s: no time in the agreed form"),
    FieldType.INTEGER: gettext_lazy("%(column)s: no whole number"),
    FieldType.BOOLEAN: gettext_lazy("%(column)s: neither yes nor no"),
}
BY_PEOPLE = "person:corrected"
REPAIR: dict[str, str | Promise] = {
    BY_PEOPLE: pgettext_lazy("repair", "Put right by people here"),
    "clock:past_midnight": pgettext_lazy("repair", "Clock ran past midnight; the next day was put in"),
    "clock:set_back": pgettext_lazy("repair", "Clock was set back; time put in order"),
    "answered:no_clock": pgettext_lazy("repair", "No clock of the answer; the end of the wait was put in"),
    "category:unknown": pgettext_lazy("repair", "Unknown category; left unclassified"),
    "status:unknown": pgettext_lazy("repair", "Unknown status; put down as not known"),
}


def column_title(format_: Format | None, name: str) -> str:
    """The title of a column of the format; a column of the file's own layout keeps its name."""
    if not name:
        return _("whole row")
    try:
        return str(format_.field(name).title) if format_ else name
    except KeyError:
        return name


def reason(code: str, format_: Format | None) -> str:
    """Why a row was refused. Rules between columns say their own text; an unknown code stands for itself."""
    column, _colon, kind = code.partition(":")
    if column == "row" and kind in ROW:
        return str(ROW[kind])
    for rule in format_.rules if format_ else ():
        if rule.name == code:
            return _("Broken rule: %(rule)s") % {"rule": rule_text(rule).rstrip("。.")}
    if kind not in COLUMN:
        return code
    text = TYPE.get(_type(format_, column), COLUMN[kind]) if kind == "type" else COLUMN[kind]
    return str(text) % {"column": column_title(format_, column)}


def _type(format_: Format | None, column: str) -> FieldType:
    """The type of a column; a text where the format has none of this name."""
    known = format_ is not None and column in format_.columns
    return format_.field(column).type if format_ is not None and known else FieldType.STRING


def columns_of(codes: Iterable[str], format_: Format | None) -> list[tuple[str, str]]:
    """(column, title) of the columns that reasons speak of, without the whole row."""
    named = dict.fromkeys(code.partition(":")[0] for code in codes)
    return [(name, column_title(format_, name)) for name in named if name != "row"]


def repair(code: str) -> str:
    """What was put right."""
    return str(REPAIR.get(code, code))
