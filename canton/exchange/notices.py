"""A notice (通知): a few signed words from centre to centre. It travels as a package of its own."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from .choices import NoticeKind
from .errors import NoticeUnreadable

DATASET, VERSION, CONTENT = "notice", "1.0", "notice.json"
MOST_BYTES = 4 << 20
MOST_ITEMS = 500
MOST_FILES = 1000  # of a period
MOST_WORDS = 500  # characters of what a person adds


@dataclass(frozen=True, slots=True)
class Item:
    """A report that is overdue: its data set, its period, and when it was due (ISO 8601).

    came, wanted: how many of its files are there, and how many make it complete.
    """

    dataset: str
    period: str
    due: str
    came: int = 0
    wanted: int = 1


def write(kind: NoticeKind, content: dict[str, Any], into: Path) -> Path:
    """The notice as a file in the folder `into`; no two are the same."""
    path = into / CONTENT
    told = {"id": uuid4().hex, "kind": str(kind), **content}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def read(path: Path) -> tuple[NoticeKind, dict[str, Any]]:
    """Its kind and what it says.

    Raises:
        NoticeUnreadable: too long, not JSON, or of a kind that is not known here.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NoticeUnreadable(part="size")
        content = json.loads(path.read_text(encoding="utf-8"))
        return NoticeKind(content["kind"]), content
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoticeUnreadable(part="kind") from error


def items(content: dict[str, Any]) -> list[Item]:
    """What a reminder is about.

    Raises:
        NoticeUnreadable: another form, or too many.
    """
    listed = content.get("items")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_ITEMS:
        raise NoticeUnreadable(part="items")
    return [
        Item(
            text(each, "dataset"), text(each, "period"), text(each, "due"),
            came=_count(each, "came", 0), wanted=_count(each, "wanted", 1),
        )
        for each in listed
    ]  # fmt: skip


def _count(content: dict[str, Any], name: str, otherwise: int) -> int:
    """A number that a reminder of a centre with older software does not have."""
    value = content.get(name, otherwise)
    if type(value) is not int or not 0 <= value <= MOST_FILES:
        raise NoticeUnreadable(part=name)
    return value


def text(content: Any, name: str, most: int = 80) -> str:
    """A short text of a notice.

    Raises:
        NoticeUnreadable: missing, no text, or too long.
    """
    value = content.get(name) if isinstance(content, dict) else None
    if not isinstance(value, str) or len(value) > most:
        raise NoticeUnreadable(part=name)
    return value
