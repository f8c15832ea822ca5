"""Trying a layout on a file: the check as it will be, in a folder that goes away; nothing is kept."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from django.conf import settings

from canton.codes.selectors import contact_categories

from .. import steps
from ..layout import Layout
from ..plan import Context, Limits, Plan, compile_plan
from ..sql import literal, name
from ..steps.input_file import ROWS
from ..steps.kept import REFUSED, rows_kept

SHOWN = 20
READ = {"moment", "number", "scaled"}  # ways to make a field that leave it empty where they cannot


@dataclass(frozen=True, slots=True)
class Tried:
    """What a file would come to.

    rows: first rows kept, as text by column. first_refused: (row, column, value, reason) of the first.
    unread: field that may be empty → in how many rows it is so because what was sent cannot be read.
    """

    read: int
    kept: int
    refused: int
    repaired: int
    reasons: Mapping[str, int]
    repairs: Mapping[str, int]
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    first_refused: tuple[tuple[int, str, str, str], ...]
    unread: Mapping[str, int]

    def counts(self) -> dict[str, object]:
        """The counts alone, by name."""
        return {key: value for key, value in asdict(self).items() if key in COUNTS}


COUNTS = ("read", "kept", "refused", "repaired", "reasons", "repairs")


def try_out(file: Path, layout: Layout, *, centre: str, shown: int = SHOWN) -> Tried:
    """Check a file by a layout without taking it in.

    Args:
        shown: how many kept rows and how many refusals to answer.

    Raises:
        FileRefused: it would be refused whole.
        BadLayout: the layout's expressions are not of the language.
    """
    context = Context(
        centre=centre,
        categories=contact_categories(),
        threads=settings.CANTON_THREADS,
        memory=settings.CANTON_MEMORY,
    )
    limits = Limits(
        file_bytes=settings.CANTON_UPLOAD_BYTES,
        line_bytes=settings.CANTON_LINE_BYTES,
        columns=settings.CANTON_COLUMNS,
    )
    plan = compile_plan(layout, context, limits)
    with tempfile.TemporaryDirectory(prefix="canton-try-") as place:
        folder = Path(place, "check")
        opened = steps.InputFile(file, plan, beside=Path(place, "copy.csv"))
        checked = steps.check(opened, into=folder)
        columns = ", ".join(f"{name(each)}::varchar" for each in plan.format.columns)
        with duckdb.connect() as database:
            with opened.feed(database, exact=checked.exact):
                rows = database.execute(
                    f"select {columns} from {rows_kept(folder, plan)} order by line, span limit {shown}"
                ).fetchall()
            refused = database.execute(
                "select line, \"column\", coalesce(value, ''), reason"
                f" from read_parquet({literal(str(folder / REFUSED))}) order by line limit {shown}"
            ).fetchall()
            unread = _unread(database, plan, lambda: opened.feed(database, exact=checked.exact))
    return Tried(
        read=checked.read,
        kept=checked.kept,
        refused=checked.refused,
        repaired=checked.repaired,
        reasons=checked.reasons,
        repairs=checked.repairs,
        columns=plan.format.columns,
        rows=tuple(rows),
        first_refused=tuple(refused),
        unread=unread,
    )


def _unread(
    database: duckdb.DuckDBPyConnection, plan: Plan, feed: Callable[[], AbstractContextManager[object]]
) -> dict[str, int]:
    """Field that may be empty → rows in which what was sent for it cannot be read as its layout says.

    feed: opens the file to the engine once more; a feed is read once.
    """
    made = plan.layout.fields
    fields = [
        each for each in plan.cells
        if each.sent and not each.field.required and READ & set(made.get(each.field.name, ()))
    ]  # fmt: skip
    if not fields:
        return {}
    rows = plan.rows(ROWS, *(f"{each.sent} as {name(f's:{each.field.name}')}" for each in fields))
    counts = (
        f"count(*) filter (where {name(f's:{each.field.name}')} and {name(each.field.name)} is null)"
        for each in fields
    )
    with feed():
        found = database.execute(f"select {', '.join(counts)} from ({rows})").fetchall()[0]
    return {each.field.name: count for each, count in zip(fields, found, strict=True) if count}
