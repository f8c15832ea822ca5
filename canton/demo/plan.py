"""Which hours go into which batch: history in one piece, then hour by hour; and what has gone already."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from canton.kernel.files import write_beside

HELD_BACK = timedelta(hours=6)  # of the history, so that the first live hour has something to send
HOUR = timedelta(hours=1)


class Luck(StrEnum):
    """What becomes of a batch on its way."""

    GOOD = "good"
    UNTIDY = "untidy"  # a third of its rows break a rule
    DAMAGED = "damaged"  # a byte changed after signing: refused whole; the good one follows


@dataclass(frozen=True, slots=True)
class Span:
    """The hours from `start` until before `end` of one city: one batch."""

    city: str
    start: datetime
    end: datetime

    @property
    def period(self) -> str:
        """Names the batch: 2026-11-22T16 for an hour, 2026-11-22 for a day, else first day and last hour."""
        if self.end - self.start == HOUR:
            return f"{self.start:%Y-%m-%dT%H}"
        if self.start.time() == time() and self.end - self.start == timedelta(days=1):
            return f"{self.start:%Y-%m-%d}"
        return f"{self.start:%Y%m%d}-{self.end:%m%dT%H}"

    @property
    def luck(self) -> Luck:
        """The same for the same hour of the same city; long spans are always good."""
        if self.end - self.start > HOUR:
            return Luck.GOOD
        number = Random(f"luck:{self.city}:{self.start:%Y%m%d%H}").random()
        return Luck.DAMAGED if number < 0.03 else Luck.UNTIDY if number < 0.09 else Luck.GOOD  # noqa: PLR2004


def history(city: str, *, now: datetime, days: int) -> Span:
    """The hours of a city before the live ones, in one batch; now: wall clock."""
    end = now.replace(minute=0, second=0, microsecond=0) - HELD_BACK
    start = end.replace(hour=0) - timedelta(days=days)
    return Span(city, start, end)


def hours(city: str, *, start: datetime, now: datetime) -> Iterator[Span]:
    """The full hours from `start` until now, one batch each."""
    while start + HOUR <= now:
        yield Span(city, start, start + HOUR)
        start += HOUR


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
