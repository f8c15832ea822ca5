"""What a city hands over is taken in: whole, once, whatever was cut, repeated or lost on the way."""

import asyncio
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import asyncssh
import pytest
from django.db import OperationalError
from exchange_nodes import NOW, Province, delivered, link_up, neighbour, package, raw, taking

from canton.audit.models import Entry
from canton.exchange import folders, keys, services
from canton.exchange.choices import IncomingState
from canton.exchange.models import Incoming
from canton.exchange.receipts import Outcome
from canton.exchange.sftp import client, server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def links(home, transactional_db) -> None:
    link_up()


@pytest.fixture
def taken() -> Iterator[list[bytes]]:
    with taking() as seen:
        yield seen


def test_package_is_taken_in_opened_and_handed_over(links, taken, tmp_path):
    incoming = delivered(package(tmp_path / "city"))
    assert incoming.packed_path.exists()
    assert list((folders.dropbox("4401") / "in").iterdir()) == []
    opened = services.open_incoming(incoming, now=NOW)
    assert taken == [b"contact_id,centre\n1,4401\n"]
    assert (opened.state, opened.dataset, opened.period, opened.sequence) == (
        "opened",
        "contacts",
        "2026-10",
        1,
    )
    assert opened.data_name == "october.csv"
    assert not opened.packed_path.exists() and not opened.folder.exists()
    assert set(Entry.objects.values_list("action", flat=True)) >= {
        "exchange.receive_package",
        "exchange.open_package",
    }


def test_its_evidence_is_kept(links, taken, tmp_path):
    incoming = services.open_incoming(delivered(package(tmp_path / "city")), now=NOW)
    _, key, signature = incoming.signature.split()
    assert key == keys.signing().public.id
    assert keys.signing().public.verifies(b64decode(signature), incoming.descriptor.encode())


def test_same_package_over_five_connections_at_once_is_one(links, taken, tmp_path):
    path = package(tmp_path / "city")

    async def five(port: int):
        async def one(number: int):
            async with client._session(neighbour(port)) as sftp:
                async with sftp.open(f"in/copy{number}.zip.part", "wb") as remote:
                    await remote.write(path.read_bytes())
                await sftp.rename(f"in/copy{number}.zip.part", f"in/copy{number}.zip")

        await asyncio.gather(*(one(number) for number in range(5)))

    Province().while_open(five)
    services.sweep(now=NOW)
    incoming = Incoming.objects.select_related("link").get()
    assert incoming.repeats == 4
    services.open_incoming(incoming, now=NOW)
    assert len(taken) == 1
    assert list((folders.dropbox("4401") / "in").iterdir()) == []


def test_same_name_over_two_connections_is_written_by_one(links, tmp_path):
    async def two(port: int):
        async with client._session(neighbour(port)) as first, client._session(neighbour(port)) as second:
            async with first.open("in/a.zip.part", "wb") as remote:
                await remote.write(b"first")
                with pytest.raises(asyncssh.SFTPFailure, match="another connection"):
                    await second.open("in/a.zip.part", "wb")
                with pytest.raises(asyncssh.SFTPFailure, match="still being written"):
                    await second.rename("in/a.zip.part", "in/a.zip")
            async with second.open("in/a.zip.part", asyncssh.FXF_WRITE, encoding=None) as remote:
                await remote.write(b"second")

    Province().while_open(two)
    assert (folders.dropbox("4401") / "in" / "a.zip.part").read_bytes() == b"second"


def test_the_same_again_later_is_one_and_brings_the_receipt_again(links, taken, tmp_path):
    path = package(tmp_path / "city")
    incoming = services.open_incoming(delivered(path), now=NOW)
    services.send_receipt(incoming, outcome=Outcome(accepted=True, batch="GZ-contacts-2026-10-1"), now=NOW)
    services.deliver_receipt(incoming)
    receipt = folders.dropbox("4401") / "receipts" / services.receipt_name(incoming.sha256)
    receipt.unlink()
    assert delivered(path).pk == incoming.pk
    services.deliver_receipt(incoming)
    assert receipt.exists()
    assert Incoming.objects.count() == 1
    assert taken == [b"contact_id,centre\n1,4401\n"]


def test_cut_upload_is_gone_on_with(links, taken, tmp_path):
    path = package(tmp_path / "city", "contact_id,centre\n" + "".join(f"{n},4401\n" for n in range(5000)))
    half = path.stat().st_size // 2

    async def half_way(sftp):
        async with sftp.open(f"in/{path.name}.part", "wb") as remote:
            await remote.write(path.read_bytes()[:half])

    raw(half_way)
    part = folders.dropbox("4401") / "in" / f"{path.name}.part"
    assert part.stat().st_size == half
    services.sweep(now=NOW)
    assert not Incoming.objects.exists()
    part.write_bytes(part.read_bytes()[:-1] + b"?")  # proves below that this half is not sent again
    incoming = delivered(path)
    assert incoming.bytes == path.stat().st_size
    assert services.open_incoming(incoming, now=NOW).state == IncomingState.REFUSED


def test_whole_upload_after_a_cut_is_the_same_package(links, taken, tmp_path):
    path = package(tmp_path / "city", "contact_id,centre\n" + "".join(f"{n},4401\n" for n in range(5000)))

    async def cut(sftp):
        remote = await sftp.open(f"in/{path.name}.part", "wb")
        await remote.write(path.read_bytes()[:1000])
        sftp.exit()  # no close: the line is cut

    raw(cut)
    incoming = services.open_incoming(delivered(path), now=NOW)
    assert incoming.state == IncomingState.OPENED


def test_half_that_nobody_finishes_is_thrown_away_after_a_day(links):
    part = folders.dropbox("4401") / "in" / "a.zip.part"
    part.write_bytes(b"half")
    begun = datetime.fromtimestamp(part.stat().st_mtime, UTC)
    services.sweep(now=begun + timedelta(hours=23))
    assert part.exists()
    services.sweep(now=begun + timedelta(hours=25))
    assert not part.exists()


def test_package_left_by_a_crash_is_taken_in_by_the_sweep(links, tmp_path):
    path = package(tmp_path / "city")
    left = folders.dropbox("4401") / "in" / path.name
    path.rename(left)
    assert services.sweep(now=NOW) == 1
    assert services.sweep(now=NOW) == 0
    assert Incoming.objects.get().name == path.name
    assert not left.exists()


def test_package_moved_by_a_lost_transaction_is_taken_in_by_the_sweep(links, tmp_path):
    path = package(tmp_path / "city")
    digest = sha256(path.read_bytes()).hexdigest()
    path.rename(folders.inbox("4401") / f"{digest}.zip")
    assert services.sweep(now=NOW) == 1
    assert Incoming.objects.get().sha256 == digest


def test_package_stays_while_the_database_is_away(links, tmp_path, monkeypatch):
    path = package(tmp_path / "city")
    with monkeypatch.context() as away:
        away.setattr(
            server.services, "take_in", lambda *_, **__: (_ for _ in ()).throw(OperationalError("gone"))
        )
        Province().while_open(lambda port: client.put(path, neighbour(port)))
    assert not Incoming.objects.exists()
    assert services.sweep(now=NOW) == 1
