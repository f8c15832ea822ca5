"""`canton query`: only the answer on standard output, 2 for a wrong question, files by --out."""

import csv
import io
import json

import openpyxl
import pyarrow.parquet as pq
import pytest
import reports_data
from click.testing import CliRunner

from canton.audit.models import Entry
from canton.cli import main

pytestmark = pytest.mark.usefixtures("centres", "home")


@pytest.fixture
def ask(tmp_path, monkeypatch):
    from contextlib import nullcontext

    from canton.kernel import bootstrap

    monkeypatch.setattr(bootstrap, "ready", nullcontext)
    rows = reports_data.january(tmp_path)

    def run(*arguments, **options):
        answer = CliRunner().invoke(main, ["query", *arguments], **options)
        assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.output
        return answer

    run.rows = rows
    return run


def test_flags_a_document_and_every_form_agree(ask, tmp_path):
    flags = ["--dataset", "contacts", "--where", "outcome=answered", "--where", "started>=1999-01-02",
             "--where", "wait_seconds:between:2,12",
             "--columns", "contact_id,number,centre,started"]  # fmt: skip
    expected = [
        row for row in ask.rows
        if row["outcome"] == "answered" and row["started"].day >= 2 and 2 <= row["wait_seconds"] <= 12
    ]  # fmt: skip
    assert ask(*flags, "--count").stdout == f"{len(expected)}\n"
    sheet = list(csv.DictReader(io.StringIO(ask(*flags).stdout.lstrip("\ufeff"))))
    told = json.loads(ask(*flags, "--format", "json").stdout)
    assert sheet == told
    assert len(told) == len(expected)
    assert {row["number"][3:7] for row in told} == {"****"}
    document = {"dataset": "contacts", "where": {"all": [
        {"column": "outcome", "is": "equals", "value": ["answered"]},
        {"column": "started", "is": "since", "value": ["1999-01-02"]}]}}  # fmt: skip
    piped = ask("--query", "-", "--where", "wait_seconds:between:2,12", "--count", input=json.dumps(document))
    assert piped.stdout == f"{len(expected)}\n"
    for form in ("xlsx", "parquet"):
        out = tmp_path / f"rows.{form}"
        assert ask(*flags, "--format", form, "--out", str(out)).stdout == ""
        held = (
            openpyxl.load_workbook(out, read_only=True).active.max_row - 1
            if form == "xlsx" else pq.read_metadata(out).num_rows
        )  # fmt: skip
        assert held == len(expected)
    totals = ask("--dataset", "contacts", "--by", "centre", "--figures", "count", "--format", "json").stdout
    assert {line["centre"]: line["count"] for line in json.loads(totals)} == {"4401": 60, "4403": 60}


def test_full_numbers_are_in_the_trail_with_their_reason(ask):
    answer = ask("--dataset", "contacts", "--where", "number=13812340000", "--columns", "number",
                 "--format", "json", "--unmask", "complaint 17")  # fmt: skip
    assert {row["number"] for row in json.loads(answer.stdout)} == {"13812340000"}
    entry = Entry.objects.get(action="queries.run_query")
    assert (entry.actor, entry.detail["reason"]) == ("cli", "complaint 17")
    assert "13812340000" not in json.dumps(entry.detail)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--dataset", "weather"], "E-QUERY-DATASET"),
        (["--dataset", "contacts", "--where", "mood=x"], "E-QUERY-COLUMN"),
        (["--dataset", "contacts", "--where", "wait_seconds=soon"], "E-QUERY-VALUE"),
        (["--dataset", "contacts", "--where", "outcome:resembles:x"], "E-QUERY-OPERATOR"),
        (["--dataset", "contacts", "--where", "number^138"], "E-QUERY-NUMBER"),
        (["--dataset", "contacts", "--where", "what?"], "E-QUERY-SHAPE"),
        (["--dataset", "contacts"], "E-QUERY-EVERYTHING"),
        (["--where", "outcome=answered"], "E-QUERY-SHAPE"),
        (["--query", "-"], "E-QUERY-SHAPE"),
        (["--dataset", "contacts", "--format", "xlsx"], "--out"),
    ],
)
def test_a_wrong_question_ends_with_2_and_says_why(ask, arguments, says, settings):
    settings.CANTON_QUERY_ROWS = 10
    answer = ask(*arguments, input="{")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert says in answer.stderr
