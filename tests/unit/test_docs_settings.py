"""docs/operations.md names every setting and limit there is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
NOT_FOR_OPERATORS = frozenset({"CANTON_APPEND_ONLY", "CANTON_APP_ROLE", "CANTON_VIEWER_SCOPE"})
NAME = re.compile(r"\bCANTON_[A-Z_]*[A-Z]\b")


def test_every_setting_is_explained_and_no_other() -> None:
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob("canton/**/*.py")]
    used = {name for source in sources for name in NAME.findall(source)} - NOT_FOR_OPERATORS
    named = set(NAME.findall(PAGE))
    assert used - named == set()
    assert named - used == set()


def test_every_command_of_the_house_is_shown() -> None:
    from canton.cli import COMMANDS

    shown = set(re.findall(r"canton ([a-z]+)\b", PAGE + (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"up", "intake", "report", "send", "link", "selfcheck"} <= shown & set(COMMANDS)
