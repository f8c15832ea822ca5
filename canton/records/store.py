"""Parquet files on disk: `<dataset>/centre=<code>/b=<batch>.<uuid>/*.parquet` below store/.

A folder is written once and never touched again; only the manifest says whether anybody sees it.
"""

import errno
import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from canton.kernel.files import flush

from .disk import space_needed
from .engines import duckdb

NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP})


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """What one Parquet file in the store has of one local day: its rows. path is below store/.

    bytes, sha256: of the whole file.
    """

    path: str
    day: date
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A folder in the store that no manifest names yet; files has an entry for each file and day."""

    folder: str
    files: tuple[PlacedFile, ...]

    @property
    def rows(self) -> int:
        """Rows in all its files."""
        return sum(file.rows for file in self.files)


def place(sorted_folder: Path, store: Path, *, dataset: str, centre: str, batch: str) -> Placed:
    """Bring the Parquet files of a folder into the store, on the disk for good, seen by nobody yet.

    Their rows say in a column `day` which local day they are of.
    The source stays as it is, so that this can be done again after a kill. On one file system the bytes are
    shared and not copied.

    Raises:
        NoSpace: the disk is full; what was begun is removed.
    """
    folder = Path(dataset, f"centre={centre}", f"b={batch}.{uuid4().hex}")
    final = store / folder
    try:
        with space_needed():
            final.mkdir(parents=True)
            files = tuple(
                placed
                for source in sorted(sorted_folder.rglob("*.parquet"))
                for placed in _place_file(source, folder / source.relative_to(sorted_folder), store)
            )
            _flush_folders(final, store)
    except BaseException:
        shutil.rmtree(final, ignore_errors=True)
        raise
    return Placed(str(folder), files)


def _place_file(source: Path, path: Path, store: Path) -> list[PlacedFile]:
    target = store / path
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        shutil.copyfile(source, target)
    flush(target)
    with target.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    size = target.stat().st_size
    return [PlacedFile(str(path), day, rows, size, sha256) for day, rows in _days(target)]


def _days(file: Path) -> list[tuple[date, int]]:
    """Local days of a file's rows, with how many there are of each."""
    with duckdb.connect() as engine:
        query = "select day, count(*) from read_parquet(?) group by day order by day"
        return engine.execute(query, [str(file)]).fetchall()


def _flush_folders(final: Path, store: Path) -> None:
    """Every name from the batch's folders up to the store itself."""
    for folder in final.rglob("*"):
        if folder.is_dir():
            flush(folder)
    while True:
        flush(final)
        if final == store:
            return
        final = final.parent


def folders_before(store: Path, moment: datetime) -> list[str]:
    """Batch folders last written before a moment, as paths below the store."""
    limit = moment.timestamp()
    found = store.glob("*/centre=*/b=*")
    return sorted(str(folder.relative_to(store)) for folder in found if folder.stat().st_mtime < limit)
