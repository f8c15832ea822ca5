"""What is due from the cities of the demonstration, who is late and was reminded, and the city that answers.

Contacts are due from everybody, by day and in several files; one city has an earlier hour of its own and is
late with it at first. Two cities owe the states of their agents, which they never send: both are reminded,
and one answers, as a city would, over its own link.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from canton.centres.models import Centre
from canton.exchange import formats, notices, packages, receipts
from canton.exchange.choices import NoticeKind, OutgoingState, Rhythm
from canton.exchange.models import Chase, Duty
from canton.exchange.packages import Manifest, Source
from canton.exchange.receipts import Outcome
from canton.exchange.services import chase, save_duty
from canton.exchange.signatures import VerifyKey
from canton.kernel.errors import CantonError
from canton.kernel.files import write_beside

from .keyring import Keyring

FILES = 8  # of a day; a small city has hours without a call, and sends none for them
DAYS = 5  # after which contacts are due, and that are shown at once
EARLY = "4416"  # has contacts due by an hour of its own
OWING = ("4408", "4453")  # owe the states of agents
ANSWERING = ("4408",)
BY = "4408012 罗伟"
REPLY = "排班系统正在更换，本周五前补报；已向技术部催办。"


class Way(Protocol):
    """How a city finds what is laid out for it, and brings what it says."""

    def laid_out(self, ring: Keyring, into: Path) -> list[Path]: ...

    def clear_away(self, package: Path, ring: Keyring) -> None: ...

    def deliver(self, package: Path, ring: Keyring) -> None: ...


@dataclass(frozen=True, slots=True)
class Answering:
    """Cities that answer their reminders: their keys, and how the province proves itself to them."""

    province: str
    verify_key: VerifyKey
    way: Way

    def answer(self, ring: Keyring, into: Path, *, now: datetime) -> int:
        """Give a receipt for each reminder that is laid out, and say something to it; answers how many."""
        answered = 0
        for package in self.way.laid_out(ring, into):
            digest = self._reminder(package, ring, into / f"{package.stem}-opened")
            if digest is None:
                continue  # news of another kind
            for number, said in enumerate(self._said(digest, ring, into, now)):
                self.way.deliver(said, ring)
                answered += number
            self.way.clear_away(package, ring)
        return answered

    def _reminder(self, package: Path, ring: Keyring, opened: Path) -> str | None:
        """The digest of a package that is a reminder."""
        terms = packages.Terms(
            sender=self.province,
            recipient=ring.city,
            keys=((self.province, self.verify_key),),
            accepts={notices.DATASET: frozenset({notices.VERSION})},
            limits=packages.Limits(ratio=10**6),
        )
        opened.mkdir()
        try:
            found = packages.open(package, terms=terms, into=opened)
            kind, _ = notices.read(found.folder / "data" / notices.CONTENT)
        except CantonError:
            return None
        return sha256(package.read_bytes()).hexdigest() if kind == NoticeKind.CHASE else None

    def _said(self, digest: str, ring: Keyring, into: Path, now: datetime) -> Iterator[Path]:
        """The receipt for a reminder, and the answer to it."""
        folder = into / digest[:12]
        folder.mkdir()
        receipt = folder / receipts.CONTENT
        receipt.write_text(json.dumps({"package": digest, **Outcome(accepted=True).content()}))
        yield self._packed(receipt, receipts.DATASET, receipts.VERSION, ring, folder, now)
        content = {"notice": digest, "by": BY, "reply": REPLY}
        said = notices.write(NoticeKind.ACKNOWLEDGE, content, folder)
        yield self._packed(said, notices.DATASET, notices.VERSION, ring, folder, now)

    def _packed(
        self, file: Path, dataset: str, version: str, ring: Keyring, into: Path, now: datetime
    ) -> Path:
        manifest = Manifest(
            sender=ring.city, recipient=self.province, dataset=dataset, version=version, created=now
        )
        return packages.pack([Source(file)], manifest=manifest, key=ring.signing, into=into).path


def put_up(province: Centre, *, kept: Path, days: int, by: str, now: datetime) -> None:
    """Enter what is due and remind who is late, once for a home; what people made of it since then stays.

    kept: file that says it was done. days: how many days of history the cities send. by: who reminds.
    """
    if kept.exists():
        return
    if not Duty.objects.exists():
        for duty in _duties(now.astimezone(ZoneInfo(province.time_zone)), days):
            save_duty(duty, by="demo", now=now)
        for city in Centre.objects.filter(code__in=OWING, parent=province):
            chase(city, by=by, now=now)
    with write_beside(kept) as path:
        path.write_text(f"{now.isoformat()}\n")


def waiting(city: str) -> bool:
    """Whether a reminder lies ready for a city that answers."""
    mine = Chase.objects.filter(centre=city, acknowledged_at=None, outgoing__state=OutgoingState.LAID)
    return mine.exists()


def _duties(now: datetime, days: int) -> list[Duty]:
    """What is due, as of a moment on the province's clock."""
    first = now.date() - timedelta(days=min(DAYS, days))
    daily = {"rhythm": Rhythm.DAILY, "starts_on": first}
    contacts = formats.get("contacts").name
    duties = [
        Duty(dataset=contacts, parts=FILES, after=DAYS, at=time(23, 0), grace_minutes=60, **daily),
        Duty(
            dataset=contacts, centre_id=EARLY, parts=FILES, after=1, at=time(1, 0), grace_minutes=30, **daily
        ),
    ]
    agents = formats.get("agents").name
    daily["starts_on"] = now.date() - timedelta(days=2)
    duties += [Duty(dataset=agents, centre_id=city, after=1, at=time(6, 0), **daily) for city in OWING]
    return duties
