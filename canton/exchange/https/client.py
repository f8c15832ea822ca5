"""Calling a neighbour's HTTPS door: putting a package there piece by piece, fetching receipts."""

import base64
import http.client
import json
import os
import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from urllib.parse import quote, urlsplit

from ..errors import BadAddress, CertificateNotTrusted, KeyNotKnown, LinkDown, UploadRefused
from ..sftp.dropbox import PACKAGE
from ..signatures import SigningKey
from . import messages

SECONDS = 60  # of silence, after which the neighbour is gone
CHUNK = 1 << 20
TRIES = 3  # how often an upload looks again where it is, within one call
LOOPBACK = ("127.0.0.1", "localhost", "::1")
OK, WRITTEN, FINE, WRONG, GONE, CONFLICT, UNSIGNED, BROKEN = 200, 204, 299, 400, 404, 409, 401, 500
BUSY = (423, 429)
LOST = "E-TRANSFER-DIGEST"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whom to call. centre: its code. own: our code. url: https://host:port. key: signs our requests."""

    centre: str
    own: str
    url: str
    key: SigningKey


@dataclass(frozen=True, slots=True)
class Answer:
    """What the neighbour said. code: of a refusal."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    code: str = ""
    message: str = ""


def checked_address(url: str) -> str:
    """The address as it is kept: https://host:port without anything behind it.

    Raises:
        BadAddress: another form, or plain HTTP to another machine that is not allowed.
    """
    try:
        place = urlsplit(url)
        port = place.port
    except ValueError as error:
        raise BadAddress(url=url) from error
    plain = place.scheme == "http" and (
        place.hostname in LOOPBACK or os.environ.get("CANTON_TRANSFER_PLAIN") == "1"
    )
    behind = place.path.strip("/") or place.query or place.fragment or place.username
    if not (place.scheme == "https" or plain) or not place.hostname or behind or port == 0:
        raise BadAddress(url=url)
    return f"{place.scheme}://{place.netloc}"


def put(package: Path, neighbour: Neighbour, *, told: Callable[[int], None] | None = None) -> None:
    """Hand the whole package over; a cut upload is gone on with where it was cut.

    told: called with the bytes that are there, piece by piece.

    Raises:
        LinkDown, KeyNotKnown: transient.
        UploadRefused: terminal.
    """
    with package.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    size = package.stat().st_size
    with _call(neighbour) as call:
        for _ in range(TRIES):
            address, offset = call.begin(package.name, size, digest)
            if call.carry(package, address, offset, size, told):
                return
    raise LinkDown(centre=neighbour.centre, why="the upload does not stay where it was")


def waiting(neighbour: Neighbour) -> list[str]:
    """Names of the packages laid out for us.

    Raises:
        as `put`.
    """
    with _call(neighbour) as call:
        return call.listed("out/")


def fetch(name: str, neighbour: Neighbour, *, into: Path, folder: str = "receipts") -> Path | None:
    """Bring a receipt, or what is in another folder, to the folder `into`; None when it is not there.

    Raises:
        as `put`.
    """
    target = into / name
    with _call(neighbour) as call:
        return target if call.fetch(f"{folder}/{quote(name)}", target) else None


def clear_away(name: str, neighbour: Neighbour, *, folder: str = "receipts") -> None:
    """Tell the neighbour that we have it. Gone already is well.

    Raises:
        as `put`.
    """
    with _call(neighbour) as call:
        call.ask("DELETE", call.path(f"{folder}/{quote(name)}"), fine=(GONE,))


class Call:
    """One connection to a neighbour, kept open from request to request."""

    def __init__(self, neighbour: Neighbour, connection: http.client.HTTPConnection) -> None:
        self._neighbour = neighbour
        self._connection = connection

    def path(self, tail: str) -> str:
        """An address at the neighbour, as /transfer/44/4401/packages/."""
        return f"/transfer/{self._neighbour.centre}/{self._neighbour.own}/{tail}"

    def begin(self, name: str, size: int, digest: str) -> tuple[str, int]:
        """Announce a package; answers where its pieces go and how much is there."""
        told = {"filename": name, "sha256": digest}
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()
        )
        headers = {"Upload-Length": str(size), "Upload-Metadata": metadata}
        answer = self.ask("POST", self.path("packages/"), headers=headers)
        location, offset = answer.headers.get("location", ""), answer.headers.get("upload-offset", "0")
        place = urlsplit(location)
        if not place.path.startswith(self.path("packages/")) or not offset.isdecimal():
            raise LinkDown(centre=self._neighbour.centre, why="Location, Upload-Offset")
        return place.path, int(offset)

    def carry(
        self, package: Path, address: str, offset: int, size: int, told: Callable[[int], None] | None
    ) -> bool:
        """Send the pieces from `offset` on; False when the neighbour wants to be asked again where it is."""
        with package.open("rb") as file:
            file.seek(offset)
            while offset < size:
                piece = file.read(CHUNK)
                headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                answer = self.ask("PATCH", address, piece, headers=headers, fine=(GONE, CONFLICT, WRONG))
                if answer.status == WRONG and answer.code != LOST:
                    raise UploadRefused(centre=self._neighbour.centre, why=f"{answer.code} {answer.message}")
                if answer.status != WRITTEN:
                    return False
                offset += len(piece)
                if told is not None:
                    told(offset)
        return True

    def fetch(self, tail: str, target: Path) -> bool:
        """Write what is there to `target`; False when there is nothing."""
        response = self._sent("GET", self.path(tail), b"", {})
        if response.status == OK:
            with target.open("wb") as file:
                shutil.copyfileobj(response, file, CHUNK)
            return True
        answer = _answer(response)
        if answer.status == GONE:
            return False
        raise self._refusal(answer)

    def listed(self, tail: str) -> list[str]:
        """Names of the packages in a folder."""
        response = self._sent("GET", self.path(tail), b"", {})
        if response.status != OK:
            raise self._refusal(_answer(response))
        try:
            names = [str(name) for name in json.loads(response.read(1 << 20))["packages"]]
        except (ValueError, KeyError, TypeError) as error:
            raise LinkDown(centre=self._neighbour.centre, why=tail) from error
        return sorted(name for name in names if PACKAGE.fullmatch(name))

    def ask(
        self, method: str, path: str, body: bytes = b"", *, headers: dict[str, str] | None = None,
        fine: tuple[int, ...] = (),
    ) -> Answer:  # fmt: skip
        """One request; statuses in `fine` are answers, all other refusals are raised."""
        answer = _answer(self._sent(method, path, body, headers or {}))
        if answer.status <= FINE or answer.status in fine:
            return answer
        raise self._refusal(answer)

    def _sent(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
        known = {name.lower(): value for name, value in headers.items()} | {
            "content-digest": messages.digest(body)
        }
        request = messages.Request(method, path, known)
        signature = messages.sign(request, self._neighbour.key, now=datetime.now(UTC))
        self._connection.request(method, path, body or None, known | {"tus-resumable": "1.0.0"} | signature)
        return self._connection.getresponse()

    def _refusal(self, answer: Answer) -> LinkDown | KeyNotKnown | UploadRefused:
        centre, why = self._neighbour.centre, f"{answer.code or answer.status} {answer.message}".strip()
        if answer.status == UNSIGNED and answer.code == "E-TRANSFER-SIGNATURE":
            return KeyNotKnown(centre=centre)
        if answer.status in (UNSIGNED, *BUSY) or answer.status >= BROKEN or not answer.code:
            return LinkDown(centre=centre, why=why)
        return UploadRefused(centre=centre, why=why)


@contextmanager
def _call(neighbour: Neighbour) -> Iterator[Call]:
    """A connection to exactly this address; whatever breaks it is one of our errors."""
    place = urlsplit(checked_address(neighbour.url))
    host = place.hostname or ""
    connection: http.client.HTTPConnection | None = None
    try:
        if place.scheme == "https":
            trust = ssl.create_default_context(cafile=os.environ.get("CANTON_CA_FILE") or None)
            connection = http.client.HTTPSConnection(host, place.port, timeout=SECONDS, context=trust)
        else:
            connection = http.client.HTTPConnection(host, place.port, timeout=SECONDS)
        yield Call(neighbour, connection)
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrusted(centre=neighbour.centre, why=error.verify_message) from error
    except (OSError, http.client.HTTPException) as error:
        raise LinkDown(centre=neighbour.centre, why=str(error) or type(error).__name__) from error
    finally:
        if connection is not None:
            connection.close()


def _answer(response: http.client.HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    content = response.read(1 << 16)
    code, message = "", ""
    if response.status >= WRONG and headers.get("content-type", "").startswith("application/json"):
        try:
            said = json.loads(content)["error"]
            code, message = str(said["code"]), str(said["message"])
        except (ValueError, KeyError, TypeError):
            message = "?"
    return Answer(response.status, headers, code, message)
