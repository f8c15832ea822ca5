"""The rows of a batch in the store written once more, some of them with another code."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from canton.kernel.configuration import home
from canton.records.disk import space_needed
from canton.records.engines.duckdb import connect
from canton.records.selectors import files_of_batch

from .sql import literal, name
from .steps.sort import IN_ORDER
from .steps.texts import BY, CONFIDENCE
from .texts import BY_PERSON


@dataclass(frozen=True, slots=True)
class Recoding:
    """The row of a line gets a code from a person (`by`), or with an empty one has none again.

    confidence: 0-1, of the proposal it had; kept where there is no code again.
    """

    line: int
    code: str
    by: str
    confidence: float


@contextmanager
def recode(batch: str, column: str, wanted: Sequence[Recoding]) -> Iterator[Path]:
    """A folder with the rows of the batch as the store has them, in their order, with the codes wanted.

    column: the one the code stands in; the class it belongs to, and by what it came, follow it.

    Raises:
        NoSpace: the disk is full.
    """
    import pyarrow as pa

    work = home() / "work"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix="recode-") as beside, space_needed():
        into = Path(beside, "rows")
        into.mkdir()
        changes = pa.table({
            "at": pa.array([each.line for each in wanted], pa.int64()),
            "code": pa.array([each.code or None for each in wanted], pa.string()),
            "by": pa.array([f"{BY_PERSON}{each.by}" if each.code else None for each in wanted], pa.string()),
            "sure": pa.array([1.0 if each.code else each.confidence for each in wanted], pa.float32()),
        })  # fmt: skip
        with connect(settings.CANTON_THREADS, settings.CANTON_MEMORY, Path(beside, "spill")) as database:
            database.register("changes", changes)
            for file in files_of_batch(batch):
                listed = literal(str(file))
                rows = f"read_parquet({listed}, hive_partitioning = false, file_row_number = true)"
                there = [row[0] for row in database.execute(f"describe select * from {rows}").fetchall()]
                sql = _recoded(rows, there, column)
                database.execute(f"copy ({sql}) to {literal(str(into / file.name))} {IN_ORDER}")
        yield into


def _recoded(rows: str, there: Sequence[str], column: str) -> str:
    """SQL of the rows with what was decided; columns that older files lack are not added."""
    new = {
        column: "c.code", "category_head": "left(c.code, 2)", BY: "c.by", CONFIDENCE: "c.sure",
    }  # fmt: skip
    changed = ", ".join(
        f"case when c.at is null then r.{name(each)} else {sql} end as {name(each)}"
        for each, sql in new.items()
        if each in there
    )
    return (
        f"select r.* exclude (file_row_number) replace ({changed})"
        f" from {rows} r left join changes c on c.at = r.line order by r.file_row_number"
    )
