"""Centres as real processes: each a home and a database of its own, started and asked from a test."""

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import prepared

from canton.kernel.database import shared
from canton.kernel.embedded import keys
from canton.kernel.embedded.cluster import Cluster

PATIENCE = 300  # seconds; other tests may keep the machine busy
ERRANDS = Path(__file__).with_name("errands.py")


@dataclass(frozen=True, slots=True)
class Node:
    """A centre with a home and a database of its own."""

    centre: str
    home: Path
    database: str
    environment: dict[str, str]

    @property
    def log(self) -> Path:
        """What its processes said."""
        return self.home / "logs" / "said.log"

    def start(self, *command: str, out: int = subprocess.DEVNULL) -> "subprocess.Popen[str]":
        """One of its processes, of python's `command`; closing its stdin may end it."""
        with self.log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=log,
                text=True,
            )

    def ask(self, *arguments: str) -> "subprocess.Popen[str]":
        """A command whose answer somebody will read."""
        return self.start("-m", "canton.cli", *arguments, out=subprocess.PIPE)

    def canton(self, *arguments: str) -> str:
        """What a command answers."""
        process = self.ask(*arguments)
        answer, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, self.log.read_text()[-3000:]
        return answer


class Errands:
    """One process of a node that runs command after command: quicker than one for each."""

    def __init__(self, node: Node) -> None:
        self.process = node.start(str(ERRANDS), out=subprocess.PIPE)
        self.log = node.log

    def ask(self, *words: str) -> tuple[int, str]:
        """Exit code and standard output of a command."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text()[-3000:]
        code, text = json.loads(answer)
        return code, text

    def told(self, *words: str) -> str:
        """Standard output of a command that must work."""
        code, text = self.ask(*words)
        assert code == 0, (words, text, self.log.read_text()[-3000:])
        return text

    def end(self) -> None:
        self.process.communicate(timeout=PATIENCE)


@contextmanager
def opened() -> Iterator[Callable[[str], Node]]:
    """Opens centres by their codes; at the end they are gone."""
    with ExitStack() as ends:

        def make(centre: str) -> Node:
            home = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix=f"canton-{centre}-")))
            home.chmod(0o711)  # the database's account passes through
            (home / "logs").mkdir()
            prepared.furnish(home)
            known = ends.enter_context(shared(Cluster(home, durable=False)))
            told = prepared.surroundings() | {
                "CANTON_HOME": str(home),
                "CANTON_CENTRE": centre,
                "CANTON_DATABASE_URL": known.url(keys.APP),
                "CANTON_DATABASE_OWNER_URL": known.url(keys.OWNER),
                "CANTON_SFTP_PORT": str(free_port()),
                "DJANGO_SETTINGS_MODULE": "canton.settings",
            }
            return Node(centre, home, known.url(keys.APP), told)

        yield make


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
