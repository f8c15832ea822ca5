"""The command line: lazy, forgiving about rooms that are not there, exact about how a command ended."""

import json
import sys
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from canton.cli import COMMANDS, main
from canton.kernel.errors import CantonError


class Broken(CantonError):
    code = "E-BROKEN"
    text = "the %(part)s broke"


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.option("--how", default="well")
def probe(as_json: bool, how: str) -> None:
    if how == "known":
        raise Broken(part="axle")
    if how == "unknown":
        raise ZeroDivisionError("by nought")
    click.echo("{}")


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("canton.cli.probe")
    module.probe = probe  # type: ignore[attr-defined]
    module.__spec__ = sys.modules["canton.cli"].__spec__
    monkeypatch.setitem(sys.modules, "canton.cli.probe", module)
    monkeypatch.setitem(COMMANDS, "probe", "canton.cli.probe:probe")
    monkeypatch.setitem(COMMANDS, "unbuilt", "canton.nosuchroom.commands:unbuilt")
    monkeypatch.setattr("canton.cli.signal.signal", lambda *_: None)


def test_help_names_what_is_there_and_not_what_is_not() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    listed = [line.split()[0] for line in result.stdout.partition("Commands:")[2].splitlines() if line]
    assert {"up", "selfcheck", "manage"} <= set(listed)
    assert not {"unbuilt", "worker"} & set(listed)  # the worker is hidden


@pytest.mark.parametrize("arguments", [["unbuilt"], ["nosuch"], ["probe", "--nosuch"], ["up", "--port", "x"]])
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_known_failure_is_one_line_and_exits_1() -> None:
    result = CliRunner().invoke(main, ["probe", "--how", "known"])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "E-BROKEN: the axle broke\n")


def test_with_json_a_failure_is_json_too() -> None:
    result = CliRunner().invoke(main, ["probe", "--json", "--how", "known"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"error": {"code": "E-BROKEN", "message": "the axle broke"}}


def test_an_unknown_failure_keeps_its_traceback_on_stderr() -> None:
    result = CliRunner().invoke(main, ["probe", "--json", "--how", "unknown"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "E-UNEXPECTED"
    assert "ZeroDivisionError: by nought" in result.stderr


def test_success_exits_0() -> None:
    result = CliRunner().invoke(main, ["probe", "--json"])
    assert (result.exit_code, result.stdout) == (0, "{}\n")


def test_asking_for_help_imports_no_model() -> None:
    import subprocess

    code = (
        "import sys; from click.testing import CliRunner; from canton.cli import main; "
        "r = CliRunner().invoke(main, ['--help']); "
        "sys.exit(r.exit_code or any(n.endswith('.models') for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
