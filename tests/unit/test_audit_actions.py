"""Whatever is recorded in the trail has a name that a person can read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from canton.audit import actions

CANTON = Path(__file__).parents[2] / "canton"


def recorded() -> Iterator[str]:
    """First argument of every call of `record` in the house, where it is written out."""
    for path in CANTON.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) == "record"
            ):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def test_every_action_recorded_has_a_name() -> None:
    found = set(recorded())
    assert {"audit.export_entries", "accounts.open_account"} <= found
    assert found - {action for action, _label in actions.registered()} == set()


@pytest.mark.parametrize(
    "action", ["accounts.sign_in", "accounts.fail_sign_in", "accounts.lock", "accounts.sign_out"]
)
def test_what_happens_at_the_door_has_a_name(action: str) -> None:
    assert actions.label(action) != action


def test_an_action_nobody_named_is_shown_as_it_is() -> None:
    assert actions.label("no.such_action") == "no.such_action"
