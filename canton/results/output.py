"""A result as JSON and as CSV for people: the same rows, each figure with its definition and population."""

from collections.abc import Iterator
from typing import Any

from canton.exchange.formats import Text

from . import tabled
from .models import Result
from .table import MISSING, TOTAL, Column, Table


def as_json(result: Result) -> dict[str, Any]:
    """The whole result: figures of the total on top, breakdowns under `by`, ratios as fractions."""
    table, rows = tabled.of(result), tabled.rows(result)
    total = next(row for row in rows if row.breakdown == TOTAL)
    return {
        **summary(result),
        "figures": total.cells,
        "by": {
            split.name: [{"key": row.key, **row.cells} for row in rows if row.breakdown == split.name]
            for split in table.splits
        },
        "population": _both(table.population),
        "definition": described(table),
    }


def summary(result: Result) -> dict[str, Any]:
    """What it is and where it stands, for programs."""
    told: dict[str, Any] = {
        "result": result.name,
        "version": result.version,
        "centre": result.centre_id,
        "period": result.period,
        "from": result.start.isoformat(),
        "to": result.end.isoformat(),
        "sequence": result.sequence,
        "current": result.current,
        "state": str(result.state) if result.own else "filed",
        "built": result.made_at.isoformat(),
        "sha256": result.sha256,
        "figures_sha256": result.figures_sha256,
    }
    if result.outgoing is not None:
        told |= {"package": result.outgoing.name, "receipt": result.outgoing.receipt}
        if result.outgoing.error_code:
            told["error"] = {"code": result.outgoing.error_code, "message": result.outgoing.error_en}
    return told


def described(table: Table) -> dict[str, Any]:
    """What every figure means, as published."""
    return {
        column.name: {
            "title": _both(column.title),
            "meaning": _both(column.meaning),
            "unit": _both(column.unit),
            "target": column.target,
        }
        for column in table.figures
    }


def titles(table: Table) -> list[str]:
    """Heads of a CSV for people."""
    fixed = [str(Text("维度", "Breakdown")), str(Text("取值", "Key")), str(Text("名称", "Name"))]
    return [*fixed, str(Text("缺数天数", "Days without data")), *(head(each) for each in table.columns)]


def head(column: Column) -> str:
    """A figure's title with its unit."""
    unit = str(column.unit)
    return f"{column.title} ({unit})" if unit else str(column.title)


def change_head(column: Column) -> str:
    """Head of a figure's change against the period before."""
    unit = Text("点", "pts") if column.form == "percent" else Text("%", "per cent")
    return f"{column.title} · {Text('环比', 'PoP')} ({unit})"


def csv_rows(result: Result, names: dict[tuple[str, str], str]) -> Iterator[list[Any]]:
    """Its lines under the titles, then what the figures mean. names: of lines, by breakdown and key."""
    table = tabled.of(result)
    called = {split.name: str(split.title) for split in table.splits} | {TOTAL: str(Text("合计", "Total"))}
    for row in tabled.rows(result):
        values = [row.values[column.name] for column in table.columns]
        yield [called[row.breakdown], row.key, names.get(row.place, ""), row.cells[MISSING], *values]
    empty = [None] * (len(table.columns) + 1)
    note = str(Text("注", "Note"))
    for text in (table.population, table.unknown):
        if text is not None:
            yield [note, "", str(text), *empty]
    for column in table.figures:
        yield [note, str(column.title), str(column.meaning), *empty]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
