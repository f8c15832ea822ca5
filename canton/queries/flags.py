"""Conditions as typed on a command line: outcome=answered, started>=1999-01-01, started:last_days:7."""

import re

from .catalogue import Catalogue, Column, Kind
from .document import Document
from .errors import BadShape

SHORT = re.compile(r"(?P<column>[\w.]+)\s*(?P<sign>!=|>=|<=|=|>|<|~|\^)\s*(?P<value>.*)", re.DOTALL)
LONG = re.compile(r"(?P<column>[\w.]+):(?P<operator>\w+)(?::(?P<values>.*))?", re.DOTALL)
SIGNS = {
    Kind.NUMBER: {"=": "equals", ">": "more", ">=": "at_least", "<": "less", "<=": "at_most"},
    Kind.MOMENT: {"=": "on", ">": "after", ">=": "since", "<": "before", "<=": "until"},
    Kind.DAY: {"=": "on", ">": "after", ">=": "since", "<": "before", "<=": "until"},
}
WORDS = {"=": "equals", "~": "contains", "^": "starts"}


def condition(text: str, catalogue: Catalogue) -> Document:
    """One condition of a document.

    A sign reads as the column's type wants it; nothing behind = or != means empty or filled. The long form
    names any operator, its values separated by commas.

    Raises:
        UnknownColumn: there is no such column.
        BadShape: it is no condition.
    """
    if (short := SHORT.fullmatch(text.strip())) and ":" not in short["column"]:
        column = catalogue.column(short["column"])
        return _short(column, short["sign"], short["value"].strip())
    if long := LONG.fullmatch(text.strip()):
        values = [value.strip() for value in (long["values"] or "").split(",") if value.strip()]
        return {"column": long["column"], "is": long["operator"], "value": values}
    raise BadShape(part=text)


def _short(column: Column, sign: str, value: str) -> Document:
    if not value and sign in ("=", "!="):
        return {"column": column.name, "is": "empty" if sign == "=" else "filled"}
    operator = "not_equals" if sign == "!=" else SIGNS.get(column.kind, WORDS).get(sign)
    if operator is None:
        raise BadShape(part=f"{column.name}{sign}")
    return {"column": column.name, "is": operator, "value": [value]}
