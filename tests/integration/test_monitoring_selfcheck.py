"""The self-check: what it says when all is well, when something is broken, and when nothing runs."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import connection

from canton.cli import main
from canton.kernel import presence
from canton.monitoring import gauges, probes
from canton.monitoring.gauges import Reading, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def ssh(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that greets like SSH."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(b"SSH-2.0-Test\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        monkeypatch.setenv("CANTON_SFTP_PORT", str(server.getsockname()[1]))
        yield server.getsockname()[1]
        thread.join(timeout=5)


def heartbeat(seconds_ago: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (clock_timestamp() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_the_command_answers_as_agreed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CANTON_SFTP_PORT", raising=False)
    result = CliRunner().invoke(main, ["selfcheck", "--json"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["centre"]) == (True, "44")
    assert {probe["name"]: probe["state"] for probe in answer["probes"]} == {
        "database": "ok",
        "migrations": "ok",
        "disk": "ok",
        "worker": "off",
        "sftp": "off",
        "clock": "ok",
    }
    assert all(set(probe) == {"name", "state", "value", "message", "took_ms"} for probe in answer["probes"])


def test_one_broken_gauge_makes_exit_1(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * 10**8))
    result = CliRunner().invoke(main, ["selfcheck", "--json"])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert not answer["ok"]
    assert [probe["name"] for probe in answer["probes"] if probe["state"] == "bad"] == ["disk"]


def test_without_a_database_it_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANTON_DATABASE_URL", "postgresql://canton@127.0.0.1:1/canton")
    result = CliRunner().invoke(main, ["selfcheck", "--json"])
    assert result.exit_code == 1
    [probe] = json.loads(result.stdout)["probes"]
    assert (probe["name"], probe["state"], probe["value"]) == ("database", "bad", "E-DB-UNREACHABLE")


def test_a_gauge_that_raises_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Reading:
        raise OSError("no such thing")

    monkeypatch.setattr(gauges, "_gauges", {"thing": ("Thing", fails)})
    [finding] = gauges.examine().findings
    assert finding.reading == Reading(State.BAD, "OSError", "no such thing")


@pytest.mark.parametrize(
    ("seconds", "up", "state"),
    [(0.5, False, "ok"), (8, False, "warn"), (99, False, "off"), (99, True, "bad")],
)
def test_the_workers_heart(home: Path, seconds: float, up: bool, state: str) -> None:
    heartbeat(seconds)
    if up:
        presence.announce(home, centre="44", host="127.0.0.1", web=1, events=2, sftp=None)
    assert probes.worker().state == state


def test_waiting_jobs_are_counted(home: Path) -> None:
    from canton.kernel import jobs

    heartbeat(0)
    before = probes.worker().message
    jobs.enqueue("test.note", text="x")
    assert before.startswith("0") or before.split()[0].isdigit()
    assert int(probes.worker().message.split()[0]) == int(before.split()[0]) + 1


def test_sftp_greets(home: Path, ssh: int) -> None:
    assert probes.sftp() == Reading(State.OK, str(ssh), "SSH-2.0-Test")


def test_sftp_that_should_run_and_does_not(home: Path) -> None:
    presence.announce(home, centre="44", host="127.0.0.1", web=1, events=2, sftp=1)
    assert probes.sftp().state == State.BAD


def test_a_wrong_clock_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = probes.time.time
    monkeypatch.setattr(probes.time, "time", lambda: real() + 60)
    reading = probes.clock()
    assert (reading.state, reading.value[:2]) == (State.BAD, "59") or reading.value.startswith("60")


def test_a_missing_migration_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'centres'")
    assert probes.migrations().state == State.BAD
