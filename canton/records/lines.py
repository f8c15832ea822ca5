"""Finding a line of a large file at once: line ends are counted once for each mebibyte, and the counts kept.

A line ends with LF; a file without any LF has lines that end with CR. Both bytes stand for themselves in
every encoding a layout may name (UTF-8, GB18030 and the single-byte ones).
"""

import sys
from array import array
from bisect import bisect_right
from mmap import ACCESS_READ, mmap
from pathlib import Path
from uuid import uuid4

BLOCK = 1 << 20


def read_lines(path: Path, first: int, count: int, *, index: Path, longest: int) -> list[bytes]:
    """`count` lines from line `first` (from 1), without their line ends; fewer at the end of the file.

    Args:
        index: file that keeps the counts; made when it is missing or of another file.
        longest: bytes returned of one line at most.
    """
    if first < 1 or count < 1 or not path.stat().st_size:
        return []
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        ends = _ends(content, index)
        at = _start_of(content, first, ends)
        return _collect(content, at, count, _line_end(ends), longest)


def _line_end(ends: "array[int]") -> bytes:
    return b"\n" if ends[0] == ord("\n") else b"\r"


def _ends(content: mmap, index: Path) -> "array[int]":
    """[line end, number of line ends before block 0, before block 1, …, in the whole file]."""
    blocks = -(-len(content) // BLOCK)
    try:
        kept = array("Q", index.read_bytes())
    except (FileNotFoundError, ValueError):
        kept = array("Q")
    if sys.byteorder == "big":
        kept.byteswap()
    if len(kept) == blocks + 2:
        return kept
    counted = _count(content, b"\n") or _count(content, b"\r") or array("Q", [ord("\n"), *[0] * (blocks + 1)])
    _keep(counted, index)
    return counted


def _count(content: mmap, end: bytes) -> "array[int] | None":
    totals = array("Q", [ord(end), 0])
    for at in range(0, len(content), BLOCK):
        totals.append(totals[-1] + content[at : at + BLOCK].count(end))
    return totals if totals[-1] else None


def _keep(ends: "array[int]", index: Path) -> None:
    """The index only saves time: a disk that is full or read-only is no reason to fail."""
    written = array("Q", ends)
    if sys.byteorder == "big":
        written.byteswap()
    beside = index.with_name(f"{index.name}.tmp-{uuid4().hex}")
    try:
        beside.write_bytes(written.tobytes())
        beside.replace(index)
    except OSError:
        beside.unlink(missing_ok=True)


def _start_of(content: mmap, line: int, ends: "array[int]") -> int:
    """Offset of the first byte of a line; the length of the file when it has fewer."""
    before, end = line - 1, _line_end(ends)
    if before == 0:
        return 0
    if before > ends[-1]:
        return len(content)
    block = bisect_right(ends, before - 1, lo=1) - 2
    at = block * BLOCK
    for _ in range(before - ends[block + 1]):
        at = content.find(end, at) + 1
    return at


def _collect(content: mmap, at: int, count: int, end: bytes, longest: int) -> list[bytes]:
    lines: list[bytes] = []
    while len(lines) < count and at < len(content):
        stop = content.find(end, at)
        stop = len(content) if stop < 0 else stop
        lines.append(content[at : min(stop, at + longest)].removesuffix(b"\r"))
        at = stop + 1
    return lines
