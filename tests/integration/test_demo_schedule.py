"""The demonstration's schedule: in time, late, reminded, answered; entered once, people's from then on."""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from canton.demo import schedule
from canton.demo.keyring import Keyring
from canton.demo.show import prepare
from canton.exchange import courier, expected, folders, keys, services
from canton.exchange.choices import OutgoingState
from canton.exchange.models import Chase, Duty, Incoming, Link, Outgoing

NOW = datetime(2026, 11, 22, 8, 40, tzinfo=UTC)  # 16:40 in Guangdong


class Straight:
    """The city's side without SFTP; jobs are run by hand."""

    def laid_out(self, ring: Keyring, into: Path) -> list[Path]:
        there = sorted((folders.dropbox(ring.city) / "out").glob("*.zip"))
        return [Path(shutil.copy(path, into)) for path in there]

    def clear_away(self, package: Path, ring: Keyring) -> None:
        (folders.dropbox(ring.city) / "out" / package.name).unlink()

    def deliver(self, package: Path, ring: Keyring) -> None:
        there = folders.dropbox(ring.city) / "in" / package.name
        shutil.copyfile(package, there)
        services.open_incoming(services.take_in(there, sender=ring.city, now=NOW), now=NOW)

    def answer(self, sha256: str, ring: Keyring) -> None:
        return None


def came(link: Link, period: str) -> None:
    """As `history` sends it: everything up to an hour in one file, which came just now."""
    digest = f"{link.pk}{period}".encode().hex().ljust(64, "0")[:64]
    Incoming.objects.create(
        link=link, name=period, sha256=digest, bytes=1, dataset="contacts", period=period, sequence=1,
        received_at=NOW, state="opened", accepted=True,
    )  # fmt: skip


def standings(dataset: str, now: datetime = NOW) -> dict[str, Counter[str]]:
    board = expected.board(expected.centres(), dataset, now=now)
    return {centre.pk: Counter(due.standing for due in row) for centre, row in board}


def test_schedule_shows_in_time_late_reminded_and_answered(home, province, tmp_path, monkeypatch):
    stage = prepare(province, way=Straight(), now=NOW)
    kept = tmp_path / "kept"
    schedule.put_up(province, kept=kept, days=28, by="20418", now=NOW)
    for link in Link.objects.all():
        came(link, "20261025-1122T10")
    contacts = standings("contacts")
    assert set(contacts) == set(stage.keyrings)
    everybody = [contacts[city] for city in contacts if city != schedule.EARLY]
    assert all(each == {"ok": 5, "wait": 1} for each in everybody)
    assert contacts[schedule.EARLY] == {"after": 5, "wait": 1}
    agents = standings("agents")
    assert {city for city in agents if agents[city]["late"]} == set(schedule.OWING)
    assert Counter(Chase.objects.values_list("centre", "by")).keys() == {("4408", "20418"), ("4453", "20418")}

    for each in Outgoing.objects.all():
        Outgoing.objects.filter(pk=each.pk).update(next_attempt_at=NOW)
        assert courier.send(each.pk).state == OutgoingState.LAID
    answering = schedule.Answering("44", keys.signing().public, Straight())
    (city,) = schedule.ANSWERING
    assert schedule.waiting(city)
    into = tmp_path / "city"
    into.mkdir()
    assert answering.answer(stage.keyrings[city], into, now=NOW) == 1
    assert not schedule.waiting(city)
    said = Chase.objects.filter(reply=schedule.REPLY, acknowledged_by=schedule.BY)
    assert set(said.values_list("centre", flat=True)) == {city}
    assert Chase.objects.filter(acknowledged_at=None).exists()  # the other says nothing
    assert Outgoing.objects.get(link=city).state == OutgoingState.RECEIPTED

    Duty.objects.all().delete()
    schedule.put_up(province, kept=kept, days=28, by="20418", now=NOW + timedelta(days=1))
    assert not Duty.objects.exists()  # whoever took it away does not find it again
