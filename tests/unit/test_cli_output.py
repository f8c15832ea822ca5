"""Alarms reach whoever watches; the rest stays in the log."""

from canton.cli.output import Alarms


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
