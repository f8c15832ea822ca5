"""Which hours go into which batch: history in one piece, then hour by hour; and what has gone already."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from canton.kernel.files import write_beside

HOUR = timedelta(hours=1)
MORNING, NIGHT = 7, 22  # by day a city sends each hour, for the night one batch in the morning
HELD_BACK = 6  # batches of each city that the history leaves to the live part
LONG = timedelta(hours=12)


class Luck(StrEnum):
    """What becomes of a batch on its way."""

    GOOD = "good"
    UNTIDY = "untidy"  # a third of its rows break a rule
    FOREIGN = (
        "foreign"  # written for another system, under another header: refused whole; the good one follows
    )
    DAMAGED = "damaged"  # a byte changed after signing: refused whole; the good one follows


LUCK = {
    Luck.DAMAGED: 0.02,
    Luck.FOREIGN: 0.045,
    Luck.UNTIDY: 0.1,
}  # of all batches, each with those before it


@dataclass(frozen=True, slots=True)
class Span:
    """The hours from `start` until before `end` of one city: one batch."""

    city: str
    start: datetime
    end: datetime

    @property
    def period(self) -> str:
        """Names the batch: 2026-11-22T16, 2026-11-22-night, else by its beginning and its end."""
        if self.end - self.start == HOUR:
            return f"{self.start:%Y-%m-%dT%H}"
        if (self.start.hour, self.end) == (NIGHT, following(self.start)):
            return f"{self.start:%Y-%m-%d}-night"
        if self.start.hour == 0:
            return f"{self.start:%Y%m%d}-{self.end:%m%dT%H}"
        return f"{self.start:%y%m%d%H}-{self.end:%m%d%H}"

    @property
    def luck(self) -> Luck:
        """The same for the same hours of the same city; long spans are always good."""
        if self.end - self.start > LONG:
            return Luck.GOOD
        number = Random(f"luck:{self.city}:{self.start:%Y%m%d%H}").random()
        return next((luck for luck, below in LUCK.items() if number < below), Luck.GOOD)


def following(start: datetime) -> datetime:
    """When the batch that begins at a full hour is over: an hour later, or in the morning."""
    if start.hour >= NIGHT:
        return start.replace(hour=MORNING) + timedelta(days=1)
    return start.replace(hour=MORNING) if start.hour < MORNING else start + HOUR


def preceding(end: datetime) -> datetime:
    """When the batch began that is over at `end`, or the one under way then."""
    if end.hour <= MORNING:
        return end.replace(hour=NIGHT) - timedelta(days=1)
    return end.replace(hour=NIGHT) if end.hour > NIGHT else end - HOUR


def history(city: str, *, now: datetime, days: int) -> Span:
    """The hours of a city before the live ones, in one batch; now: wall clock."""
    end = now.replace(minute=0, second=0, microsecond=0)
    if end.hour < MORNING or end.hour > NIGHT:
        end = preceding(end)  # the night is not over
    for _ in range(HELD_BACK):
        end = preceding(end)
    return Span(city, end.replace(hour=0) - timedelta(days=days), end)


def live(city: str, *, start: datetime, now: datetime) -> Iterator[Span]:
    """The batches of a city from `start` that are over, in order."""
    while (end := following(start)) <= now:
        yield Span(city, start, end)
        start = end


@dataclass(frozen=True, slots=True)
class Ledger:
    """What each city has sent, kept in a file. A span is written down before it goes and struck out after.

    A demonstration that was killed sends the span it was at once more, with the same content: a batch the
    province knows already.
    """

    path: Path

    def through(self, city: str) -> datetime | None:
        """Until when a city's hours have gone; None when nothing has."""
        text = self._read().get(city, {}).get("through")
        return datetime.fromisoformat(text) if text else None

    def under_way(self, city: str) -> Span | None:
        """The span a city had begun to send when it was stopped."""
        begun = self._read().get(city, {}).get("begun")
        return Span(city, *map(datetime.fromisoformat, begun)) if begun else None

    def begin(self, span: Span) -> None:
        """Write a span down before it goes."""
        self._update(span.city, begun=[span.start.isoformat(), span.end.isoformat()])

    def finish(self, span: Span) -> None:
        """Strike it out: it has gone."""
        self._update(span.city, through=span.end.isoformat(), begun=None)

    def _read(self) -> dict[str, dict[str, str]]:
        content: dict[str, dict[str, str]] = json.loads(self.path.read_text()) if self.path.exists() else {}
        return content

    def _update(self, city: str, **facts: object) -> None:
        content = self._read()
        entry = {**content.get(city, {}), **facts}
        with write_beside(self.path) as path:
            path.write_text(json.dumps({**content, city: entry}, indent=1))
