"""One PostgreSQL cluster of our own: made, started, stopped, recovered. Callers hold the database's gate."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import uuid4

import psycopg

from . import account as accounts
from . import binaries, keys, postmaster
from .account import Account
from .errors import CannotInitialise, CannotStart, KeysLost
from .roles import make_roles

READY = "canton-ready"  # made last: a cluster without it was interrupted while being made
PATIENCE = 300.0  # seconds; recovery after a crash may take its time
TRIES = 5
LOG_BYTES = 10 * 2**20
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "min_wal_size": "4MB"}
_started: list[subprocess.Popen[bytes]] = []  # kept, so that they are reaped


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster of a home. `durable=False` is for tests: faster, and lost in a power cut."""

    home: Path
    durable: bool = True

    @property
    def folder(self) -> Path:
        return self.home / "database"

    @property
    def log(self) -> Path:
        return self.home / "logs" / "database.log"

    def alive(self) -> bool:
        """Whether its server runs."""
        return postmaster.find(self.folder) is not None

    def start(self) -> keys.Keys:
        """Have it running, made first if it is not there; answer how to reach it.

        Raises:
            NoBinaries, CannotInitialise, CannotStart, KeysLost.
        """
        known = self._keys()
        if self.alive() and self._ready:
            try:
                return _await(known, self.alive, self)
            except CannotStart:
                if self.alive():
                    raise  # it was on its way out otherwise
        if not self._ready:
            self._make(known)
        postmaster.clear_stale(self.folder)
        known = self._launch(self._keys())
        if not self._ready:
            make_roles(known)
            (self.folder / READY).touch()
        return known

    def stop(self) -> None:
        """Stop its server, if it runs: sessions are cut, nothing committed is lost."""
        postmaster.stop(self.folder)
        for process in [child for child in _started if child.poll() is not None]:
            _started.remove(process)

    @property
    def _ready(self) -> bool:
        return (self.folder / READY).exists()

    def _keys(self) -> keys.Keys:
        known = keys.load(self.home)
        if known is None and self._ready:
            raise KeysLost(keys=keys.path(self.home), folder=self.folder)
        return known or keys.make(self.home)

    def _make(self, known: keys.Keys) -> None:
        """initdb, in a folder its account can reach; what an interrupted attempt left is removed."""
        if self.folder.exists():
            postmaster.stop(self.folder)
            shutil.rmtree(self.folder.resolve())
        if self.folder.is_symlink():
            self.folder.unlink()
        who = accounts.unprivileged()
        _place(self.folder, who)
        programs = binaries.reachable(binaries.find(), who)
        with NamedTemporaryFile("w", prefix="canton-") as secret:
            secret.write(known.superuser)
            secret.flush()
            os.chown(secret.name, who.uid, who.gid)
            command = [
                programs.program("initdb"),
                "--pgdata",
                str(self.folder.resolve()),
                "--username",
                keys.SUPERUSER,
                "--pwfile",
                secret.name,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                *programs.locale(),
            ]
            command += [] if self.durable else ["--no-sync", "--wal-segsize=1"]  # soon made, soon copied
            done = subprocess.run(command, **who.surroundings(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotInitialise(folder=self.folder, reason=(done.stderr or done.stdout).strip())

    def _launch(self, known: keys.Keys) -> keys.Keys:
        for attempt in range(1, TRIES + 1):
            if not keys.is_free(known.port):
                known = keys.move(self.home, known)
            try:
                return self._start_once(known)
            except CannotStart:
                if attempt == TRIES:
                    raise
                time.sleep(0.2 * attempt)  # a killed server's children may still be ending
                postmaster.clear_stale(self.folder)
        raise AssertionError("not reached")

    def _start_once(self, known: keys.Keys) -> keys.Keys:
        real = self.folder.resolve()
        who = accounts.owner(real)
        programs = binaries.reachable(binaries.find(int((real / "PG_VERSION").read_text())), who)
        command = [programs.program("postgres"), "-D", str(real), *_options(known.port, self.durable)]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                **who.surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _started.append(process)
        return _await(known, lambda: process.poll() is None, self)


def _options(port: int, durable: bool) -> list[str]:
    settings = {
        "port": port,
        "listen_addresses": keys.HOST,
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "max_wal_size": "1GB",
        "max_parallel_workers_per_gather": 0,  # reports run in DuckDB; spares small machines' shared memory
        "timezone": "UTC",
        "log_timezone": "UTC",
        "tcp_keepalives_idle": 15,  # a vanished machine's locks are free after 30 s
        "tcp_keepalives_interval": 5,
        "tcp_keepalives_count": 3,
        "log_line_prefix": "%m [%p] %q%u ",
        **({} if durable else UNSAFE),
    }
    return [f"--{name}={value}" for name, value in settings.items()]


def _await(known: keys.Keys, alive: Callable[[], bool], cluster: Cluster) -> keys.Keys:
    """Wait until the server answers.

    Raises:
        CannotStart: it ended instead, or did neither for five minutes.
    """
    end = time.monotonic() + PATIENCE
    reason: object = ""
    while time.monotonic() < end and alive():
        try:
            psycopg.connect(known.url(keys.SUPERUSER, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            reason = error
            time.sleep(0.05)
        else:
            return known
    raise CannotStart(folder=cluster.folder, reason=_last_words(cluster.log) or reason)


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return next((line for line in reversed(lines) if "FATAL" in line), "")


def _place(folder: Path, who: Account) -> None:
    """An empty folder of the account's own: here, or where it can be reached and a link here."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    real = folder
    if not who.enters(folder.parent):
        mark = sha256(f"{folder} {uuid4()}".encode()).hexdigest()[:16]
        binaries.SHARED.mkdir(parents=True, exist_ok=True, mode=0o755)
        real = binaries.SHARED / mark
        folder.symlink_to(real)
    real.mkdir(mode=0o700)
    os.chown(real, who.uid, who.gid)
