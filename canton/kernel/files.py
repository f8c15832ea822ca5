"""Writing so that a kill at any moment leaves the old content or the new one, never a half."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def write_beside(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write a file to; it takes the place of `path` when the block ends well.

    The file is on the disk (fsync) before it gets its name. After an error nothing is left of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.tmp-{uuid4().hex}")
    try:
        yield beside
        flush(beside)
        beside.replace(path)
        flush(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def replace_folder(beside: Path, final: Path) -> None:
    """Put the finished folder `beside` in the place of `final`, which may exist; both on one file system.

    Every file in it is on the disk before the rename. A kill between the two renames leaves no `final`,
    which every step reads as "not done yet".
    """
    for folder, _, names in os.walk(beside):
        for name in names:
            flush(Path(folder) / name)
        flush(Path(folder))
    final.parent.mkdir(parents=True, exist_ok=True)
    old = final.with_name(f"{final.name}.old-{uuid4().hex}")
    if final.exists():
        final.rename(old)
    beside.rename(final)
    flush(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def sweep(folder: Path) -> int:
    """Remove what killed writers left in `folder`; answer how many. Nobody may be writing there."""
    left = [entry for mark in ("*.tmp-*", "*.old-*") for entry in folder.glob(mark)]
    for entry in left:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    return len(left)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
