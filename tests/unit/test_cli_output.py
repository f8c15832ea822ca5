"""Alarms reach whoever watches; the rest stays in the log."""

import sys
from pathlib import Path

import pytest

from canton.cli.output import Alarms
from canton.cli.processes import demonstration
from canton.cli.supervisor import Process, Supervisor


def test_warnings_and_whole_tracebacks_are_alarms() -> None:
    lines = [
        ("starting", False),
        ("2026-01-01 WARNING canton x", True),
        ("fine again", False),
        ("Traceback (most recent call last):", True),
        ('  File "x.py", line 1, in y', True),
        ("ValueError: z", True),
        ("fine again", False),
        ("[ERROR] granian", True),
        ("an errorless line", False),
    ]
    alarming = Alarms()
    assert [(line, alarming(line)) for line, _ in lines] == lines


def test_what_is_for_the_user_is_shown_and_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`canton up --demo` shows passwords; they may not outlive the terminal in a log."""
    says = "import sys; print('agent 70507 pass-word'); print('2 batches on their way', file=sys.stderr)"
    process = Process("demo", [sys.executable, "-c", says], once=True, shown=demonstration().shown)
    supervisor = Supervisor(tmp_path, {})
    supervisor.add(process)
    [child] = supervisor.children
    assert child.popen is not None
    child.popen.wait(30)
    supervisor.stop()

    assert capsys.readouterr().out == "agent 70507 pass-word\n"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "demo.log": "2 batches on their way\n"
    }
