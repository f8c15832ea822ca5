"""`canton up`: a centre that serves, heals and leaves nothing behind."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import prepared
import psutil
import pytest

from canton.cli.processes import EVENTS_ABOVE, SFTP_ABOVE
from canton.kernel import presence
from canton.kernel.embedded import postmaster

PATIENCE = 180  # seconds; other work may share the machine


class Centre:
    """A centre of its own, run by `canton up`."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.environment = prepared.surroundings() | {"CANTON_HOME": str(home), "PYTHONFAULTHANDLER": "1"}
        self.says = (home / "stderr").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "canton.cli", "up", "--port", str(port)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.says,
            text=True,
        )

    def ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"ready http://127.0.0.1:{self.port}/\n", self.said()

    def stop(self) -> None:
        """Ctrl-C; a centre that does not end says where it stands."""
        self.process.send_signal(signal.SIGINT)
        try:
            assert self.process.wait(timeout=PATIENCE) == 0, self.said()
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            pytest.fail(f"it did not stop:\n{self.said()}")

    def said(self) -> str:
        return (self.home / "stderr").read_text()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, mark: str) -> psutil.Process | None:
        """The topmost process whose command has the mark."""
        found = [child for child in self.children() if mark in command(child)]
        return min(found, key=lambda child: child.create_time(), default=None)

    def status(self) -> int:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            connection.request("GET", "/sign-in/")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def selfcheck(self) -> dict[str, str]:
        command = [sys.executable, "-m", "canton.cli", "selfcheck", "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return {probe["name"]: probe["state"] for probe in json.loads(done.stdout)["probes"]}


def command(process: psutil.Process) -> str:
    """Its command line; empty once it has died."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.fixture
def place() -> Path:
    """A home with nothing in it."""
    home = Path(tempfile.mkdtemp(prefix="canton-up-"))
    home.chmod(0o711)
    return home


@pytest.fixture
def furnished(place: Path) -> None:
    """That home has been a centre before."""
    prepared.furnish(place)


@pytest.fixture
def centre(place: Path) -> Iterator[Centre]:
    made = Centre(place, free_ports())
    yield made
    children = made.children() if made.process.poll() is None else []
    made.process.kill()
    for child in children:
        if child.is_running():
            child.kill()
    made.process.communicate()
    made.says.close()
    postmaster.stop(place / "database")
    shutil.rmtree(place)


def free_ports() -> int:
    """A port whose neighbours for events and SFTP are free too."""
    for port in range(21_000 + os.getpid() % 9_000, 60_000, 50):
        try:
            for above in (0, EVENTS_ABOVE, SFTP_ABOVE):
                socket.create_server(("127.0.0.1", port + above)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")


def until(met: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def test_it_serves_heals_and_leaves_nothing_behind(centre: Centre) -> None:
    centre.ready()
    assert centre.status() == 200
    until(lambda: centre.selfcheck()["worker"] == "ok")

    for mark in ("canton.wsgi", "canton.cli worker"):
        victim = centre.child(mark)
        assert victim is not None
        victim.kill()
        until(lambda victim=victim, mark=mark: centre.child(mark) not in (None, victim))
    until(lambda: centre.status() == 200)
    database = postmaster.find(centre.home / "database")
    assert database is not None
    database.kill()
    until(lambda: postmaster.find(centre.home / "database") not in (None, database))
    until(lambda: centre.status() == 200)
    until(lambda: centre.selfcheck()["worker"] == "ok")
    assert "database | ended, starting it again" in centre.said()

    everybody = centre.children()
    assert len(everybody) >= 4
    centre.stop()
    _, alive = psutil.wait_procs(everybody, timeout=20)
    assert alive == []
    assert postmaster.find(centre.home / "database") is None
    assert presence.read(centre.home) is None


@pytest.mark.usefixtures("furnished")
def test_a_second_one_in_the_same_home_or_on_the_same_port_is_refused(centre: Centre, tmp_path: Path) -> None:
    centre.ready()
    up = [sys.executable, "-m", "canton.cli", "up", "--port"]
    again = subprocess.run(
        [*up, str(centre.port + 100)], env=centre.environment, capture_output=True, text=True, check=False
    )
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("E-UP-RUNNING: ")
    assert f"process {centre.process.pid}" in again.stderr
    other = {**centre.environment, "CANTON_HOME": str(tmp_path)}
    beside = subprocess.run([*up, str(centre.port)], env=other, capture_output=True, text=True, check=False)
    assert beside.returncode == 1
    assert beside.stderr.startswith(f"E-UP-PORT: Port {centre.port}, wanted for web, is taken by process ")
    assert "granian" in beside.stderr


@pytest.mark.usefixtures("furnished")
def test_a_killed_one_takes_its_processes_along(centre: Centre) -> None:
    centre.ready()
    everybody = [child for child in centre.children() if child.name() != "postgres"]
    centre.process.kill()
    centre.process.wait()
    _, alive = psutil.wait_procs(everybody, timeout=20)
    assert alive == []
    assert centre.selfcheck()["database"] == "ok"  # takes the orphaned database over, and stops it
    assert postmaster.find(centre.home / "database") is None
