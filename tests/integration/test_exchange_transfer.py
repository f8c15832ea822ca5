"""Packages travel from a city to the province and receipts back, over real SSH on real PostgreSQL.

Both centres live in one database here: link 4401 is how the province knows the city, link 44 how the city
knows the province. The keys are the same for both, because one home plays both.
"""

import asyncio
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import asyncssh
import pytest
from django.db import OperationalError
from django.test import override_settings

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import courier, folders, handlers, keys, packages, services
from canton.exchange.choices import IncomingState, OutgoingState
from canton.exchange.errors import HostKeyDiffers, KeyNotKnown, LinkDown, UploadRefused
from canton.exchange.models import Incoming, Link, Outgoing
from canton.exchange.receipts import Outcome
from canton.exchange.services import sending
from canton.exchange.sftp import client, server
from canton.exchange.sftp.server import House, Limits, in_database
from canton.exchange.signatures import SigningKey
from canton.kernel.errors import CantonError

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND_CITY = asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def links(home, transactional_db) -> None:
    """44 and 4401 know each other; 4403 is another city with a key of its own."""
    above = None
    for code, tier in (("0", "nation"), ("44", "province"), ("4401", "city"), ("4403", "city")):
        named = {"tier": tier, "parent": above, "name": code, "name_en": code, "letters": code}
        centre, _ = Centre.objects.get_or_create(code=code, defaults=named)
        above = above if tier == "city" else centre
    own = keys.card("4401")
    services.add_link(own, actor="test", now=NOW)
    with override_settings(CANTON_CENTRE="4401"):
        services.add_link(replace(own, centre="44"), host="127.0.0.1", port=1, actor="test", now=NOW)
    other = keys.Card(
        "4403", str(SigningKey.new().public), keys.public_line(SECOND_CITY), keys.public_line(SECOND_CITY)
    )
    services.add_link(other, actor="test", now=NOW)


@pytest.fixture
def taken() -> Iterator[list[bytes]]:
    """What the handler of the data set got to see."""
    seen: list[bytes] = []
    before = dict(handlers._handlers)
    handlers.register("contacts", lambda incoming: seen.append(incoming.data_path.read_bytes()))
    yield seen
    handlers._handlers.clear()
    handlers._handlers.update(before)


class Province:
    """The SFTP server of 44 in a loop of its own for each act."""

    def __init__(self, **limits: int) -> None:
        self.limits = Limits(**{"packed": 2**20, "sessions": 32, "sessions_each": 8, **limits})

    def while_open(self, act):
        """Run `act(port)` in the server's loop, then wait until everything handed over is taken in."""

        async def scene():
            house = House(self.limits)
            acceptor = await house.serve("127.0.0.1", 0, keys.host())
            try:
                result = await act(acceptor.get_port())
                await house.settle()
                return result
            finally:
                acceptor.close()
                await acceptor.wait_closed()

        return asyncio.run(scene())


def neighbour(port: int, **changes) -> client.Neighbour:
    known = client.Neighbour(
        centre="44",
        own="4401",
        host="127.0.0.1",
        port=port,
        host_key=keys.public_line(keys.host()),
        key=keys.sign_in(),
    )
    return replace(known, **changes)


def package(folder: Path, content: str = "contact_id,centre\n1,4401\n", *, key=None, **changes) -> Path:
    folder.mkdir(exist_ok=True)
    data = folder / "october.csv"
    data.write_text(content)
    manifest = packages.Manifest(
        sender="4401",
        recipient="44",
        dataset="contacts",
        version="1.0",
        created=NOW,
        period="2026-10",
        sequence=1,
    )
    changed = replace(manifest, **changes)
    return packages.pack(
        [packages.Source(data)], manifest=changed, key=key or keys.signing(), into=folder
    ).path


def delivered(path: Path, province: Province | None = None) -> Incoming:
    (province or Province()).while_open(lambda port: client.put(path, neighbour(port)))
    return Incoming.objects.select_related("link").get(name=path.name)


def raw(act, *, province: Province | None = None, **changes):
    """Run `act(sftp)` as a plain SFTP client that knows nothing of Canton."""

    async def call(port: int):
        async with client._session(neighbour(port, **changes)) as sftp:
            return await act(sftp)

    return (province or Province()).while_open(call)


# --- the way there ------------------------------------------------------------


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


def test_nobody_is_turned_away_for_good_while_the_database_is_away(links, monkeypatch):
    def away(centre: str) -> str:
        raise OperationalError("gone")

    monkeypatch.setattr(server, "_key_on_record", away)
    with pytest.raises(LinkDown):
        raw(lambda sftp: sftp.listdir("/"))


# --- who may do what ------------------------------------------------------------


def test_wrong_key_is_not_let_in(links, tmp_path):
    with pytest.raises(KeyNotKnown):
        raw(lambda sftp: sftp.listdir("/"), key=asyncssh.generate_private_key("ssh-ed25519"))


def test_key_of_another_city_does_not_open_this_one(links):
    with pytest.raises(KeyNotKnown):
        raw(lambda sftp: sftp.listdir("/"), key=SECOND_CITY)


@pytest.mark.parametrize("name", ["4499", "root", "", "4401 ", "../4401"])
def test_unknown_names_are_not_let_in(links, name):
    with pytest.raises((KeyNotKnown, LinkDown)):
        raw(lambda sftp: sftp.listdir("/"), own=name)


def test_city_whose_link_ended_is_not_let_in(links):
    Link.objects.filter(pk="4401").update(active=False)
    with pytest.raises(KeyNotKnown):
        raw(lambda sftp: sftp.listdir("/"))


def test_another_host_key_is_not_trusted(links, tmp_path):
    with pytest.raises(HostKeyDiffers):
        raw(lambda sftp: sftp.listdir("/"), host_key=keys.public_line(SECOND_CITY))


def test_city_sees_its_own_folder_only(links):
    secret = folders.dropbox("4403") / "receipts" / "secret.zip"
    secret.write_bytes(b"not yours")

    async def look(sftp):
        assert sorted(await sftp.listdir("/")) == ["in", "receipts"]
        for path in (
            "../4403/receipts/secret.zip",
            "/../4403/receipts/secret.zip",
            "receipts/../../4403/receipts/secret.zip",
        ):
            with pytest.raises(asyncssh.SFTPError):
                async with sftp.open(path, "rb") as remote:
                    await remote.read()
        for path in ("/etc", "/etc/passwd", "4403", "../..", "in/in"):
            assert not (await sftp.exists(path) and not await sftp.isdir(path))
        assert sorted(await sftp.listdir("../..")) == ["in", "receipts"]

    raw(look)


@pytest.mark.parametrize(
    "act",
    [
        lambda sftp: sftp.symlink("/etc/passwd", "in/a.zip"),
        lambda sftp: sftp.link("receipts/a.zip", "in/b.zip"),
        lambda sftp: sftp.readlink("in/a.zip"),
        lambda sftp: sftp.mkdir("in/folder"),
        lambda sftp: sftp.rmdir("in"),
        lambda sftp: sftp.open("in/a.zip", "wb"),
        lambda sftp: sftp.open("receipts/new.zip", "wb"),
        lambda sftp: sftp.open("receipts/new.zip.part", "wb"),
        lambda sftp: sftp.open("in/a.zip.part", "rb"),
        lambda sftp: sftp.open("in/a.csv.part", "wb"),
        lambda sftp: sftp.open("in/.hidden.zip.part", "wb"),
        lambda sftp: sftp.open("in/\u5e7f.zip.part", "wb"),
        lambda sftp: sftp.open("a.zip.part", "wb"),
        lambda sftp: sftp.rename("receipts/a.zip", "in/a.zip"),
        lambda sftp: sftp.rename("in/a.zip.part", "in/b.zip"),
        lambda sftp: sftp.posix_rename("in/a.zip.part", "receipts/a.zip"),
        lambda sftp: sftp.remove("in/a.zip"),
        lambda sftp: sftp.truncate("in/a.zip.part", 2**40),
        lambda sftp: sftp.statvfs("/"),
    ],
)
def test_nothing_but_putting_and_fetching_is_allowed(links, act):
    (folders.dropbox("4401") / "receipts" / "a.zip").write_bytes(b"receipt")
    (folders.dropbox("4401") / "in" / "a.zip.part").write_bytes(b"half")

    async def attempt(sftp):
        with pytest.raises(asyncssh.SFTPError):
            await act(sftp)

    raw(attempt)
    assert sorted(entry.name for entry in (folders.dropbox("4401") / "in").iterdir()) == ["a.zip.part"]
    assert sorted(entry.name for entry in (folders.dropbox("4401") / "receipts").iterdir()) == ["a.zip"]


def test_symlink_put_there_by_others_is_not_followed(links, tmp_path):
    (tmp_path / "outside").write_bytes(b"secret")
    (folders.dropbox("4401") / "receipts" / "a.zip").symlink_to(tmp_path / "outside")

    async def read(sftp):
        with pytest.raises(asyncssh.SFTPError):
            async with sftp.open("receipts/a.zip", "rb") as remote:
                await remote.read()

    raw(read)


def test_there_is_no_shell_and_no_forwarding(links):
    async def knock(port: int):
        known = neighbour(port)
        async with asyncssh.connect(
            "127.0.0.1",
            port,
            username="4401",
            client_keys=[known.key],
            known_hosts=None,
            config=[],
            agent_path=None,
        ) as conn:
            for command in (None, "ls", "scp -t ."):
                with pytest.raises(asyncssh.ChannelOpenError):
                    await conn.run(command, check=True)
            with pytest.raises(asyncssh.ChannelOpenError):
                await conn.open_connection("127.0.0.1", port)
            with pytest.raises(asyncssh.ChannelListenError):
                await conn.forward_remote_port("127.0.0.1", 0, "127.0.0.1", port)

    Province().while_open(knock)


def test_password_is_not_asked_for(links):
    async def knock(port: int):
        with pytest.raises(asyncssh.PermissionDenied):
            await asyncssh.connect(
                "127.0.0.1",
                port,
                username="4401",
                password="secret",
                client_keys=None,
                known_hosts=None,
                config=[],
            )

    Province().while_open(knock)


def test_too_large_a_package_is_refused_for_good(links, tmp_path):
    path = package(tmp_path / "city")
    with pytest.raises(UploadRefused):
        Province(packed=100).while_open(lambda port: client.put(path, neighbour(port)))
    assert not Incoming.objects.exists()


@pytest.mark.parametrize("limits", [{"sessions_each": 1}, {"sessions": 1}])
def test_more_sessions_than_allowed_are_sent_away(links, limits):
    async def two(port: int):
        async with client._session(neighbour(port)) as first:
            with pytest.raises(LinkDown):
                async with client._session(neighbour(port)) as second:
                    await second.listdir("/")
            assert await first.listdir("/")
        await asyncio.sleep(0.05)
        async with client._session(neighbour(port)) as third:
            assert await third.listdir("/")

    Province(**limits).while_open(two)


# --- refused whole ------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": SigningKey.new()}, "E-PKG-SIGNATURE"),
        ({"version": "9.9"}, "E-PKG-VERSION"),
        ({"sender": "4403"}, "E-PKG-SENDER"),
        ({"recipient": "43"}, "E-PKG-CENTRE"),
        ({"dataset": "weather"}, "E-PKG-DATASET"),
    ],
)
def test_wrong_package_is_refused_with_a_signed_receipt(links, taken, tmp_path, changes, code):
    incoming = services.open_incoming(delivered(package(tmp_path / "city", **changes)), now=NOW)
    assert (incoming.state, incoming.error_code) == (IncomingState.REFUSED, code)
    assert incoming.error_zh != incoming.error_en
    assert taken == []
    services.deliver_receipt(incoming)
    assert (folders.dropbox("4401") / "receipts" / services.receipt_name(incoming.sha256)).exists()
    assert not incoming.packed_path.exists()


def test_what_is_no_package_is_refused(links, taken, tmp_path):
    path = tmp_path / "junk.zip"
    path.write_bytes(b"not a package")
    assert services.open_incoming(delivered(path), now=NOW).error_code == "E-PKG-ZIP"


def test_changed_content_is_refused(links, taken, tmp_path):
    path = package(tmp_path / "city")
    content = bytearray(path.read_bytes())
    at = content.index(b"data/october.csv") + len("data/october.csv") + 3
    content[at] ^= 0xFF
    path.write_bytes(content)
    assert services.open_incoming(delivered(path), now=NOW).error_code in ("E-PKG-HASH", "E-PKG-ZIP")
    assert taken == []


def test_handler_may_refuse(links, tmp_path):
    class Stale(CantonError):
        code = "E-STALE"
        text = "Too old."

    def refuse(incoming):
        raise Stale

    before = dict(handlers._handlers)
    handlers.register("contacts", refuse)
    try:
        incoming = services.open_incoming(delivered(package(tmp_path / "city")), now=NOW)
    finally:
        handlers._handlers.clear()
        handlers._handlers.update(before)
    assert (incoming.state, incoming.error_code) == (IncomingState.REFUSED, "E-STALE")


# --- and back ------------------------------------------------------------


@pytest.fixture
def sent(links, taken, tmp_path):
    """A package the city has sent and the province has opened: (outgoing, incoming)."""
    data = tmp_path / "october report.csv"
    data.write_text("contact_id,centre\n1,4401\n")
    with override_settings(CANTON_CENTRE="4401"):
        outgoing = services.queue(
            data,
            report=services.Report(dataset="contacts", period="2026-10", sequence=1),
            to=Centre.objects.get(code="44"),
            now=NOW,
        )
    serve(lambda: courier.send(outgoing.pk))
    outgoing.refresh_from_db()
    incoming = Incoming.objects.select_related("link").get()
    return outgoing, services.open_incoming(incoming, now=NOW)


def serve(act):
    """Do something as the city, at the command line, while the province's server is there."""

    def as_city(port: int):
        Link.objects.filter(pk="44").update(port=port)
        return act()

    with override_settings(CANTON_CENTRE="4401"):
        return Province().while_open(lambda port: in_database(lambda: as_city(port)))


def ask(outgoing: Outgoing) -> Outgoing:
    Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=NOW)
    serve(lambda: courier.ask(outgoing.pk))
    outgoing.refresh_from_db()
    return outgoing


def test_receipt_is_filed_with_its_counts_and_rows(sent, tmp_path):
    outgoing, incoming = sent
    assert outgoing.state == OutgoingState.SENT
    assert incoming.data_name == "october_report.csv"
    rows = tmp_path / "rows.csv"
    rows.write_text("line,column,value,rule,message\n2,started,x,started:type,not a time\n")
    outcome = Outcome(
        accepted=True, batch="GZ-contacts-2026-10-1", read=9, kept=8, refused=1, repaired=2,
        reasons={"started:type": 1}, repairs={"clock:past_midnight": 2},
    )  # fmt: skip
    services.send_receipt(incoming, outcome=outcome, refused_csv=rows, now=NOW)
    services.deliver_receipt(incoming)
    filed = ask(outgoing)
    assert filed.state == OutgoingState.RECEIPTED
    assert filed.outcome == outcome
    assert filed.receipt["state"] == "accepted"
    assert filed.refused_path.read_text() == rows.read_text()
    assert not filed.packed_path.exists()
    assert list((folders.dropbox("4401") / "receipts").iterdir()) == []


def test_receipt_not_there_yet_is_asked_for_again(sent):
    outgoing, _ = sent
    asked = ask(outgoing)
    assert asked.state == OutgoingState.SENT
    assert asked.next_attempt_at > NOW


def test_refusal_is_filed(sent):
    outgoing, incoming = sent
    outcome = Outcome(
        accepted=False, error_code="E-FILE-HEADER", error_zh="表头不符", error_en="Wrong header."
    )
    services.send_receipt(incoming, outcome=outcome, now=NOW)
    services.deliver_receipt(incoming)
    filed = ask(outgoing)
    assert (filed.state, filed.error_code, filed.error_zh) == (
        OutgoingState.REFUSED,
        "E-FILE-HEADER",
        "表头不符",
    )


def forged(outgoing: Outgoing, folder: Path, *, key=None, sha256: str = "", **changes) -> None:
    """Put a receipt into the drop-box that the province never gave."""
    folder.mkdir()
    content = {"package": sha256 or outgoing.sha256, **Outcome(accepted=True, batch="X").content(), **changes}
    (folder / "receipt.json").write_text(json.dumps(content))
    manifest = packages.Manifest(sender="44", recipient="4401", dataset="receipt", version="1.0", created=NOW)
    source = packages.Source(folder / "receipt.json")
    made = packages.pack([source], manifest=manifest, key=key or keys.signing(), into=folder)
    made.path.rename(folders.dropbox("4401") / "receipts" / services.receipt_name(outgoing.sha256))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": SigningKey.new()}, "E-PKG-SIGNATURE"),
        ({"sha256": "0" * 64}, "E-RECEIPT-PACKAGE"),
        ({"kept": -1}, "E-PKG-DESCRIPTOR"),
        ({"reasons": {"x": "many"}}, "E-PKG-DESCRIPTOR"),
    ],
)
def test_forged_receipt_is_not_filed(sent, tmp_path, changes, code):
    outgoing, _ = sent
    forged(outgoing, tmp_path / "forger", **changes)
    asked = ask(outgoing)
    assert (asked.state, asked.error_code, asked.receipt) == (OutgoingState.SENT, code, None)
    assert Entry.objects.filter(action="exchange.refuse_receipt").count() == 1


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
