"""Calling a neighbour's SFTP server: putting a package there, fetching its receipt."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from asyncssh.public_key import get_default_public_key_algs

from ..errors import HostKeyDiffers, KeyNotKnown, LinkDown, UploadRefused
from ..signatures import fingerprint
from .dropbox import PACKAGE, PART

CONNECT_SECONDS = 15
SILENCE_SECONDS = 60  # without an answer to a keepalive the neighbour is gone
CHUNK = 1 << 20
Told = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whom to call. centre: its code. own: our code, our name there. host_key: OpenSSH lines, pinned."""

    centre: str
    own: str
    host: str
    port: int
    host_key: str
    key: asyncssh.SSHKey


async def put(package: Path, neighbour: Neighbour, *, told: Told | None = None) -> None:
    """Put the whole package into the neighbour's drop-box and hand it over; a cut upload is gone on with.

    told: called with the bytes that are there, piece by piece.

    Raises:
        LinkDown, KeyNotKnown: transient.
        HostKeyDiffers: a person has to decide.
        UploadRefused: terminal.
    """
    target = f"in/{package.name}"
    async with _session(neighbour) as sftp:
        try:
            await _upload(package, sftp, target + PART, told)
            await sftp.rename(target + PART, target)
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile) as error:
            raise UploadRefused(centre=neighbour.centre, why=error.reason) from error


async def waiting(neighbour: Neighbour) -> list[str]:
    """Names of the packages laid out for us.

    Raises:
        as `put`.
    """
    async with _session(neighbour) as sftp:
        try:
            names = [str(name) for name in await sftp.listdir("out")]
        except asyncssh.SFTPNoSuchFile:
            return []
    return sorted(name for name in names if PACKAGE.fullmatch(name))


async def fetch(name: str, neighbour: Neighbour, *, into: Path, folder: str = "receipts") -> Path | None:
    """Bring a receipt, or what is in another folder, to the folder `into`; None when it is not there.

    Raises:
        as `put`.
    """
    target = into / name
    async with _session(neighbour) as sftp:
        try:
            await sftp.get(f"{folder}/{name}", target)
        except asyncssh.SFTPNoSuchFile:
            target.unlink(missing_ok=True)
            return None
    return target


async def clear_away(name: str, neighbour: Neighbour, *, folder: str = "receipts") -> None:
    """Tell the neighbour that we have it: remove it there. Gone already is well.

    Raises:
        as `put`.
    """
    async with _session(neighbour) as sftp:
        try:
            await sftp.remove(f"{folder}/{name}")
        except asyncssh.SFTPNoSuchFile:
            return


async def _upload(package: Path, sftp: asyncssh.SFTPClient, target: str, told: Told | None) -> None:
    size = package.stat().st_size
    try:
        there = (await sftp.stat(target)).size or 0
    except asyncssh.SFTPNoSuchFile:
        there = 0
    flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | (asyncssh.FXF_TRUNC if there > size else 0)
    async with sftp.open(target, flags, encoding=None) as remote:
        with package.open("rb") as file:
            at = file.seek(there if there <= size else 0)
            while chunk := file.read(CHUNK):
                await remote.write(chunk, at)
                at += len(chunk)
                if told is not None:
                    await told(at)


class _Witness(asyncssh.SSHClient):
    """Remembers the host key that was shown and is none of those on record."""

    shown: asyncssh.SSHKey | None = None

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.shown = key
        return False


def _algorithms(known: list[asyncssh.SSHKey]) -> list[str]:
    """Those of the keys on record first; the others too: a key of another kind is seen for what it is."""
    first = [name for key in known for name in key.sig_algorithms]
    rest = [name for name in get_default_public_key_algs() if name not in first]
    return [name.decode("ascii") for name in dict.fromkeys([*first, *rest])]


def _differs(neighbour: Neighbour, shown: asyncssh.SSHKey | None) -> HostKeyDiffers:
    line = " ".join(shown.export_public_key("openssh").decode().split()[:2]) if shown else ""
    known = ", ".join(fingerprint(each) for each in neighbour.host_key.splitlines())
    mark = fingerprint(line) if line else "?"
    return HostKeyDiffers(centre=neighbour.centre, shown=mark, known=known, key=line)


@asynccontextmanager
async def _session(neighbour: Neighbour) -> AsyncIterator[asyncssh.SFTPClient]:
    """A session with exactly this neighbour; whatever breaks the connection is one of our errors."""
    centre, witness = neighbour.centre, _Witness()
    known = [asyncssh.import_public_key(line) for line in neighbour.host_key.splitlines()]
    try:
        async with (
            asyncssh.connect(
                neighbour.host,
                neighbour.port,
                username=neighbour.own,
                client_keys=[neighbour.key],
                known_hosts=(known, [], []),
                server_host_key_algs=_algorithms(known),
                client_factory=lambda: witness,
                agent_path=None,
                config=[],
                preferred_auth="publickey",
                compression_algs=None,
                connect_timeout=CONNECT_SECONDS,
                login_timeout=CONNECT_SECONDS,
                keepalive_interval=SILENCE_SECONDS / 4,
                keepalive_count_max=4,
            ) as conn,
            conn.start_sftp_client() as sftp,
        ):
            yield sftp
    except asyncssh.HostKeyNotVerifiable as error:
        raise _differs(neighbour, witness.shown) from error
    except asyncssh.PermissionDenied as error:
        raise KeyNotKnown(centre=centre) from error
    except (TimeoutError, asyncssh.Error, OSError) as error:
        raise LinkDown(centre=centre, why=str(error) or type(error).__name__) from error
