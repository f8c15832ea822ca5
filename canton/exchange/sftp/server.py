"""The SFTP server: lets neighbours into their drop-boxes by key, and has what they hand over taken in."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncssh
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from canton.kernel.errors import CantonError

from .. import folders, keys, known_keys, services
from ..choices import Way
from .dropbox import Desk, DropBox

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

SIGN_IN_SECONDS = 20
KEEPALIVE_SECONDS = 15
SWEEP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Limits:
    """packed: bytes of a package. sessions: connections at once, of all neighbours and of one."""

    packed: int
    sessions: int
    sessions_each: int


class House:
    """The server of a centre: its sessions, and the work of taking in beside them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.desk = Desk(largest=limits.packed, committed=self._committed)
        self.doors = 0
        self.sessions: Counter[str] = Counter()
        self._work: set[asyncio.Task[None]] = set()

    async def serve(self, host: str, port: int, host_key: asyncssh.SSHKey) -> asyncssh.SSHAcceptor:
        """Listen; the acceptor answered is to be closed by the caller."""
        return await asyncssh.listen(
            host,
            port,
            server_factory=lambda: Door(self),
            server_host_keys=[host_key],
            sftp_factory=self._session,
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
            password_auth=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_auth=False,
            gss_kex=False,
            compression_algs=None,
            login_timeout=SIGN_IN_SECONDS,
            keepalive_interval=KEEPALIVE_SECONDS,
            server_version="Canton",
            config=[],
        )

    async def sweep_for_ever(self, acceptor: asyncssh.SSHAcceptor) -> None:
        """Take in what lies about, and show a new host key when there is one; every half minute."""
        shown = keys.public_line(keys.host())
        while True:
            if keys.public_line(keys.host()) != shown:
                acceptor.update(server_host_keys=[keys.host()])
                shown = keys.public_line(keys.host())
            await _settled("sweep", lambda: services.sweep(now=timezone.now()))
            await asyncio.sleep(SWEEP_SECONDS)

    async def settle(self) -> None:
        """Wait until everything handed over has been taken in, or left for the sweep."""
        while self._work:
            await asyncio.wait(self._work)

    def _session(self, chan: "asyncssh.SSHServerChannel[bytes]") -> DropBox:
        centre = str(chan.get_extra_info("username"))
        return DropBox(chan, root=folders.dropbox(centre), desk=self.desk)

    def _committed(self, path: Path) -> None:
        sender = path.parent.parent.name
        work = asyncio.ensure_future(
            _settled(
                path.name, lambda: services.take_in(path, sender=sender, way=Way.SFTP, now=timezone.now())
            )
        )
        self._work.add(work)
        work.add_done_callback(self._work.discard)


class Door(asyncssh.SSHServer):
    """One connection: who it is, by the key of an active link; nothing but SFTP behind it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._conn: asyncssh.SSHServerConnection | None = None
        self._centre = ""
        self._keys: list[asyncssh.SSHKey] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._conn = conn
        self._house.doors += 1
        if self._house.doors > self._house.limits.sessions:
            conn.disconnect(asyncssh.DISC_TOO_MANY_CONNECTIONS, "too many sessions, try again later")

    def connection_lost(self, exc: Exception | None) -> None:
        self._house.doors -= 1
        if self._centre:
            self._house.sessions[self._centre] -= 1

    async def begin_auth(self, username: str) -> bool:
        """Look up the key on record. A name nobody has is asked for a key all the same."""
        try:
            lines = await in_database(lambda: _keys_on_record(username))
        except (DatabaseError, InterfaceError, OSError) as error:
            log.error("Nobody can sign in, the database is away: %s", error)
            raise asyncssh.DisconnectError(asyncssh.DISC_SERVICE_NOT_AVAILABLE, "try again later") from error
        self._keys = [asyncssh.import_public_key(line) for line in lines]
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return any(key.public_data == each.public_data for each in self._keys)

    def auth_completed(self) -> None:
        """Only now it counts against the neighbour: others cannot use up his sessions."""
        if self._conn is None:
            return
        self._centre = str(self._conn.get_extra_info("username"))
        self._house.sessions[self._centre] += 1
        if self._house.sessions[self._centre] > self._house.limits.sessions_each:
            self._conn.disconnect(asyncssh.DISC_TOO_MANY_CONNECTIONS, "too many sessions, try again later")


async def in_database(work: Callable[[], Answer]) -> Answer:
    """Run `work` in a thread, and give its database connection back."""

    def run() -> Answer:
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.to_thread(run)


def _keys_on_record(centre: str) -> list[str]:
    return known_keys.sign_in(centre, now=timezone.now())


async def _settled(what: str, work: Callable[[], object]) -> None:
    """Do it; what fails is left where it lies and found by the next sweep."""
    try:
        await in_database(work)
    except FileNotFoundError:
        log.info("%s has been taken in by another process", what)
    except (CantonError, DatabaseError, InterfaceError, OSError) as error:
        log.error("%s is left for the next sweep: %s", what, error)
