"""Folders of steps: written beside and renamed, so that a kill leaves the old one, the new one or none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from canton.kernel.files import replace_folder


@contextmanager
def building(into: Path) -> Iterator[Path]:
    """A folder to write to; it takes the place of `into` when the block ends well.

    What earlier kills left beside is removed: only one process works on a step of a batch at a time.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    for left in [*into.parent.glob(f"{into.name}.tmp-*"), *into.parent.glob(f"{into.name}.old-*")]:
        shutil.rmtree(left, ignore_errors=True)
    beside = into.with_name(f"{into.name}.tmp-{uuid4().hex}")
    beside.mkdir()
    try:
        yield beside
        replace_folder(beside, into)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
