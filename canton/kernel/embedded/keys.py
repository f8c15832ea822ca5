"""The embedded database's port and passwords, made once and kept in keys/database.json."""

import json
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from canton.kernel.configuration import keys
from canton.kernel.files import write_beside

HOST = "127.0.0.1"
NAME = "canton"
SUPERUSER, OWNER, APP = "postgres", "canton_owner", "canton_app"


@dataclass(frozen=True, slots=True)
class Keys:
    """How to reach one cluster. superuser: to make the roles; owner: migrations; app: everything else."""

    port: int
    superuser: str
    owner: str
    app: str

    def url(self, role: str, database: str = NAME) -> str:
        """The address for one of the three roles."""
        secret = {SUPERUSER: self.superuser, OWNER: self.owner, APP: self.app}[role]
        return f"postgresql://{role}:{secret}@{HOST}:{self.port}/{database}"


def path(home: Path) -> Path:
    return home / "keys" / "database.json"


def load(home: Path) -> Keys | None:
    """What was kept, if anything."""
    kept = path(home)
    return Keys(**json.loads(kept.read_text())) if kept.exists() else None


def make(home: Path) -> Keys:
    """New passwords and a free port, kept."""
    fresh = Keys(free_port(), *(secrets.token_urlsafe(24) for _ in range(3)))
    save(home, fresh)
    return fresh


def move(home: Path, known: Keys) -> Keys:
    """Another port, because somebody took ours; kept."""
    moved = replace(known, port=free_port())
    save(home, moved)
    return moved


def save(home: Path, known: Keys) -> None:
    keys(home)
    with write_beside(path(home)) as beside:
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(asdict(known)))


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether we could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
