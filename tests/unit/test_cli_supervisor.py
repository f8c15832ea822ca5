"""What dies is started again; what ends is let go; nothing is left when the supervisor stops."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.utils import translation

from canton.cli.errors import KeepsDying
from canton.cli.supervisor import Process, Supervisor

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path / "logs", dict(os.environ))
    try:
        yield made
    finally:
        made.stop()


def until(supervisor: Supervisor, met: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not met():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        supervisor.tick()
        time.sleep(0.02)


def test_a_killed_process_is_started_again(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(Process("web", SLEEP))
    first = supervisor.children[0].popen
    assert first is not None
    first.kill()
    until(supervisor, lambda: supervisor.children[0].popen not in (None, first))
    assert "web | ended (signal SIGKILL), again in 0.5 s" in capsys.readouterr().err


def test_what_is_done_is_not_started_again(supervisor: Supervisor) -> None:
    supervisor.add(Process("demo", [sys.executable, "-S", "-c", ""], once=True))
    until(supervisor, lambda: supervisor.children[0].done)
    for _ in range(5):
        supervisor.tick()
    assert supervisor.children[0].popen is None


def test_what_never_starts_ends_the_centre(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canton.cli.supervisor.LONGEST_PAUSE", 0.01)
    supervisor.add(Process("web", [sys.executable, "-S", "-c", "raise SystemExit(3)"]))
    with pytest.raises(KeepsDying) as caught:
        until(supervisor, lambda: False)
    assert caught.value.code == "E-UP-PROCESS"
    with translation.override("en"):
        assert "“web” does not start" in str(caught.value)


def test_stopping_leaves_no_grandchild(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    stubborn = (
        "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_DFL);"
        "p = subprocess.Popen([sys.executable, '-S', '-c', 'import signal, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)']);"
        f"open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    supervisor = Supervisor(tmp_path, dict(os.environ))
    supervisor.add(Process("web", [sys.executable, "-S", "-c", stubborn]))
    until(supervisor, lambda: note.exists() and note.read_text())
    supervisor.stop()
    gone = Path(f"/proc/{note.read_text()}/status")
    until(supervisor, lambda: not gone.exists() or "zombie" in gone.read_text())


def test_a_killed_supervisor_leaves_nothing_not_even_the_stubborn(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    stubborn = (
        "import os, pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork();"
        f"pathlib.Path({str(note)!r}, str(os.getpid())).touch(); time.sleep(60)"
    )
    watch = (
        "import os, sys, time; from pathlib import Path;"
        "from canton.cli.supervisor import Process, Supervisor;"
        f"supervisor = Supervisor(Path({str(tmp_path)!r}), dict(os.environ));"
        f"supervisor.add(Process('web', [sys.executable, '-S', '-c', {stubborn!r}])); time.sleep(60)"
    )
    note.mkdir()
    with subprocess.Popen([sys.executable, "-c", watch]) as running:
        end = time.monotonic() + 60
        while len(list(note.iterdir())) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        everybody = psutil.Process(running.pid).children(recursive=True)
        assert len(everybody) == 3  # with the warden
        running.kill()
    assert psutil.wait_procs(everybody, timeout=20)[1] == []


def test_a_killed_warden_is_replaced(supervisor: Supervisor) -> None:
    supervisor.add(Process("web", SLEEP))
    first = supervisor.warden._popen
    first.kill()
    first.wait()
    supervisor.add(Process("worker", SLEEP))
    assert supervisor.warden._popen is not first
    everybody = [psutil.Process(child.popen.pid) for child in supervisor.children if child.popen]
    supervisor.warden.close()  # all it learns if we die
    assert psutil.wait_procs(everybody, timeout=20)[1] == []


def test_what_is_shown_goes_to_the_terminal_alone(
    supervisor: Supervisor, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    say = "import sys; print('to out'); print('WARNING to err', file=sys.stderr)"
    supervisor.add(Process("demo", [sys.executable, "-S", "-c", say], once=True, shown=True))
    until(supervisor, lambda: supervisor.children[0].done)
    assert (tmp_path / "logs" / "demo.log").read_text().splitlines() == ["WARNING to err"]
    assert "to out" in capfd.readouterr().out
