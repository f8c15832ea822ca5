"""A batch whose process is killed in every step, at any moment, ends as if it had never been."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
from contact_files import row, rows, write
from test_intake_batches import handed_in

from canton.intake.choices import Step
from canton.intake.models import Agent, Batch
from canton.intake.repair.refused import RefusedRows
from canton.records import selectors as records
from canton.records.models import Load

STEPS = (Step.CHECK, Step.CLASSIFY, Step.SORT, Step.LOAD, Step.RECEIPT)
MOMENTS = [f"{step}:{when}" for step in STEPS for when in ("begun", "written", "done")]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("centres", "home")]


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Batch, list[dict[str, object]]]:
    """A batch of 40 good rows and 2 bad ones, run by children that die; and what was seen after each."""
    content = [*rows(40), row(40, channel="pigeon"), row(41, outcome="vanished")]
    batch = handed_in(write(tmp_path / "a.csv", content), period="1999-01", sequence=1).batch
    report = tmp_path / "report.jsonl"
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("mortal.py")), batch.number, str(report), *MOMENTS],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "canton.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    batch.refresh_from_db()
    return batch, [json.loads(line) for line in report.read_text().splitlines()]


def test_killed_at_every_moment_it_is_loaded_once_and_whole(
    killed: tuple[Batch, list[dict[str, object]]], home: Path
) -> None:
    batch, seen = killed
    assert [each["moment"] for each in seen] == [*MOMENTS, ""]
    assert [each["ended"] for each in seen] == [-9] * len(MOMENTS) + [0]
    committed = MOMENTS.index("load:done")
    assert [each["visible"] for each in seen] == [0] * committed + [40] * (len(seen) - committed)

    assert (batch.state, batch.read, batch.kept, batch.refused) == ("loaded", 42, 40, 2)
    assert [step.state for step in batch.steps.all()] == ["done"] * 6
    assert [each.line for each in RefusedRows(batch)] == [42, 43]
    assert Load.objects.count() == 1
    assert Agent.objects.count() == 1
    assert not (home / "work" / batch.number).exists()

    files = records.files("contacts", centres=["4401"], start=date(1999, 1, 1), end=date(1999, 2, 1))
    names = [str(file) for file in files]
    [found] = duckdb.execute(
        "select count(*), count(distinct contact_id), min(line), max(line) from read_parquet(?)", [names]
    ).fetchall()
    assert found == (40, 40, 2, 41)
