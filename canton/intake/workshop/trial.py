"""Trying a layout on a file: the check as it will be, in a folder that goes away; nothing is kept."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from django.conf import settings

from canton.codes.selectors import contact_categories

from .. import steps
from ..layout import Layout
from ..plan import Context, Limits, compile_plan
from ..sql import literal, name
from ..steps.kept import REFUSED, rows_kept

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Tried:
    """What a file would come to.

    rows: first rows kept, as text by column. first_refused: (row, column, value, reason) of the first.
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
    )
