"""Files of the demonstration (F31): a city's contacts of some hours, as its system would have written them.

Pure and seeded: the same city and hours give the same bytes, on any machine. Nothing in them is real.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from .calls import Call, calls_of
from .cities import City
from .dirt import LATE, REPEAT, pick, spoil

COLUMNS = (
    "contact_id", "centre", "channel", "number", "roaming", "category", "language",
    "started", "queued", "answered", "ended", "wait_seconds", "talk_seconds", "hold_seconds", "wrap_seconds",
    "agent", "outcome", "satisfaction", "resolved", "recording",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds: data rows without the header, and how many of them each kind of dirt has spoilt."""

    path: Path
    rows: int
    dirt: dict[str, int]


def write(path: Path, city: City, *, start: datetime, end: datetime, dirt: float | None = None) -> Written:
    """Write the contacts 1.0 file of the calls that arrived from `start` until before `end`, both full hours.

    dirt: part of the rows to spoil, 0-1; the city's own habit if left out. Some files repeat a row that an
    earlier file carried, as senders do who are not sure that it went.
    """
    share = city.dirt if dirt is None else dirt
    random = Random(f"dirt:{city.code}:{start:%Y%m%d%H}:{end:%Y%m%d%H}:{share}")
    spoilt: Counter[str] = Counter()
    lines: list[list[str]] = []
    again: list[list[str]] = []
    for contact_id, call in _between(city, start, end):
        fields = _fields(city, contact_id, call)
        if random.random() >= share:
            lines.append(list(fields.values()))
            continue
        kind = pick(city.code, random)
        spoilt[kind] += 1
        if kind == REPEAT:
            lines.append(list(fields.values()))
            again.append(list(fields.values()))
        else:
            lines.append(spoil(fields, kind, random))
    late = _late(city, start) if random.random() < min(1.0, share * 12) else None
    if late is not None:
        spoilt[LATE] += 1
        again.append(late)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)
        writer.writerows(again)
    return Written(path, len(lines) + len(again), dict(spoilt))


def _between(city: City, start: datetime, end: datetime) -> list[tuple[str, Call]]:
    """Calls of those hours with their identifiers, which number the calls of a day."""
    found = []
    day = start.date()
    while day <= (end - timedelta(seconds=1)).date():
        for position, call in enumerate(calls_of(city, day), start=1):
            if start <= call.started < end:
                found.append((f"{city.letters}{day:%Y%m%d}-{position:05d}", call))
        day += timedelta(days=1)
    return found


def _late(city: City, start: datetime) -> list[str] | None:
    """The last row of the hour before, once more; none at midnight, where another day's numbers begin."""
    before = _between(city, start - timedelta(hours=1), start) if start.hour else []
    return list(_fields(city, *before[-1]).values()) if before else None


def _fields(city: City, contact_id: str, call: Call) -> dict[str, str]:
    recorded = call.outcome == "answered" and call.channel == "voice"
    values = (
        contact_id, city.code, call.channel, call.number, call.roaming, call.category, call.language,
        _clock(call.started), _clock(call.queued), _clock(call.answered), _clock(call.ended),
        call.wait, call.talk, call.hold, call.wrap, call.agent, call.outcome,
        "" if call.satisfaction is None else call.satisfaction,
        "" if call.resolved is None else str(call.resolved).lower(),
        f"{call.started:%Y/%m/%d}/{contact_id}.wav" if recorded else "",
    )  # fmt: skip
    return dict(zip(COLUMNS, map(str, values), strict=True))


def _clock(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(" ", "seconds")
