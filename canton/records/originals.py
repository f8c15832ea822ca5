"""The archive of original files: each lies once, read-only, under the SHA-256 of its bytes, unchanged."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from canton.kernel.files import flush

from .disk import space_needed

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """What the archive holds of a file: its name there, and its size in bytes."""

    sha256: str
    bytes: int


def place_of(archive: Path, sha256: str) -> Path:
    """Where the file of this SHA-256 lies."""
    return archive / sha256[:2] / sha256


def keep(source: Path, archive: Path) -> Kept:
    """Copy a file into the archive and wait until it is on the disk; the same bytes again change nothing.

    Raises:
        NoSpace: the disk is full; the archive is as before.
    """
    archive.mkdir(parents=True, exist_ok=True)
    arriving = archive / f"arriving-{uuid4().hex}"
    try:
        with space_needed():
            kept = _copy(source, arriving)
            flush(arriving)
            _give_name(arriving, place_of(archive, kept.sha256), kept.bytes)
    finally:
        arriving.unlink(missing_ok=True)
    return kept


def _copy(source: Path, target: Path) -> Kept:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, target.open("xb") as writing:
        while block := reading.read(BLOCK):
            digest.update(block)
            size += len(block)
            writing.write(block)
    return Kept(digest.hexdigest(), size)


def _give_name(arriving: Path, final: Path, size: int) -> None:
    """A file that is there already stays; one cut short by a dying disk (another size) is put right."""
    if final.exists() and final.stat().st_size == size:
        return
    final.parent.mkdir(exist_ok=True)
    arriving.chmod(0o444)
    arriving.replace(final)
    flush(final.parent)
    flush(final.parent.parent)
