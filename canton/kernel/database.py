"""The centre's database while it is needed: any PostgreSQL >= 15 by CANTON_DATABASE_URL, or the embedded one.

The embedded server is shared by all processes of a home. Each holds a shared lock on run/database.users
while it needs it; who leaves last stops it. Starting and stopping happen under run/database.gate, one at
a time. Both locks are the operating system's, so a killed process holds neither.
"""

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.utils.translation.trans_null import gettext_noop
from psycopg.conninfo import conninfo_to_dict

from .configuration import database_url
from .embedded import keys
from .embedded.cluster import Cluster
from .errors import CantonError

OLDEST = 15
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Unreachable(CantonError):
    """The named PostgreSQL does not answer."""

    code = "E-DB-UNREACHABLE"
    transient = True
    text = gettext_noop("The database at %(place)s does not answer: %(reason)s")


class TooOld(CantonError):
    """The named PostgreSQL is older than 15."""

    code = "E-DB-TOO-OLD"
    text = gettext_noop(
        "The database at %(place)s is PostgreSQL %(version)s; Canton needs %(oldest)s or newer."
    )


class BadAddress(CantonError):
    """CANTON_DATABASE_URL cannot be read."""

    code = "E-DB-URL"
    text = gettext_noop("CANTON_DATABASE_URL is not an address: %(reason)s")


@dataclass(frozen=True, slots=True)
class Addresses:
    """How to reach the database: as the app, and as the owner of its tables, for migrations."""

    app: str
    owner: str


@contextmanager
def running(home: Path) -> Iterator[str]:
    """Have the home's database running; give its URL (role: app). See `opened` for both roles."""
    with opened(home) as addresses:
        yield addresses.app


@contextmanager
def opened(home: Path) -> Iterator[Addresses]:
    """Have the home's database running and give its addresses; stop it afterwards if nobody else uses it.

    Raises:
        Unreachable, TooOld, BadAddress: of CANTON_DATABASE_URL.
        CantonError: E-DB-*, the embedded one cannot be had.
    """
    url = database_url()
    if url:
        check(url)
        yield Addresses(url, os.environ.get("CANTON_DATABASE_OWNER_URL") or url)
        return
    with shared(Cluster(home)) as known:
        yield Addresses(known.url(keys.APP), known.url(keys.OWNER))


@contextmanager
def shared(cluster: Cluster) -> Iterator[keys.Keys]:
    """Use the cluster beside others; the last one out stops it."""
    with _file(cluster.home, "database.users") as users:
        try:
            with gate(cluster.home):
                fcntl.flock(users, fcntl.LOCK_SH)
                known = cluster.start()
            yield known
        finally:
            with undisturbed(), gate(cluster.home):
                if _alone(users):
                    cluster.stop()


@contextmanager
def gate(home: Path) -> Iterator[None]:
    """Be the only one that starts or stops the home's database."""
    with _file(home, "database.gate") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check(url: str) -> None:
    """Make sure that a PostgreSQL we can use answers at the address.

    Raises:
        BadAddress, Unreachable, TooOld.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise BadAddress(reason=str(error).strip()) from None
    place = f"{parts.get('host', '')}:{parts.get('port', 5432)}"
    try:
        with psycopg.connect(url, connect_timeout=10) as session:
            version = session.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise Unreachable(place=place, reason=str(error).strip()) from None
    if version < OLDEST:
        raise TooOld(place=place, version=version, oldest=OLDEST)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep signals that would end us waiting until the block is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _file(home: Path, name: str) -> Iterator[int]:
    folder = home / "run"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _alone(users: int) -> bool:
    """Whether no other process holds the lock of users. Ours is given up either way."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
