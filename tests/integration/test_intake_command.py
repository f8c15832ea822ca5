"""`canton intake` as scripts use it: JSON on stdout, progress on stderr, exit codes 0, 1 and 2."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from contact_files import row, rows, write

from canton.cli import main
from canton.intake.layout import FOLDER

pytestmark = pytest.mark.usefixtures("centres", "home")
Intake = Callable[..., Result]
COUNTS = {"read", "kept", "refused", "repaired", "reasons"}


@pytest.fixture
def intake() -> Intake:
    def run(file: Path, *options: str, centre: str = "4401", dataset: str = "contacts") -> Result:
        arguments = ["intake", str(file), "--dataset", dataset, "--centre", centre, *options]
        return CliRunner().invoke(main, arguments)

    return run


def test_a_file_with_refused_rows_ends_well(intake: Intake, tmp_path: Path) -> None:
    content = [*rows(3), row(3, channel="pigeon", talk_seconds="x"), row(4, channel="pigeon")]
    done = intake(write(tmp_path / "a.csv", content), "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {name: answer[name] for name in COUNTS} == {
        "read": 5,
        "kept": 3,
        "refused": 2,
        "repaired": 0,
        "reasons": {"channel:code": 2, "talk_seconds:type": 1},
    }
    assert answer["duplicate"] is False
    assert answer["batch"].startswith("GZ-contacts-")


def test_the_same_file_again_answers_with_the_figures_of_the_first_time(
    intake: Intake, tmp_path: Path
) -> None:
    content = [*rows(3), row(3, channel="pigeon")]
    first = json.loads(intake(write(tmp_path / "a.csv", content), "--json").stdout)
    done = intake(write(tmp_path / "b.csv", content), "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {**first, "duplicate": True}


def test_period_and_sequence_name_the_batch(intake: Intake, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(2))
    done = intake(path, "--json", "--period", "1999-01", "--sequence", "3")
    assert json.loads(done.stdout)["batch"] == "GZ-contacts-1999-01-3"


def test_a_file_refused_whole_ends_with_1_and_says_why(intake: Intake, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("nonsense\n1\n")
    done = intake(tmp_path / "a.csv", "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert answer["error"]["code"] == "E-FILE-HEADER"
    assert (answer["read"], answer["kept"], answer["reasons"]) == (0, 0, {})


def test_a_layout_may_be_a_file_of_ones_own(intake: Intake, tmp_path: Path) -> None:
    document = json.loads((FOLDER / "contacts-1.0.json").read_text("utf-8"))
    layout = tmp_path / "semicolons.json"
    layout.write_text(json.dumps({**document, "name": "semicolons", "delimiter": ";"}), "utf-8")
    file = write(tmp_path / "a.csv", rows(2))
    file.write_text(file.read_text().replace(",", ";"))
    assert json.loads(intake(file, "--json", "--layout", str(layout)).stdout)["kept"] == 2


def test_without_json_it_is_for_reading(intake: Intake, tmp_path: Path) -> None:
    done = intake(write(tmp_path / "a.csv", [row(0), row(1, channel="pigeon")]))
    assert done.exit_code == 0
    words = done.stdout.split()
    assert words[words.index("kept") + 1] == "1"
    assert words[words.index("channel:code") + 1] == "1"


@pytest.mark.parametrize(
    ("options", "other"),
    [
        (["--period", "1999-01"], {}),
        (["--sequence", "1"], {}),
        (["--period", "a b", "--sequence", "1"], {}),
        (["--layout", "none-of-ours"], {}),
        (["--layout", "missing.json"], {}),
        ([], {"centre": "9999"}),
        ([], {"dataset": "weather"}),
    ],
)
def test_wrong_usage_ends_with_2_and_says_so_in_json_too(
    intake: Intake, tmp_path: Path, options: list[str], other: dict[str, str]
) -> None:
    done = intake(write(tmp_path / "a.csv", rows(1)), "--json", *options, **other)
    assert done.exit_code == 2
    error = json.loads(done.stdout)["error"]
    assert done.stderr == f"{error['code']}: {error['message']}\n"


def test_a_missing_file_is_wrong_usage(intake: Intake, tmp_path: Path) -> None:
    assert intake(tmp_path / "missing.csv").exit_code == 2
