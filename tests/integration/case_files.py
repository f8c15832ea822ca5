"""Small files of cases of our own, row by row, for tests that know what every text says."""

import csv
from collections.abc import Iterable
from pathlib import Path

from canton.exchange import formats

HEADER = formats.get("cases", "1.1").columns


def case(number: int, text: str, **changes: object) -> dict[str, object]:
    """A sound complaint without a code, opened in the hour of its number."""
    sound: dict[str, object] = dict.fromkeys(HEADER, "") | {
        "case_id": f"T{number:05}",
        "centre": "4401",
        "nature": "complaint",
        "channel": "voice",
        "number": "13800138000",
        "description": text,
        "opened": f"1999-01-01 {number % 24:02}:00:00",
    }
    return sound | changes


def write(path: Path, content: Iterable[dict[str, object]]) -> Path:
    """A file in the format itself."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(content)
    return path
