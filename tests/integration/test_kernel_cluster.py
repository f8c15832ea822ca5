"""The embedded database: made once, shared by commands, stopped by the last, whole after any kill."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import prepared
import psutil
import psycopg
import pytest

from canton.kernel import database
from canton.kernel.embedded import binaries, keys, postmaster
from canton.kernel.embedded.cluster import READY, Cluster
from canton.kernel.embedded.errors import KeysLost

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root must give up its privileges")
PATIENCE = 180  # seconds; other work may share the machine
COMMAND = "import time; print('in', flush=True); time.sleep({seconds})"


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No database is named, unlike in the tests around."""
    monkeypatch.delenv("CANTON_DATABASE_URL", raising=False)
    monkeypatch.delenv("CANTON_DATABASE_OWNER_URL", raising=False)


@pytest.fixture
def place() -> Iterator[Path]:
    """A home every account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="canton-home-"))
    folder.chmod(0o711)
    yield folder
    remove(folder)


@pytest.fixture(scope="module")
def lived_in() -> Iterator[Path]:
    """A home that has been a centre before; each test leaves it stopped and whole for the next."""
    folder = Path(tempfile.mkdtemp(prefix="canton-home-"))
    folder.chmod(0o711)
    prepared.furnish(folder)
    yield folder
    remove(folder)


def remove(home: Path) -> None:
    real = (home / "database").resolve()
    left = postmaster.find(home / "database")
    postmaster.stop(home / "database")
    shutil.rmtree(real, ignore_errors=True)
    shutil.rmtree(home)
    assert left is None, "a database was left running"


def link(file: str, to: str) -> None:
    """The same file in another folder; a copy where that lies on another file system."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copy2(file, to)


def manage(home: Path, seconds: float) -> subprocess.Popen[str]:
    """`canton manage shell` inside its database for so long; it has printed "in" when this returns."""
    environment = {**os.environ, "CANTON_HOME": str(home)}
    command = [sys.executable, "-m", "canton.cli", "manage", "shell", "--no-imports", "-c"]
    return subprocess.Popen(
        [*command, COMMAND.format(seconds=seconds)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,  # noqa: PLW1509 - nothing of ours runs in threads here
    )


def hear_interrupts() -> None:
    """A shell starts what it puts in the background deaf to SIGINT, and the deafness is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def entered(command: subprocess.Popen[str]) -> None:
    assert command.stdout is not None
    assert command.stdout.readline() == "in\n"


def test_the_app_may_use_rows_only_and_data_stay(place: Path) -> None:
    cluster = Cluster(place, durable=False)
    with database.shared(cluster) as known:
        with psycopg.connect(known.url(keys.OWNER), autocommit=True) as owner:
            owner.execute("CREATE TABLE word (it text); INSERT INTO word VALUES ('荔湾')")
            row = owner.execute(
                "SELECT datcollate, datctype FROM pg_database WHERE datname = 'canton'"
            ).fetchone()
            assert row is not None and all(name.startswith("C") for name in row)
        with psycopg.connect(known.url(keys.APP), autocommit=True) as app:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine (it text)")
            row = app.execute(
                "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            assert row == (False, False)
    assert not cluster.alive()
    with database.shared(cluster) as again, psycopg.connect(again.url(keys.OWNER)) as owner:
        assert again == known
        assert owner.execute("SELECT it FROM word").fetchone() == ("荔湾",)


def test_passwords_are_needed_and_nobody_else_can_read_them(place: Path) -> None:
    with database.shared(Cluster(place, durable=False)) as known:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://{keys.APP}@127.0.0.1:{known.port}/canton")
        assert keys.path(place).stat().st_mode & 0o077 == 0
        assert (place / "database").stat().st_mode & 0o077 == 0


def test_it_comes_back_with_everything_after_its_server_was_killed(place: Path) -> None:
    cluster = Cluster(place)
    with database.shared(cluster) as known:
        with psycopg.connect(known.url(keys.OWNER), autocommit=True) as owner:
            owner.execute("CREATE TABLE word AS SELECT 1 AS it")
            server = postmaster.find(cluster.folder)
            assert server is not None
            server.kill()
            with database.gate(place):
                cluster.start()
        with psycopg.connect(known.url(keys.OWNER)) as owner:
            assert owner.execute("SELECT it FROM word").fetchone() == (1,)


def test_a_lock_file_that_names_another_process_is_stale(lived_in: Path) -> None:
    cluster = Cluster(lived_in, durable=False)
    with database.shared(cluster):
        pass
    (cluster.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.folder}\n")
    assert not cluster.alive()
    with database.shared(cluster):
        assert cluster.alive()


def test_a_taken_port_is_exchanged(lived_in: Path) -> None:
    with database.shared(Cluster(lived_in, durable=False)) as known:
        pass
    with (
        socket.create_server(("127.0.0.1", known.port)),
        database.shared(Cluster(lived_in, durable=False)) as moved,
    ):
        assert moved.port != known.port
    assert keys.load(lived_in) == moved


def test_an_interrupted_making_is_made_again(place: Path) -> None:
    cluster = Cluster(place, durable=False)
    cluster.folder.mkdir()
    (cluster.folder / "PG_VERSION").write_text("18\n")
    with database.shared(cluster):
        assert (cluster.folder / READY).exists()


def test_without_its_keys_it_says_so_and_keeps_the_data(lived_in: Path) -> None:
    cluster = Cluster(lived_in, durable=False)
    with database.shared(cluster):
        pass
    aside = keys.path(lived_in).rename(lived_in / "aside")
    with pytest.raises(KeysLost, match="E-DB-KEYS"), database.shared(cluster):
        pytest.fail("opened without keys")
    assert (cluster.folder / READY).exists()
    aside.rename(keys.path(lived_in))


def test_two_commands_at_once_on_a_fresh_home(place: Path) -> None:
    first, second = manage(place, 0.2), manage(place, 2)
    for command in (first, second):
        out, problems = command.communicate(timeout=PATIENCE)
        assert (out, command.returncode) == ("in\n", 0), problems
    assert not Cluster(place).alive()


def test_the_last_one_out_stops_it(lived_in: Path) -> None:
    cluster = Cluster(lived_in)
    first = manage(lived_in, 1)
    entered(first)
    with database.shared(cluster):
        assert first.wait(timeout=PATIENCE) == 0
        assert cluster.alive()
    assert not cluster.alive()
    for stream in (first.stdout, first.stderr):
        assert stream is not None
        stream.close()


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_leaves_nothing_running(lived_in: Path, order: signal.Signals) -> None:
    with manage(lived_in, 60) as command:
        entered(command)
        command.send_signal(order)
        assert command.wait(timeout=PATIENCE) != 0
    assert not Cluster(lived_in).alive()


def test_what_a_killed_command_left_the_next_one_stops(lived_in: Path) -> None:
    with manage(lived_in, 60) as command:
        entered(command)
        command.kill()
    assert Cluster(lived_in).alive()
    with database.shared(Cluster(lived_in)):
        pass
    assert not Cluster(lived_in).alive()


@AS_ROOT
def test_a_home_the_account_cannot_enter_gets_its_database_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Path(tempfile.mkdtemp(prefix="canton-shared-"))
    shared.chmod(0o711)
    monkeypatch.setattr(binaries, "SHARED", shared)
    closed = Path(tempfile.mkdtemp(prefix="canton-closed-"))  # 0700, root's
    home = closed / "home"
    home.mkdir()
    try:
        with database.shared(Cluster(home, durable=False)) as known:
            psycopg.connect(known.url(keys.APP)).close()
            assert (home / "database").is_symlink()
            assert (home / "database").resolve().parent == shared
            server = postmaster.find(home / "database")
            assert server is not None and server.uids().effective != 0
        with database.shared(Cluster(home, durable=False)) as again:
            assert again == known
    finally:
        remove(home)
        closed.rmdir()
        shutil.rmtree(shared)


@AS_ROOT
def test_programs_the_account_cannot_reach_are_copied_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Path(tempfile.mkdtemp(prefix="canton-shared-"))
    shared.chmod(0o711)
    monkeypatch.setattr(binaries, "SHARED", shared)
    closed = Path(tempfile.mkdtemp(prefix="canton-closed-"))
    installed = binaries._folders()[0]
    package = installed.parent.parent
    placed = closed / package.name / installed.parent.name
    shutil.copytree(installed.parent, placed, symlinks=True, copy_function=link)
    if package.with_name(f"{package.name}.libs").exists():
        shutil.copytree(
            package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs", copy_function=link
        )
    monkeypatch.setenv("CANTON_POSTGRES_BIN", str(closed / package.name / installed.parent.name / "bin"))
    try:
        for _ in range(2):
            with database.shared(Cluster(place, durable=False)) as known:
                psycopg.connect(known.url(keys.APP)).close()
                server = postmaster.find(place / "database")
                assert server is not None and Path(server.exe()).is_relative_to(shared)
        assert len([entry for entry in shared.iterdir() if entry.is_dir()]) == 1
    finally:
        shutil.rmtree(closed)
        shutil.rmtree(shared)


def test_an_old_or_silent_server_is_refused(lived_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.shared(Cluster(lived_in, durable=False)) as known:
        monkeypatch.setenv("CANTON_DATABASE_URL", known.url(keys.APP))
        with database.running(lived_in) as url:
            assert url == known.url(keys.APP)
        monkeypatch.setattr(database, "OLDEST", 99)
        with pytest.raises(database.TooOld, match="E-DB-TOO-OLD"), database.running(lived_in):
            pytest.fail("accepted")
    with pytest.raises(database.Unreachable, match="E-DB-UNREACHABLE"), database.running(lived_in):
        pytest.fail("accepted")
    monkeypatch.setenv("CANTON_DATABASE_URL", "mysql://somewhere/else")
    with pytest.raises(database.BadAddress, match="E-DB-URL"), database.running(lived_in):
        pytest.fail("accepted")


def test_orphans_of_a_killed_server_are_ended(lived_in: Path) -> None:
    cluster = Cluster(lived_in, durable=False)
    with database.shared(cluster):
        server = postmaster.find(cluster.folder)
        assert server is not None
        children = server.children()
        for child in children:
            child.suspend()  # too slow to notice by themselves
        server.kill()
        time.sleep(0.1)
        with database.gate(lived_in):
            cluster.start()
        assert not [
            child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        ]
