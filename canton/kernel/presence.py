"""Whether a centre is up, and on which ports: run/up.json, true for as long as the process it names lives."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from .files import write_beside


@dataclass(frozen=True, slots=True)
class Presence:
    """A running centre; `born`, the start of its process in seconds since 1970, tells it from a later one."""

    pid: int
    born: float
    centre: str
    host: str
    web: int
    events: int
    sftp: int | None


def read(home: Path) -> Presence | None:
    """The centre running in this home, if one is."""
    try:
        found = Presence(**json.loads(_path(home).read_text()))
        alive = psutil.Process(found.pid).create_time() == found.born
    except (OSError, ValueError, TypeError, psutil.Error):
        return None
    return found if alive else None


@contextmanager
def claimed(home: Path) -> Iterator[bool]:
    """Try to be the one centre of this home; answers False if another process is."""
    path = home / "run" / "up.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            _path(home).unlink(missing_ok=True)


def announce(home: Path, *, centre: str, host: str, web: int, events: int, sftp: int | None) -> None:
    """Tell other processes of this home who we are. The caller holds the claim."""
    own = psutil.Process()
    with write_beside(_path(home)) as beside:
        here = Presence(own.pid, own.create_time(), centre, host, web, events, sftp)
        beside.write_text(json.dumps(asdict(here)))


def _path(home: Path) -> Path:
    return home / "run" / "up.json"
