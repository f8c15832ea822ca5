"""What the keys of a table's lines are called."""

from collections.abc import Iterable

from canton.centres.selectors import names as centre_names
from canton.codes.models import Code
from canton.reports import words

from .table import TOTAL, Row, Table

CODED = {"category", "head"}


def names(table: Table, rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """By breakdown and key, in the reader's language; keys without a name of their own are left out."""
    columns = {split.name: split.columns for split in table.splits}
    lines = [row for row in rows if row.breakdown != TOTAL]
    parts = [(row.place, _parts(row, columns.get(row.breakdown, ()))) for row in lines]
    keys = {(column, key) for _, named in parts for column, key in named}
    known = _known(keys)
    found = {}
    for place, named in parts:
        called = [known.get(pair, "") for pair in named]
        if any(called):
            found[place] = " / ".join(text or key for text, (_, key) in zip(called, named, strict=True))
    return found


def _parts(row: Row, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(columns, row.key.split("/", len(columns) - 1), strict=False)) if row.key else []


def _known(keys: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    centres = centre_names({key for column, key in keys if column == "centre"})
    coded = {key for column, key in keys if column in CODED}
    codes = {each.code: str(each) for each in Code.objects.filter(code__in=coded)} if coded else {}
    found = {}
    for column, key in keys:
        if column == "centre":
            found[column, key] = centres.get(key, "")
        elif column in CODED:
            found[column, key] = codes.get(key, "")
        else:
            found[column, key] = words.key(column, key)
    return found
