"""The question for an original file that another centre holds; the answer is the file itself, byte for byte.

    {"request": "<uuid>", "sha256": "<64 hex digits>", "batch": "GZ-…", "line": 17, "by": "30127",
     "reason": "…", "only_lines": true}

With only_lines, which is for large text files, the answer is that line among its neighbours:

    {"sha256": "<64 hex digits>", "line": 17, "first": 13, "lines": ["<base64 of a line's bytes>", …]}

All travel as signed packages of the exchange, under these names.
"""

import base64
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .errors import BadLetter

QUESTION, ANSWER, LINES, VERSION = "original-request", "original-answer", "original-lines", "1.0"
LARGEST = 64 * 1024  # bytes of a question
SHA256 = re.compile(r"[0-9a-f]{64}")
NEIGHBOURS = 4  # lines before and after the one asked for
LONGEST_LINE = 64 * 1024  # bytes of one line that travel
LARGEST_LINES = 2 * (2 * NEIGHBOURS + 1) * LONGEST_LINE  # of the answer, base64
WORDS = {"request": 40, "batch": 80, "by": 40, "reason": 200}  # longest of each


@dataclass(frozen=True, slots=True)
class Question:
    """Which file, for which row of which batch, who wants it and why."""

    request: str
    sha256: str
    batch: str
    line: int
    by: str
    reason: str
    only_lines: bool = False

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


def read(path: Path) -> Question:
    """A question another centre sent.

    Raises:
        BadLetter: it is none.
    """
    content = _content(path, LARGEST)
    words = {name: _text(content, name, longest) for name, longest in WORDS.items()}
    return Question(
        sha256=_digest(content),
        line=_number(content, "line"),
        only_lines=content.get("only_lines") is True,
        **words,
    )


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file as they stand there, from line `first` on, around the one that was asked for."""

    sha256: str
    line: int
    first: int
    lines: tuple[bytes, ...]

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(self.content()), encoding="ascii")

    def content(self) -> dict[str, Any]:
        """As it travels and is kept."""
        lines = [base64.b64encode(each).decode("ascii") for each in self.lines]
        return {"sha256": self.sha256, "line": self.line, "first": self.first, "lines": lines}

    @property
    def numbered(self) -> list[tuple[int, bytes]]:
        return list(enumerate(self.lines, self.first))


def read_lines(path: Path) -> Excerpt:
    """Lines that another centre sent.

    Raises:
        BadLetter: they are none.
    """
    return lines_from(_content(path, LARGEST_LINES))


def lines_from(content: dict[str, Any]) -> Excerpt:
    """The same, from what was kept.

    Raises:
        BadLetter: too many lines, or not such as it can be.
    """
    listed = content.get("lines")
    if not isinstance(listed, list) or not 0 < len(listed) <= 2 * NEIGHBOURS + 1:
        raise BadLetter(part="lines")
    try:
        lines = tuple(base64.b64decode(each, validate=True) for each in listed)
    except (TypeError, ValueError) as error:
        raise BadLetter(part="lines") from error
    return Excerpt(_digest(content), _number(content, "line"), _number(content, "first"), lines)


def _content(path: Path, largest: int) -> dict[str, Any]:
    if path.stat().st_size > largest:
        raise BadLetter(part=f"> {largest}")
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadLetter(part="JSON") from error
    if not isinstance(content, dict):
        raise BadLetter(part="JSON")
    return content


def _number(content: dict[str, Any], name: str) -> int:
    value = content.get(name)
    if type(value) is not int or value < 1:
        raise BadLetter(part=name)
    return value


def _digest(content: dict[str, Any]) -> str:
    sha256 = _text(content, "sha256", 64)
    if not SHA256.fullmatch(sha256):
        raise BadLetter(part="sha256")
    return sha256


def _text(content: dict[str, Any], name: str, longest: int) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise BadLetter(part=name)
    return value
