"""Screen, CSV, JSON and command show the same figures, each with its definition; files go into the trail."""

import csv
import io
import json
import re
from datetime import date

import pytest
import reports_data
from click.testing import CliRunner
from django.utils import translation

from canton.accounts.choices import Role
from canton.audit.models import Entry
from canton.reports.commands import report

pytestmark = pytest.mark.usefixtures("centres", "home")
ASKED = {"centre": "44", "from": "1999-01-01", "to": "1999-01-04"}


@pytest.fixture
def rows(tmp_path):
    return reports_data.january(tmp_path)


@pytest.fixture
def analyst(client, clerk, rows):
    client.force_login(clerk(Role.STATISTICS), backend="canton.accounts.backends.RoleBackend")
    return client


def command(*arguments):
    """What `canton report traffic` answers: (exit code, standard output)."""
    done = CliRunner().invoke(report, ["traffic", *arguments])
    return done.exit_code, done.stdout_bytes.decode()


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def by_hand(rows):
    offered = [row for row in rows if row["outcome"] in ("answered", "abandoned")]
    answered = [row for row in offered if row["outcome"] == "answered"]
    return len(offered), len(answered), sum(row["wait_seconds"] <= 15 for row in answered)


def test_all_four_show_the_figures_counted_by_hand(analyst, rows):
    offered, answered, within = by_hand(rows)
    told = json.loads(body(analyst.get("/reports/traffic.json", ASKED)))
    assert (told["offered"], told["answered"], told["answered_within_15s"]) == (offered, answered, within)
    assert told["service_level"] == within / offered

    code, printed = command("--centre", "44", "--from", ASKED["from"], "--to", ASKED["to"])
    assert code == 0
    assert json.loads(printed) == told

    sheet = body(analyst.get("/reports/traffic.csv", ASKED))
    assert sheet.startswith(b"\xef\xbb\xbf")
    code, printed = command("--centre", "44", "--from", ASKED["from"], "--to", ASKED["to"], "--format", "csv")
    assert (code, printed.encode()) == (0, sheet)
    lines = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))
    assert float(lines[0]["service_level"]) == told["service_level"]
    for name in ("hour", "day", "city", "category", "agent"):
        from_csv = [line for line in lines if line["dimension"] == name]
        assert [line["offered"] for line in from_csv] == [str(each["offered"]) for each in told["by"][name]]
        assert sum(each["offered"] for each in told["by"][name]) == offered

    page = analyst.get("/reports/traffic/", ASKED).content.decode()
    shown = re.findall(r'<span class="value">(?:<a[^>]*>)?([^<]+)', page)
    assert shown[0] == f"{offered:,}"
    assert shown[2] == f"{within / offered * 100:.1f}"


def test_a_file_is_the_same_in_whatever_language_the_command_runs(rows):
    asked = ("--from", ASKED["from"], "--to", ASKED["to"])
    for form in ("json", "csv"):
        with translation.override("en"):
            english = command(*asked, "--format", form)
        assert english == command(*asked, "--format", form)
        assert "广州" in english[1]


def test_breakdowns_name_their_lines(analyst):
    by = json.loads(body(analyst.get("/reports/traffic.json", ASKED)))["by"]
    assert [each["hour"] for each in by["hour"]] == list(range(24))
    assert [each["day"] for each in by["day"]] == [f"1999-01-0{day}" for day in range(1, 5)]
    assert [(each["city"], each["name"]) for each in by["city"]] == [("4401", "广州"), ("4403", "深圳")]
    assert {each["agent"] for each in by["agent"] if each["city"] == "4403"} == {"ANNA", "BEN", None}
    assert ("0101", "弱覆盖") in [(each["category"], each["name"]) for each in by["category"]]
    assert [each["channel"] for each in by["channel"]]
    sheet = analyst.get("/reports/traffic/", ASKED | {"by": "channel"}).content.decode()
    assert "语音" in sheet


def test_every_figure_prints_its_definition_on_screen_and_in_both_files(analyst):
    page = analyst.get("/reports/traffic/", ASKED).content.decode()
    told = json.loads(body(analyst.get("/reports/traffic.json", ASKED)))
    sheet = body(analyst.get("/reports/traffic.csv", ASKED)).decode("utf-8-sig")
    assert told["population"]["zh"] in page
    assert told["population"]["zh"] in sheet
    assert told["definition"]["short_abandon"]["zh"] in page
    assert told["definition"]["short_abandon"]["zh"] in sheet
    for name, figure in told["definition"]["figures"].items():
        for part in (figure["numerator"], figure["denominator"], figure["source"]):
            if part:
                assert part["zh"] in page, name
                assert part["zh"] in sheet, name


def test_what_is_missing_is_named(analyst):
    told = json.loads(body(analyst.get("/reports/traffic.json", ASKED)))
    assert len(told["missing"]) == 19
    assert "4401" not in [gap["city"] for gap in told["missing"]]
    assert "数据不全" in analyst.get("/reports/traffic/", ASKED).content.decode()
    assert told["data_as_of"].startswith("2026-11-01T10:10")


def test_a_range_without_data_says_so_and_makes_up_no_zero(analyst):
    page = analyst.get("/reports/traffic/", {"from": "2001-01-01", "to": "2001-01-31"}).content.decode()
    assert "广东" in page
    assert 'class="tiles"' not in page
    code, printed = command("--from", "2001-01-01", "--to", "2001-01-31")
    told = json.loads(printed)
    assert (code, told["offered"], told["service_level"], told["data_as_of"]) == (0, None, None, None)


def test_a_month_to_date_is_compared_with_as_many_days(analyst):
    """January has data up to the 4th: compared with the four days before, where there are none."""
    response = analyst.get("/reports/traffic/", {"from": "1999-01-01", "to": "1999-01-31"})
    assert response.context["screen"].against.previous is None
    response = analyst.get("/reports/traffic/", {"from": "1999-01-03", "to": "1999-01-04"})
    before = response.context["screen"].against.previous
    assert (before.question.start, before.question.end) == (date(1999, 1, 1), date(1999, 1, 2))


def test_every_export_is_in_the_trail(analyst):
    body(analyst.get("/reports/traffic.csv", ASKED))
    body(analyst.get("/reports/traffic.json", ASKED))
    made = Entry.objects.filter(action="reports.export_report")
    assert sorted(entry.detail["format"] for entry in made) == ["csv", "json"]
    assert {(entry.target, entry.detail["start"]) for entry in made} == {("traffic 44", "1999-01-01")}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--centre", "9999", "--from", "1999-01-01", "--to", "1999-01-31"),
        ("--from", "1999-13-01", "--to", "1999-01-31"),
        ("--from", "1999-02-01", "--to", "1999-01-31"),
        ("--from", "1999-01-01"),
        ("--from", "1999-01-01", "--to", "1999-01-31", "--format", "docx"),
    ],
)
def test_the_command_ends_with_two_when_it_is_asked_wrongly(arguments):
    assert command(*arguments) == (2, "")


def test_an_unknown_report_ends_the_command_with_two():
    done = CliRunner().invoke(report, ["weather", "--from", "1999-01-01", "--to", "1999-01-31"])
    assert (done.exit_code, done.stdout) == (2, "")


def test_the_command_writes_to_a_file_and_says_nothing(rows, tmp_path):
    target = tmp_path / "january.json"
    code, printed = command("--from", "1999-01-01", "--to", "1999-01-31", "--out", str(target))
    assert (code, printed) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["offered"] == by_hand(rows)[0]
