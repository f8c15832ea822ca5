"""Small contacts files of our own, row by row, for tests that know what every row is."""

import csv
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

HEADER = (  # noqa: SIM905 - as it stands in the file
    "contact_id,centre,channel,number,roaming,category,language,started,queued,answered,ended,"
    "wait_seconds,talk_seconds,hold_seconds,wrap_seconds,agent,outcome,satisfaction,resolved,recording"
).split(",")
FIRST = datetime(1999, 1, 1, 8)  # noqa: DTZ001 - local wall-clock, as files have it


def row(number: int, *, centre: str = "4401", **changes: object) -> dict[str, object]:
    """A sound call: answered after 10 seconds, 60 seconds of talk; the calls come an hour apart."""
    started = FIRST + timedelta(hours=number)
    sound: dict[str, object] = {
        "contact_id": f"C{number:06}",
        "centre": centre,
        "channel": "voice",
        "number": "13800138000",
        "roaming": "none",
        "category": "0101",
        "language": "zh",
        "started": started,
        "queued": started,
        "answered": started + timedelta(seconds=10),
        "ended": started + timedelta(seconds=70),
        "wait_seconds": 10,
        "talk_seconds": 60,
        "hold_seconds": 0,
        "wrap_seconds": 5,
        "agent": "A01",
        "outcome": "answered",
        "satisfaction": 5,
        "resolved": "true",
        "recording": "",
    }
    return {**sound, **changes}


def rows(count: int, *, first: int = 0, centre: str = "4401") -> list[dict[str, object]]:
    """`count` sound calls, numbered from `first`."""
    return [row(number, centre=centre) for number in range(first, first + count)]


def write(path: Path, content: Iterable[dict[str, object]]) -> Path:
    """A file in the format itself."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(content)
    return path
