"""Parquet files on disk: `<dataset>/centre=<code>/b=<batch>.<uuid>/day=YYYY-MM-DD/*.parquet` below store/.

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

import pyarrow.parquet

from canton.kernel.files import flush

from .disk import space_needed

NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP})


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """One Parquet file in the store; path is below store/, day the local day of all its rows."""

    path: str
    day: date
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A folder in the store that no manifest names yet."""

    folder: str
    files: tuple[PlacedFile, ...]

    @property
    def rows(self) -> int:
        """Rows in all its files."""
        return sum(file.rows for file in self.files)


def place(sorted_folder: Path, store: Path, *, dataset: str, centre: str, batch: str) -> Placed:
    """Bring `day=YYYY-MM-DD/*.parquet` of a folder into the store, on the disk for good, seen by nobody yet.

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
            sources = sorted(sorted_folder.glob("day=*/*.parquet"))
            files = tuple(_place_file(source, store, folder) for source in sources)
            _flush_folders(final, store)
    except BaseException:
        shutil.rmtree(final, ignore_errors=True)
        raise
    return Placed(str(folder), files)


def _place_file(source: Path, store: Path, folder: Path) -> PlacedFile:
    path = folder / source.parent.name / source.name
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
    return PlacedFile(
        path=str(path),
        day=date.fromisoformat(source.parent.name.removeprefix("day=")),
        rows=pyarrow.parquet.read_metadata(target).num_rows,
        bytes=target.stat().st_size,
        sha256=sha256,
    )


def _flush_folders(final: Path, store: Path) -> None:
    """Every name from the day folders up to the store itself."""
    for folder in final.iterdir():
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
