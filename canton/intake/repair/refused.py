"""Refused rows of a batch: kept as Parquet past the end of its work folder, read slice by slice.

Columns: line BIGINT (of the original, from 1), column VARCHAR (empty for the whole row), value VARCHAR (as
sent), reason VARCHAR (stable code), raw VARCHAR (the whole line). One row for each line and reason.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from canton.kernel.configuration import home
from canton.kernel.files import write_beside
from canton.records.disk import space_needed
from canton.records.engines import duckdb

from ..models import Batch

CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason against one row."""

    line: int
    column: str
    value: str
    reason: str
    raw: str


def path_of(batch: Batch) -> Path:
    """Where the refused rows of a batch lie."""
    return home() / "refusals" / f"{batch.number}.parquet"


def keep(batch: Batch, refused: Path) -> None:
    """Keep the refused rows of a batch, in place of what was kept before.

    Raises:
        NoSpace: the disk is full; what was kept before stays.
    """
    with space_needed(), write_beside(path_of(batch)) as beside:
        shutil.copyfile(refused, beside)


class RefusedRows(Sequence[Refused]):
    """Refused rows by line and reason, as a sequence that reads from the file only what is asked for."""

    def __init__(
        self, batch: Batch, *, reason: str = "", column: str | None = None, line: int | None = None
    ) -> None:
        self.batch = batch
        self.path = path_of(batch)
        asked: dict[str, str | int | None] = {"reason": reason or None, "column": column, "line": line}
        self.asked = {name: value for name, value in asked.items() if value is not None}

    def of_line(self, line: int) -> "RefusedRows":
        """The reasons against one line of the file."""
        return RefusedRows(self.batch, line=line)

    @cached_property
    def count_of_rows(self) -> int:
        """How many there are; none when nothing was refused."""
        rows = self._read("count(*)", "") if self.path.exists() else [(0,)]
        return int(str(rows[0][0]))

    def __len__(self) -> int:
        return self.count_of_rows

    @overload
    def __getitem__(self, index: int) -> Refused: ...
    @overload
    def __getitem__(self, index: slice) -> list[Refused]: ...
    def __getitem__(self, index: int | slice) -> Refused | list[Refused]:
        if isinstance(index, slice):
            return self._slice(*index.indices(len(self))[:2])
        return self._slice(*slice(index, index + 1 or None).indices(len(self))[:2])[0]

    def __iter__(self) -> Iterator[Refused]:
        for start in range(0, len(self), CHUNK):
            yield from self[start : start + CHUNK]

    def _slice(self, start: int, stop: int) -> list[Refused]:
        if start >= stop:
            return []
        columns = "line, \"column\", coalesce(value, ''), reason, coalesce(raw, '')"
        rows = self._read(columns, f"ORDER BY line, reason LIMIT {stop - start} OFFSET {start}")
        return [Refused(*row) for row in rows]  # type: ignore[arg-type]  # as the file's columns are

    def _read(self, columns: str, tail: str) -> list[tuple[object, ...]]:
        wanted = " AND ".join(f'"{name}" = ?' for name in self.asked) or "true"
        with duckdb.connect() as engine:
            found: list[tuple[object, ...]] = engine.execute(
                f"SELECT {columns} FROM read_parquet(?) WHERE {wanted} {tail}",
                [str(self.path), *self.asked.values()],
            ).fetchall()
        return found


def ask(batch: Batch, query: str, asked: Mapping[str, object], **beside: Any) -> list[tuple[Any, ...]]:
    """What a query says of a batch's refused rows, which it knows as `rows`; nothing where none are kept.

    beside: Arrow tables it knows too, by their names.
    """
    path = path_of(batch)
    if not path.exists():
        return [] if " group by " in query else [(0, None)]
    with duckdb.connect() as engine:
        for name, table in beside.items():
            engine.register(name, table)
        source = "with rows as (from read_parquet($path)) "
        found: list[tuple[Any, ...]] = engine.execute(source + query, {"path": str(path), **asked}).fetchall()
    return found
