"""A result's table as it is kept: rows of the database, and back."""

from collections.abc import Iterable

from . import table as tables
from .models import Result, ResultRow
from .table import Row, Table


def of(result: Result) -> Table:
    """What its table looks like."""
    return tables.get(result.dataset, result.version)


def rows(result: Result, breakdown: str = "") -> list[Row]:
    """Its lines in order; of one breakdown if one is named."""
    found = ResultRow.objects.filter(result=result)
    if breakdown:
        found = found.filter(breakdown=breakdown)
    return [Row(each.breakdown, each.key, each.missing, each.values) for each in found]


def keep(result: Result, lines: Iterable[Row]) -> None:
    """Enter the lines of a result, within the caller's transaction."""
    ResultRow.objects.bulk_create(
        [
            ResultRow(
                result=result,
                position=position,
                breakdown=line.breakdown,
                key=line.key,
                missing=line.missing,
                values=dict(line.values),
            )
            for position, line in enumerate(lines)
        ]
    )
