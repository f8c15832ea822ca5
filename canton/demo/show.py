"""The demonstration itself: the cities send what they have, the busiest first, then go on hour by hour."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

from canton.centres.choices import Tier
from canton.centres.models import Centre, Segment
from canton.centres.services.editing import Editor
from canton.codes.models import TextRule
from canton.codes.services import Wanted, add_text_rule
from canton.exchange.models import Link
from canton.exchange.receipts import Outcome
from canton.exchange.services import add_link
from canton.kernel.configuration import home

from .cases import SAID
from .cities import City, cities
from .errors import NotProvince
from .keyring import Keyring, keyring
from .parcels import case_parcel, damaged, foreign, parcel
from .plan import Ledger, Luck, Span, history, live

WITH_CASES = 4  # cities that send cases too
IDLE = 30.0  # seconds between two looks whether an hour is over


class Way(Protocol):
    """How packages reach the province, and its receipts the city."""

    def deliver(self, package: Path, ring: Keyring) -> None: ...

    def answer(self, sha256: str, ring: Keyring) -> Outcome | None: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """One package that has gone. rows, spoilt: rows in its file, and those that break a rule."""

    city: str
    period: str
    sha256: str
    rows: int
    spoilt: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Show:
    """The cities of a province, their keys, what they have sent, and the way to the province."""

    province: str
    cities: tuple[City, ...]
    keyrings: dict[str, Keyring]
    ledger: Ledger
    way: Way

    def history(self, *, now: datetime, days: int) -> Iterator[Sent]:
        """Send what lies before the live hours and has not gone, the busiest city first; now: wall clock."""
        for city in self.cities:
            begun = self.ledger.under_way(city.code)
            if begun is not None:
                yield from self.send(city, begun)
            span = history(city.code, now=now, days=days)
            gone = self.ledger.through(city.code)
            if gone is not None:
                span = Span(city.code, gone, span.end)
            if span.start < span.end:
                yield from self.send(city, span)

    def cases(self, *, now: datetime, days: int) -> Iterator[Sent]:
        """Send the cases of the days before today that have not gone; now: wall clock."""
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        for city in self.cities[:WITH_CASES]:
            name = f"{city.code}:cases"
            start = self.ledger.through(name) or today - timedelta(days=days)
            if start >= today:
                continue
            ring = self.keyrings[city.code]
            with tempfile.TemporaryDirectory(prefix="canton-demo-") as beside:
                span = Span(city.code, start, today)
                ready = case_parcel(span, city, to=self.province, key=ring.signing, into=Path(beside))
                self.way.deliver(ready.path, ring)
                yield Sent(city.code, span.period, _digest(ready.path), ready.written.rows, 0)
            self.ledger.finish(Span(name, start, today))

    def live(
        self, clock: Callable[[], datetime], *, pace: float, pause: Callable[[float], None] = time.sleep
    ) -> Iterator[Sent]:
        """Send one batch of one city after another, for ever; the one furthest behind first.

        pace: seconds between two batches.
        """
        while True:
            behind = self.next_live(clock())
            if behind is None:
                pause(IDLE)
                continue
            sent = list(self.send(*behind))
            yield from sent
            pause(pace if sent else 0)

    def next_live(self, now: datetime) -> tuple[City, Span] | None:
        """The oldest batch that is over and has not been sent, if there is one."""
        waiting = []
        for rank, city in enumerate(self.cities):
            gone = self.ledger.through(city.code)
            span = next(live(city.code, start=gone, now=now), None) if gone else None
            if span is not None:
                waiting.append((span.start, rank, city, span))
        return min(waiting)[2:] if waiting else None

    def send(self, city: City, span: Span) -> Iterator[Sent]:
        """Hand one batch to the province; a bad one is followed by a good one, an empty one stays."""
        ring = self.keyrings[city.code]
        with tempfile.TemporaryDirectory(prefix="canton-demo-") as beside:
            ready = parcel(span, city, to=self.province, key=ring.signing, into=Path(beside))
            self.ledger.begin(span)
            spoilt = sum(ready.written.dirt.values())
            packages = [ready.path] if ready.written.rows else []
            if packages and span.luck is Luck.DAMAGED:
                packages.insert(0, damaged(ready.path))
            elif packages and span.luck is Luck.FOREIGN:
                other = foreign(ready, city, to=self.province, key=ring.signing, into=Path(beside))
                packages.insert(0, other)
            for package in packages:
                sent = Sent(
                    city.code,
                    span.period,
                    _digest(package),
                    ready.written.rows,
                    spoilt,
                    package == ready.path,
                )
                self.way.deliver(package, ring)
                yield sent
            self.ledger.finish(span)

    def answers(self, waiting: dict[str, Sent]) -> Iterator[tuple[Sent, Outcome]]:
        """Look once for each receipt that is outstanding; those that are there are taken out of `waiting`."""
        for sent in list(waiting.values()):
            outcome = self.way.answer(sent.sha256, self.keyrings[sent.city])
            if outcome is not None:
                del waiting[sent.sha256]
                yield sent, outcome


def prepare(province: Centre, *, way: Way, now: datetime) -> Show:
    """Read the cities, make their keys and their links to the province; now: aware.

    Raises:
        NotProvince: there are no cities below this centre.
    """
    below = list(Centre.objects.filter(parent=province, tier=Tier.CITY))
    if not below:
        raise NotProvince(centre=province.code)
    rings = {city.code: keyring(folder() / "keys", city.code) for city in below}
    for ring in rings.values():
        _link(ring, now)
    known = cities({city.code: city.letters for city in below}, _prefixes())
    return Show(province.code, tuple(known), rings, Ledger(folder() / "sent.json"), way)


def write_rules(province: Centre, *, now: datetime) -> int:
    """Rules for the texts of the cases, unless people wrote some; answer how many were added."""
    if TextRule.objects.exists():
        return 0
    by = Editor("demo", province)
    for code, (pattern, percent, _texts) in SAID.items():
        add_text_rule(Wanted(code, "words", pattern, percent), by=by, now=now)
    return len(SAID)


def folder() -> Path:
    """Where the demonstration keeps accounts, keys and ledger; its owner's alone."""
    own = home() / "demo"
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    return own


def _link(ring: Keyring, now: datetime) -> None:
    """Make the link unless there is one; one that somebody renewed is not the demonstration's any more."""
    if not Link.objects.filter(pk=ring.city).exists():
        add_link(ring.card, actor="demo", now=now)


def _prefixes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for prefix, city in Segment.objects.order_by("prefix").values_list("prefix", "centre"):
        found[city].append(prefix)
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
