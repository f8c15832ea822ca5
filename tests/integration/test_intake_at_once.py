"""Several hands at once: one batch stays one batch, and no contact is loaded twice."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
from contact_files import rows, write

from canton.intake.models import Batch
from canton.records import selectors as records
from canton.records.models import Load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("centres", "home")]


def at_once(files: list[Path]) -> list[dict[str, object]]:
    """The answers of as many commands, all started before any ends."""
    command = [
        sys.executable,
        "-m",
        "canton.cli",
        "intake",
        "--dataset",
        "contacts",
        "--centre",
        "4401",
        "--json",
    ]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "canton.settings"}
    running = [
        subprocess.Popen(
            [*command, str(file)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for file in files
    ]
    ended = [(process, *process.communicate(timeout=300)) for process in running]
    assert [process.returncode for process, _, _ in ended] == [0] * len(files), [said for _, _, said in ended]
    return [json.loads(out) for _, out, _ in ended]


def loaded() -> tuple[int, int]:
    """Rows a reader finds, and different contacts among them."""
    files = records.files("contacts", centres=["4401"], start=date(1999, 1, 1), end=date(1999, 12, 31))
    names = [str(file) for file in files]
    query = "select count(*), count(distinct contact_id) from read_parquet(?)"
    [found] = duckdb.execute(query, [names]).fetchall()
    return int(found[0]), int(found[1])


def test_the_same_file_from_two_commands_is_one_batch(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(50))
    answers = at_once([path, path])
    assert sorted(answer["duplicate"] for answer in answers) == [False, True]
    assert {answer["kept"] for answer in answers} == {50}
    assert Batch.objects.count() == Load.objects.count() == 1
    assert loaded() == (50, 50)


def test_two_files_with_the_same_contacts_load_each_of_them_once(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.csv", rows(50)), write(tmp_path / "b.csv", rows(50, first=30))
    answers = at_once([first, second])
    assert sorted(answer["kept"] for answer in answers) == [30, 50]
    assert sorted(answer["refused"] for answer in answers) == [0, 20]
    assert loaded() == (80, 80)
