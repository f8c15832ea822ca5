"""The HTTPS door: whose requests are granted, a cut upload gone on with, one package by either way."""

import base64
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from exchange_nodes import NOW, Province, link_up, neighbour, package, raw, taking
from lossy_line import laid

from canton.centres.models import Centre
from canton.exchange import courier, folders, keys, services
from canton.exchange.choices import OutgoingState, Way
from canton.exchange.errors import BadAddress
from canton.exchange.https import client, messages, uploads
from canton.exchange.https.client import checked_address
from canton.exchange.models import Incoming, Link, Nonce, Outgoing
from canton.exchange.receipts import Outcome
from canton.exchange.sftp import client as sftp
from canton.exchange.signatures import SigningKey

pytestmark = pytest.mark.django_db(transaction=True)
PIECE = "application/offset+octet-stream"
PATIENCE = 180  # seconds; other tests may keep the machine busy
TALK = 1 << 15  # bytes of a connection beside the pieces that arrive: headers, and half a piece


@pytest.fixture
def links(home, transactional_db) -> None:
    link_up()


class City:
    """Signs requests as 4401 and makes them without a network."""

    def __init__(self, **changes) -> None:
        self.key, self.centre, self.to, self.at = keys.signing(), "4401", "44", None
        self.remote = "127.0.0.1"
        for name, value in changes.items():
            setattr(self, name, value)
        self.browser = Client()

    def path(self, tail: str) -> str:
        return f"/transfer/{self.to}/{self.centre}/{tail}"

    def headers(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, str]:
        known = {**headers, "content-digest": messages.digest(body)}
        signature = messages.sign(
            messages.Request(method, path, known), self.key, now=self.at or timezone.now()
        )
        return {**known, **signature}

    def ask(self, method: str, path: str, body: bytes = b"", *, sent=None, **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = sent or self.headers(method, path, body, named)
        return self.browser.generic(
            method, path, body, content_type=PIECE, headers=signed, REMOTE_ADDR=self.remote
        )

    def begin(self, path: Path, **changes: str):
        content = path.read_bytes()
        told = {"filename": path.name, "sha256": sha256(content).hexdigest(), **changes}
        size = told.pop("size", str(len(content)))
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()
        )
        return self.ask("POST", self.path("packages/"), upload_length=size, upload_metadata=metadata)

    def grow(self, address: str, piece: bytes, at: int):
        return self.ask("PATCH", address, piece, upload_offset=str(at))


def code(answer) -> str:
    return answer.json()["error"]["code"]


def test_package_is_put_piece_by_piece_and_answered(links, tmp_path):
    city, path = City(), package(tmp_path / "city")
    content = path.read_bytes()
    begun = city.begin(path)
    assert (begun.status_code, begun["Upload-Offset"]) == (201, "0")
    address = begun["Location"]
    assert city.grow(address, content[:100], 0)["Upload-Offset"] == "100"
    there = city.ask("HEAD", address)
    assert (there["Upload-Offset"], there["Upload-Length"]) == ("100", str(len(content)))
    assert city.begin(path)["Upload-Offset"] == "100"
    assert city.grow(address, content[100:], 100).status_code == 204
    incoming = Incoming.objects.get()
    assert (incoming.sha256, incoming.came_by) == (sha256(content).hexdigest(), Way.HTTPS)
    assert list((folders.dropbox("4401") / "in").iterdir()) == []

    with taking():
        services.open_incoming(Incoming.objects.select_related("link").get(), now=NOW)
    services.send_receipt(incoming, outcome=Outcome(accepted=True, batch="B-1"), now=NOW)
    services.deliver_receipt(incoming)
    receipt = city.path(f"receipts/{services.receipt_name(incoming.sha256)}")
    fetched = city.ask("GET", receipt)
    assert b"".join(fetched.streaming_content)[:2] == b"PK"
    assert city.ask("DELETE", receipt).status_code == 204
    assert code(city.ask("GET", receipt)) == "E-TRANSFER-NONE"

    again = city.begin(path)  # the same once more: nothing is sent, the receipt comes again
    assert again["Upload-Offset"] == str(len(content))
    incoming.refresh_from_db()
    assert incoming.repeats == 1


@pytest.mark.parametrize(
    ("changes", "wanted", "status"),
    [
        ({"key": SigningKey.new()}, "E-TRANSFER-SIGNATURE", 401),
        ({"centre": "4403"}, "E-TRANSFER-SIGNATURE", 401),  # another city's folder
        ({"centre": "4499"}, "E-TRANSFER-SIGNATURE", 401),
        ({"to": "45"}, "E-TRANSFER-FORM", 400),
        ({"at": datetime(2020, 1, 1, tzinfo=UTC)}, "E-TRANSFER-TIME", 401),
        ({"at": timezone.now() + timedelta(days=1)}, "E-TRANSFER-TIME", 401),
        ({"remote": "10.9.8.7"}, "E-TRANSFER-PLAIN", 403),
    ],
)
def test_strangers_are_sent_away(links, tmp_path, changes, wanted, status):
    answer = City(**changes).begin(package(tmp_path / "city"))
    assert (answer.status_code, code(answer)) == (status, wanted)
    assert not any(box.glob("in/*") for box in folders.dropboxes() if list(box.glob("in/*")))


def test_signed_request_is_used_once(links, tmp_path):
    city, path = City(), package(tmp_path / "city")
    address = city.begin(path)["Location"]
    piece = path.read_bytes()[:10]
    sent = city.headers("PATCH", address, piece, {"upload-offset": "0"})
    assert city.ask("PATCH", address, piece, sent=sent).status_code == 204
    again = city.ask("PATCH", address, piece, sent=sent)
    assert (again.status_code, code(again)) == (401, "E-TRANSFER-REPLAY")
    other = city.ask(
        "PATCH", address, b"otherbytes", sent=city.headers("PATCH", address, piece, {"upload-offset": "10"})
    )
    assert code(other) == "E-TRANSFER-DIGEST"
    assert Nonce.objects.count() == 3
    services.sweep(now=timezone.now() + timedelta(hours=1))
    assert not Nonce.objects.exists()


def test_what_does_not_fit_is_refused_and_nothing_of_it_kept(links, tmp_path, settings, monkeypatch):
    city, path = City(), package(tmp_path / "city")
    content = path.read_bytes()
    address = city.begin(path)["Location"]
    gap = city.grow(address, content[:10], 5)
    assert (gap.status_code, code(gap)) == (409, "E-TRANSFER-OFFSET")
    more = city.grow(address, content + b"x", 0)
    assert (more.status_code, code(more)) == (413, "E-TRANSFER-SIZE")
    assert city.ask("HEAD", address)["Upload-Offset"] == "0"

    wrong = city.grow(address, bytes(len(content)), 0)  # the length announced, not the content
    assert (wrong.status_code, code(wrong)) == (400, "E-TRANSFER-DIGEST")
    assert code(city.grow(address, content, 0)) == "E-TRANSFER-NONE"

    assert code(city.begin(path, filename="../../x.zip")) == "E-TRANSFER-FORM"
    assert code(city.begin(path, sha256="")) == "E-TRANSFER-FORM"
    settings.CANTON_PACKAGE_BYTES = 100
    large = city.begin(path)
    assert (large.status_code, code(large)) == (413, "E-TRANSFER-SIZE")
    settings.CANTON_PACKAGE_BYTES = 2**30
    monkeypatch.setattr(uploads, "SPARE", 2**62)
    full = city.begin(path)
    assert (full.status_code, code(full)) == (507, "E-TRANSFER-DISK")
    assert not list((folders.dropbox("4401") / "in").iterdir())
    assert not Incoming.objects.exists()


def test_upload_begun_by_sftp_is_gone_on_with_and_held_by_one(links, tmp_path):
    city, path = City(), package(tmp_path / "city")
    content = path.read_bytes()

    async def half(server):
        async with server.open(f"in/{path.name}.part", "wb") as remote:
            await remote.write(content[:50])
            busy = await sftp_thread(lambda: city.begin(path))
            assert (busy.status_code, code(busy)) == (423, "E-TRANSFER-BUSY")

    raw(half)
    begun = city.begin(path)
    assert begun["Upload-Offset"] == "50"
    assert city.grow(begun["Location"], content[50:], 50).status_code == 204
    Province().while_open(lambda port: sftp.put(path, neighbour(port)))
    assert Incoming.objects.get().repeats == 1  # by both ways, it is one


async def sftp_thread(work):
    from canton.exchange.sftp.server import in_database

    return await in_database(work)


@pytest.fixture
def start(home: Path, app_url: str) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts processes of the centres; none outlives the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def make(centre: str, *command: str) -> "subprocess.Popen[bytes]":
        told = {**os.environ, "DJANGO_SETTINGS_MODULE": "canton.settings", "CANTON_CENTRE": centre}
        with (home / "said.log").open("ab") as log:
            begun.append(subprocess.Popen([sys.executable, *command], env=told, stdout=log, stderr=log))
        return begun[-1]

    yield make
    for process in begun:
        process.terminate()
    for process in begun:
        process.wait(timeout=PATIENCE)


def until(met: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_sender_killed_half_way_goes_on_by_https_and_falls_back(links, start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    served = [
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--blocking-threads",
        "2",
        "canton.wsgi:application",
    ]
    start("44", "-m", "granian", *served)
    until(lambda: answers(port))
    data = tmp_path / "october.csv"
    data.write_text("".join(f"{secrets.token_hex(40)},4401\n" for _ in range(100_000)))
    box = folders.dropbox("4401") / "in"
    with laid(port, carries=2 * client.CHUNK + TALK) as line:
        Link.objects.filter(pk="44").update(
            host="", port=None, host_key="", url=f"http://127.0.0.1:{line.port}"
        )
        sender = start("4401", "-m", "canton.cli", "send", str(data), "--wait")
        until(lambda: sum(each.stat().st_size for each in box.iterdir()) >= 2 * client.CHUNK)
        sender.kill()
        assert sender.wait(timeout=PATIENCE) == -9
    outgoing = Outgoing.objects.get()
    [part] = box.iterdir()
    half, whole = part.stat().st_size, outgoing.bytes
    assert half == 2 * client.CHUNK < whole and not Incoming.objects.exists()

    key = keys.public_line(keys.host())
    with laid(port, carries=whole + TALK) as line:  # SFTP is tried first, and nobody is there
        Link.objects.filter(pk="44").update(
            url=f"http://127.0.0.1:{line.port}", host="127.0.0.1", port=9, host_key=key, via=Way.SFTP
        )
        Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=9))
        with override_settings(CANTON_CENTRE="4401"):
            again = courier.send(outgoing.pk)
        assert again is not None and (again.state, again.went_by) == (OutgoingState.SENT, Way.HTTPS)
        assert whole - half < line.carried < whole - half + TALK
    assert Incoming.objects.get().sha256 == outgoing.sha256
    assert list(box.iterdir()) == []


def test_key_nobody_knows_may_be_known_later(links, tmp_path):
    with override_settings(CANTON_CENTRE="4401"):
        Link.objects.filter(pk="44").update(host="", port=None, host_key="", url="http://127.0.0.1:9")
        (tmp_path / "a.csv").write_text("x\n")
        report = services.Report(dataset="contacts")
        outgoing = services.queue(
            tmp_path / "a.csv", report=report, to=Centre.objects.get(code="44"), now=NOW
        )
        tried = courier.send(outgoing.pk)
    assert tried is not None
    assert (tried.state, tried.error_code) == (OutgoingState.QUEUED, "E-LINK-DOWN")


@pytest.mark.parametrize(
    "url",
    ["http://44.example", "ftp://44.example", "https://", "https://a/b", "https://a?b", "https://u@a", "44"],
)
def test_address_that_is_none_is_refused(url):
    with pytest.raises(BadAddress):
        checked_address(url)
    assert checked_address("https://44.example:8443/") == "https://44.example:8443"
    assert checked_address("http://127.0.0.1:8000") == "http://127.0.0.1:8000"


def test_what_is_laid_out_is_fetched_by_its_neighbour(links, tmp_path):
    city = City()
    (folders.dropbox("4401") / "out" / "44-notice.zip").write_bytes(b"PK")
    (folders.dropbox("4403") / "out" / "44-other.zip").write_bytes(b"PK")
    assert city.ask("GET", city.path("out/")).json() == {"packages": ["44-notice.zip"]}
    fetched = city.ask("GET", city.path("out/44-notice.zip"))
    assert b"".join(fetched.streaming_content) == b"PK"
    assert code(city.ask("GET", city.path("out/44-other.zip"))) == "E-TRANSFER-NONE"
    assert city.ask("DELETE", city.path("out/44-notice.zip")).status_code == 204
    assert city.ask("GET", city.path("out/")).json() == {"packages": []}
