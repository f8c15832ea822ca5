"""A package that could not be sent, or whose sender died, is sent later: whole and once."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import file_digest
from pathlib import Path

import psutil
import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from exchange_nodes import NOW, link_up
from lossy_line import laid

from canton.centres.models import Centre
from canton.exchange import courier, folders, services
from canton.exchange.choices import IncomingState, OutgoingState
from canton.exchange.errors import LinkDown
from canton.exchange.models import Incoming, Link, Outgoing
from canton.exchange.patience import LEASE
from canton.exchange.services import sending
from canton.exchange.sftp import client

PATIENCE = 180  # seconds; other tests may keep the machine busy
HALF = 2 * client.CHUNK  # what the province has on its disk when the sender dies
TALK = 1 << 16  # bytes of a connection beside the file: the handshake, and the frames of the rest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def links(home, transactional_db) -> None:
    link_up()


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts processes of the centres: start("44", "-m", …, CANTON_SFTP_PORT="…"); none outlives the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def make(centre: str, *command: str, **told: str) -> "subprocess.Popen[bytes]":
        own = {"DJANGO_SETTINGS_MODULE": "canton.settings", "CANTON_CENTRE": centre, **told}
        with (home / "said.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                env={**os.environ, **own},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        begun.append(process)
        return process

    yield make
    for process in begun:
        process.terminate()
    for process in begun:
        process.wait(timeout=PATIENCE)


@pytest.fixture
def server(links, start) -> tuple[int, psutil.Process]:
    """The port and the process of the province's SFTP server."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = start("44", "-m", "canton.exchange.sftp", CANTON_SFTP_PORT=str(port))
    until(lambda: answers(port))
    return port, psutil.Process(process.pid)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def until(met: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def sent_again(outgoing: Outgoing) -> Outgoing | None:
    """What the city's worker does once the sender has been silent for longer than its lease."""
    late = timezone.now() - LEASE
    Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=late)
    assert sending.overdue(now=timezone.now()) == [outgoing]
    with override_settings(CANTON_CENTRE="4401"):
        return courier.send(outgoing.pk)


def test_upload_whose_sender_is_killed_half_way_is_gone_on_with(links, server, start, tmp_path):
    port, province = server
    data = tmp_path / "october.csv"
    data.write_text("".join(f"{secrets.token_hex(40)},4401\n" for _ in range(100_000)))
    box = folders.dropbox("4401") / "in"
    with laid(port, carries=HALF + TALK) as line:
        Link.objects.filter(pk="44").update(port=line.port)
        sender = start("4401", "-m", "canton.cli", "send", str(data), "--wait")
        until(lambda: sum(each.stat().st_size for each in box.iterdir()) >= HALF)
        sender.kill()
        assert sender.wait(timeout=PATIENCE) == -9
        until(lambda: not any(Path(each.path).parent == box for each in province.open_files()))

    outgoing = Outgoing.objects.get()
    whole = outgoing.packed_path.stat().st_size
    [part] = box.iterdir()
    half = part.stat().st_size
    assert part.name == f"{outgoing.name}.part"
    assert HALF <= half < whole - client.CHUNK
    assert outgoing.state == OutgoingState.SENDING
    assert sent(data, services.Report("contacts")) == outgoing  # the same command again
    assert services.sweep(now=timezone.now()) == 0
    assert part.exists() and not Incoming.objects.exists()

    with laid(port, carries=whole + TALK) as line:
        Link.objects.filter(pk="44").update(port=line.port)
        again = sent_again(outgoing)
        assert again is not None and again.state == OutgoingState.SENT
        assert whole - half < line.carried < whole - half + TALK
    until(Incoming.objects.exists)
    assert services.sweep(now=timezone.now()) == 0
    incoming = Incoming.objects.select_related("link").get()
    assert (incoming.state, incoming.repeats) == (IncomingState.RECEIVED, 0)
    assert (incoming.name, incoming.sha256) == (outgoing.name, outgoing.sha256)
    with incoming.packed_path.open("rb") as file:
        assert file_digest(file, "sha256").hexdigest() == outgoing.sha256
    assert list(box.iterdir()) == []


def test_package_waits_for_a_province_that_is_away(links, tmp_path):
    data = tmp_path / "october.csv"
    data.write_text("x\n")
    with override_settings(CANTON_CENTRE="4401"):
        outgoing = services.queue(
            data, report=services.Report(dataset="contacts"), to=Centre.objects.get(code="44"), now=NOW
        )
        tried = courier.send(outgoing.pk)
        assert tried is not None
        assert (tried.state, tried.error_code, tried.attempts) == (OutgoingState.QUEUED, "E-LINK-DOWN", 1)
        assert courier.send(outgoing.pk) is None  # not due yet
        late = sending.mark_not_sent(tried, LinkDown(centre="44", why="away"), now=NOW + timedelta(days=8))
    assert late.state == OutgoingState.FAILED


OCTOBER = services.Report(dataset="contacts", period="2026-10", sequence=1)


def sent(file, report=OCTOBER, *, by_worker=False) -> Outgoing:
    with override_settings(CANTON_CENTRE="4401"):
        to = Centre.objects.get(code="44")
        return services.queue(file, report=report, to=to, now=timezone.now(), by_worker=by_worker)


@pytest.mark.parametrize("state", ["queued", "sending", "sent"])
def test_the_same_file_sent_again_goes_on_with_its_package(links, tmp_path, state):
    data = tmp_path / "october.csv"
    data.write_text("x\n")
    first = sent(data)
    later = timezone.now() + timedelta(minutes=4)
    Outgoing.objects.filter(pk=first.pk).update(state=state, next_attempt_at=later)

    again = sent(data.rename(tmp_path / "renamed.csv"))
    assert (again.pk, again.state, Outgoing.objects.count()) == (first.pk, state, 1)
    assert [path.name for path in folders.outbox().iterdir()] == [first.name]
    assert again.next_attempt_at is not None
    assert (again.next_attempt_at < later) is (state == "queued")  # nobody is at it: it is due at once


@pytest.mark.parametrize(
    "change", ["content", "period", "sequence", "layout", "encoding", "receipted", "lost"]
)
def test_another_report_or_one_that_is_through_makes_a_package_of_its_own(links, tmp_path, change):
    data = tmp_path / "october.csv"
    data.write_text("x\n")
    first = sent(data)
    changes = {"period": "2026-11", "sequence": 2, "layout": "technion1999", "encoding": "gb18030"}
    report = replace(OCTOBER, **{name: value for name, value in changes.items() if name == change})
    if change == "content":
        data.write_text("y\n")
    elif change == "receipted":
        Outgoing.objects.update(state=OutgoingState.RECEIPTED)
    elif change == "lost":
        first.packed_path.unlink()
    assert sent(data, report).pk != first.pk


def test_two_senders_at_once_make_one_package(links, tmp_path):
    data = tmp_path / "october.csv"
    data.write_text("x\n")

    def send() -> int:
        try:
            return sent(data).pk
        finally:
            connection.close()

    with override_settings(CANTON_CENTRE="4401"), ThreadPoolExecutor(2) as pool:
        found = {each.result() for each in [pool.submit(send), pool.submit(send)]}
    assert len(found) == 1 == Outgoing.objects.count()


def test_day_without_the_province_loses_nothing_and_keeps_the_order(links, tmp_path, monkeypatch):
    """Tried again later and later; what was queued first goes first, and the next follows at once."""
    went: list[str] = []
    away = [True]

    def put(self, package: Path, *, told=None) -> None:
        if away:
            raise LinkDown(centre="44", why="away")
        went.append(package.name)

    monkeypatch.setattr("canton.exchange.roads.SftpRoad.put", put)
    queued, moment = [], timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    with override_settings(CANTON_CENTRE="4401"):
        for number in range(3):
            (tmp_path / f"{number}.csv").write_text(f"{number}\n")
            at = moment - timedelta(days=1) + timedelta(seconds=number)
            report, to = services.Report(dataset="contacts"), Centre.objects.get(code="44")
            queued.append(services.queue(tmp_path / f"{number}.csv", report=report, to=to, now=at))
        first, second, third = queued
        waits = []
        for _ in range(12):
            Outgoing.objects.filter(pk=first.pk).update(next_attempt_at=moment)
            tried = courier.send(first.pk)
            assert tried is not None and tried.state == OutgoingState.QUEUED
            waits.append((tried.next_attempt_at - moment).total_seconds())
            assert courier.send(third.pk) is None and courier.send(second.pk) is None  # not before the first
        assert waits == sorted(waits) and waits[-1] == 300
        assert [each.pk for each in sending.overdue(now=timezone.now() + timedelta(hours=1))] == [first.pk]
        away.clear()
        Outgoing.objects.filter(pk=first.pk).update(next_attempt_at=moment)
        for each in queued:
            assert courier.send(each.pk) is not None
    assert went == [each.name for each in queued]
    assert set(Outgoing.objects.values_list("state", flat=True)) == {OutgoingState.SENT}
