"""The question for an original file that another centre holds; the answer is the file itself, byte for byte.

    {"request": "<uuid>", "sha256": "<64 hex digits>", "batch": "GZ-…", "line": 17, "by": "30127",
     "reason": "…"}

Both travel as signed packages of the exchange, under these names.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .errors import BadLetter

QUESTION, ANSWER, VERSION = "original-request", "original-answer", "1.0"
LARGEST = 64 * 1024  # bytes of a question
SHA256 = re.compile(r"[0-9a-f]{64}")
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

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


def read(path: Path) -> Question:
    """A question another centre sent.

    Raises:
        BadLetter: it is none.
    """
    if path.stat().st_size > LARGEST:
        raise BadLetter(part=f"> {LARGEST}")
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadLetter(part="JSON") from error
    if not isinstance(content, dict):
        raise BadLetter(part="JSON")
    line = content.get("line")
    if type(line) is not int or line < 1:
        raise BadLetter(part="line")
    words = {name: _text(content, name, longest) for name, longest in WORDS.items()}
    sha256 = _text(content, "sha256", 64)
    if not SHA256.fullmatch(sha256):
        raise BadLetter(part="sha256")
    return Question(sha256=sha256, line=line, **words)


def _text(content: dict[str, Any], name: str, longest: int) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise BadLetter(part=name)
    return value
