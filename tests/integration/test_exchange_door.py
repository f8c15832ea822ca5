"""Who may sign in to the SFTP server, and what a session may do."""

import asyncio

import asyncssh
import pytest
from django.db import OperationalError
from exchange_nodes import SECOND_CITY, Province, link_up, neighbour, package, raw

from canton.exchange import folders, keys
from canton.exchange.errors import HostKeyDiffers, KeyNotKnown, LinkDown, UploadRefused
from canton.exchange.models import Incoming, Link
from canton.exchange.sftp import client, server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def links(home, transactional_db) -> None:
    link_up()


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


def test_nobody_is_turned_away_for_good_while_the_database_is_away(links, monkeypatch):
    def away(centre: str) -> list[str]:
        raise OperationalError("gone")

    monkeypatch.setattr(server, "_keys_on_record", away)
    with pytest.raises(LinkDown):
        raw(lambda sftp: sftp.listdir("/"))


def test_another_host_key_is_not_trusted(links, tmp_path):
    with pytest.raises(HostKeyDiffers):
        raw(lambda sftp: sftp.listdir("/"), host_key=keys.public_line(SECOND_CITY))


def test_city_sees_its_own_folder_only(links):
    secret = folders.dropbox("4403") / "receipts" / "secret.zip"
    secret.write_bytes(b"not yours")

    async def look(sftp):
        assert sorted(await sftp.listdir("/")) == ["in", "out", "receipts"]
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
        assert sorted(await sftp.listdir("../..")) == ["in", "out", "receipts"]

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
