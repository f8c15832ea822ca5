"""docs/functions.md lists every function of the mission and says honestly which are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/functions.md").read_text(encoding="utf-8")
QUOTED = re.compile(r"`([^`\n]+)`")
ROWS = re.findall(r"^\| (F\d\d)\b([^|]*)\|(.*)\|$", PAGE, re.MULTILINE)
STATES = ("yes", "in part", "planned")


def test_each_function_is_there_once_and_in_order() -> None:
    assert [number for number, _, _ in ROWS] == [f"F{number:02d}" for number in range(1, 44)]


def test_each_has_a_name_in_both_languages() -> None:
    for number, name, _ in ROWS:
        assert re.search(r"[\u4e00-\u9fff]", name), number
        assert re.search(r"[a-z]{3}", name), number


def test_every_path_named_exists() -> None:
    named = [text for text in QUOTED.findall(PAGE) if re.match(r"(canton|tests|docs|scripts)/", text)]
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_what_is_there_names_its_place_and_its_test_and_what_is_planned_names_none() -> None:
    for number, _, rest in ROWS:
        state, where, _, proof = (cell.strip() for cell in rest.split("|"))
        assert state in STATES, number
        assert (state == "planned") is (where == "—"), number
        assert (state == "planned") is ("`tests/" not in proof), number
