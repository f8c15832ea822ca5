"""Whether text is UTF-8 or GB18030, told from its bytes.

Chinese in GB18030 is hardly ever sound UTF-8; Chinese in UTF-8 often is sound, though senseless, GB18030. So
lines beyond ASCII that are sound UTF-8 are taken to be it.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20
SAMPLE = 16 << 20
ENOUGH = 3
LAST_OF_TWO_BYTES = "\u07ff"
GB = frozenset({"gb18030", "gbk", "gb2312"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines beyond ASCII of a file's beginning; how many are sound in each encoding.

    wide: of the sound UTF-8, those with a character of three bytes or more, which tell the most. marked: the
    file begins with the mark of UTF-8.
    """

    lines: int
    utf8: int
    wide: int
    gb18030: int
    marked: bool = False

    @property
    def looks(self) -> str:
        """The encoding most lines are in; empty when it is neither. Pure ASCII is UTF-8."""
        if self.marked or not self.lines or self.utf8 * 2 > self.lines:
            return "utf-8"
        return "gb18030" if self.gb18030 * 2 > self.lines else ""

    @property
    def surely_utf8(self) -> bool:
        """Whether it would be senseless to read it as anything else."""
        return self.marked or self.wide * 2 > self.lines > 0

    @property
    def surely_gb18030(self) -> bool:
        """Whether no line is UTF-8 and nearly all are GB18030, of enough to tell."""
        return self.lines >= ENOUGH and not self.utf8 and self.gb18030 * 10 >= self.lines * 9


def evidence(path: Path, sample: int = SAMPLE) -> Evidence:
    """What the first `sample` bytes of a file say of its encoding."""
    lines = utf8 = wide = gb = 0
    with path.open("rb") as file:
        marked = file.read(3) == codecs.BOM_UTF8
        file.seek(len(codecs.BOM_UTF8) if marked else 0)
        while sample > 0 and (block := file.read(min(BLOCK, sample))):
            block += file.readline(BLOCK)
            sample -= len(block)
            if block.isascii():
                continue
            for line in block.splitlines():
                if line.isascii():
                    continue
                lines += 1
                text = _decoded(line, "utf-8")
                utf8 += text is not None
                wide += text is not None and max(text) > LAST_OF_TWO_BYTES
                gb += _decoded(line, "gb18030") is not None
    return Evidence(lines, utf8, wide, gb, marked)


def falsely_marked(path: Path) -> bool:
    """Whether the mark of UTF-8 stands before GB18030, as programs leave it that write a file anew."""
    with path.open("rb") as file:
        if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            return False
    found = evidence(path, BLOCK)
    return found.lines > 0 and not found.utf8 and found.gb18030 * 2 > found.lines


def is_sound(line: bytes, encoding: str) -> bool:
    """Whether bytes are text in this encoding."""
    return _decoded(line, encoding) is not None


def _decoded(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None
