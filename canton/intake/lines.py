"""Lines of a file by their number: offsets are kept for every block, so that any line is found at once."""

import os
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

BLOCK = 1 << 18
PIECE = 1 << 9  # read at once of a single line
LF = 10


@dataclass(slots=True)
class Lines:
    """A UTF-8 file whose lines end with LF, and where its blocks begin.

    offsets[i] is the first byte of block i, before[i] the number of lines before it; blocks end with a line.
    marked: lines that were not in the file's encoding carry a byte FF in front, which is no part of them.
    """

    path: Path
    marked: bool = False
    offsets: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    size: int = 0
    count: int = 0
    _blocks: "deque[tuple[int, list[bytes]]]" = field(default_factory=lambda: deque(maxlen=2), repr=False)

    def add(self, size: int, lines: int) -> None:
        """Note the next block: its size in bytes and its number of lines."""
        self.offsets.append(self.size)
        self.before.append(self.count)
        self.size += size
        self.count += lines

    def numbers(self, offsets: Iterable[int]) -> Iterator[int]:
        """Numbers (from 1) of the lines that begin at these bytes, which ascend."""
        block, starts = -1, [0]
        for offset in offsets:
            found = bisect_right(self.offsets, offset) - 1
            if found != block:
                block = found
                starts = [0, *accumulate(len(line) + 1 for line in self._block(block))]
            yield self.before[block] + bisect_right(starts, offset - self.offsets[block])

    def get(self, line: int, span: int = 1) -> bytes:
        """The bytes of `span` lines from this one, without the last one's line end."""
        return b"\n".join(self._one(each) for each in range(line, line + span))

    @contextmanager
    def opened(self) -> Iterator[Callable[[int], bytes]]:
        """Answers the line that begins at a byte, without its end."""
        with self.path.open("rb") as file:

            def line_at(start: int) -> bytes:
                line = b""
                while piece := os.pread(file.fileno(), PIECE, start + len(line)):
                    end = piece.find(b"\n")
                    if end >= 0:
                        return line + piece[:end]
                    line += piece
                return line

            yield line_at

    def all(self) -> Iterator[tuple[int, bytes]]:
        """(number, bytes without LF) of every line."""
        for block in range(len(self.offsets)):
            yield from enumerate(self._block(block), start=self.before[block] + 1)

    def _one(self, line: int) -> bytes:
        block = bisect_right(self.before, line - 1) - 1
        return self._block(block)[line - 1 - self.before[block]]

    def _block(self, block: int) -> list[bytes]:
        for number, lines in self._blocks:
            if number == block:
                return lines
        lines = self._content(block).removesuffix(b"\n").split(b"\n")
        self._blocks.append((block, lines))
        return lines

    def _content(self, block: int) -> bytes:
        end = self.offsets[block + 1] if block + 1 < len(self.offsets) else self.size
        with self.path.open("rb") as file:
            file.seek(self.offsets[block])
            return file.read(end - self.offsets[block])


def as_text(raw: bytes, *, marked: bool = False) -> str:
    """A line as text, whatever its bytes: those that are no UTF-8 are written as \\xNN."""
    shown = raw.removeprefix(b"\xff") if marked else raw
    return shown.removesuffix(b"\r").decode("utf-8", "backslashreplace")
