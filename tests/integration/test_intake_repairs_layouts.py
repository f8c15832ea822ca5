"""Refused rows of a city's own file: the fault stands where it is, and what may be written there is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from test_intake_batches import handed_in
from test_intake_repairs import enter  # noqa: F401 - a fixture

from canton.intake import services
from canton.intake.layout import read_layout
from canton.intake.models import Batch, Repair
from canton.intake.repair import kinds

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FORM = "%d/%m/%Y %I:%M:%S %p"
HEADER = "Call,Caller,Arrived,Picked,Hung,Score"
GOOD = "10/11/2026 03:49:45 AM"
pytestmark = pytest.mark.usefixtures("centres", "home")


def at(column: str) -> dict[str, object]:
    return {"moment": [{"column": column}], "forms": [FORM]}


LAYOUT = {
    "name": "calls", "notes": {"zh": "", "en": ""}, "dataset": "contacts", "version": "1.0", "kind": "text",
    "encoding": "utf-8", "delimiter": ",", "quote": '"', "trim": True,
    "columns": [{"name": name} for name in HEADER.split(",")],
    "tables": {"satisfaction": {"codes": {"good": "5", "bad": "1"}}},
    "fields": {
        "contact_id": {"column": "Call"}, "centre": {"context": "centre"}, "channel": {"constant": "voice"},
        "number": {"column": "Caller"}, "roaming": {"constant": "none"}, "language": {"constant": "zh"},
        "started": at("Arrived"), "ended": at("Hung"),
        "answered": {"when": [[{"filled": {"column": "Picked"}}, at("Picked")]], "else": {"empty": "moment"}},
        "wait_seconds": {"seconds_between": [at("Arrived"), at("Picked")]},
        "talk_seconds": {"seconds_between": [at("Picked"), at("Hung")]},
        "hold_seconds": {"constant": 0}, "wrap_seconds": {"constant": 0}, "outcome": {"constant": "answered"},
        "satisfaction": {"codes": "satisfaction", "of": {"column": "Score"}},
    },
}  # fmt: skip


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """A sound call; one without arrival, one without answer, one with an odd mark and no number."""
    lines = [
        f"C1,13800138000,{GOOD},{GOOD},{GOOD},good",
        f"C2,13800138000,,{GOOD},{GOOD},",
        f"C3,13800138000,{GOOD},,{GOOD},",
        f"C4,unknown,{GOOD},{GOOD},{GOOD},very good",
    ]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    found = handed_in(path, layout=read_layout(LAYOUT)).batch
    services.run(found.number, clock=lambda: NOW)
    found.refresh_from_db()
    return found


def test_a_fault_stands_at_its_own_column_and_what_may_be_written_is_said(
    batch: Batch,
    enter: Callable[..., Client],  # noqa: F811
) -> None:
    assert (batch.read, batch.kept, batch.refused) == (4, 1, 3)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    told = {
        row.line: [(fault.title, fault.value, fault.why, fault.proposal) for fault in row.faults]
        for row in browser.get(page).context["rows"]
    }
    assert told[3] == [  # nothing is against the answer, and no value is proposed for what is worked out
        ("Arrived", "", "Started: missing", None),
        ("Arrived", "", "missing; so “Wait (s)” cannot be worked out", None),
    ]
    assert {each[:2] for each in told[4]} == {("Picked", "")}
    assert "missing; so “Talk (s)” cannot be worked out" in [each[2] for each in told[4]]
    assert [(title, value) for title, value, _, _ in told[5]] == [
        ("Caller", "unknown"),
        ("Score", "very good"),
    ]

    opened = browser.get(f"{page}3/")
    assert [line.name for line in opened.context["wrong"]] == ["Arrived"]
    assert opened.text.count('aria-invalid="true"') == 1
    assert "written as 15/11/2026 01:11:02 PM" in opened.text
    fields = {"seen": "0", "f2": "2026-11-10 03:49:40", "action": "save"}
    assert "the row keeps its format" in browser.post(f"{page}3/check/", fields).text
    assert browser.post(f"{page}3/", fields).status_code == 302
    assert Repair.objects.get().new == "10/11/2026 03:49:40 AM"

    score = next(each for each in kinds.kinds_of(batch) if each.column == "Score")
    asked = browser.get(f"{page}kinds/?reason={score.reason}").context
    assert {*asked["options"][:2]} == {("good", "5"), ("bad", "1")}
    [line] = [line for line in browser.get(f"{page}5/").context["wrong"] if line.name == "Score"]
    assert line.options == asked["options"]
