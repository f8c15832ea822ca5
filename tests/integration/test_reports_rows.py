"""Every figure drills to its very rows: as many as it counts, numbers masked, each with its original line."""

import csv
import io
import json
import re
from html import unescape

import pytest
import reports_data

from canton.accounts.choices import Role
from canton.audit.models import Entry

pytestmark = pytest.mark.usefixtures("centres", "home")
ASKED = {"centre": "44", "from": "1999-01-01", "to": "1999-01-04"}
ROWS = "/reports/traffic/rows/"


@pytest.fixture
def rows(tmp_path):
    return reports_data.january(tmp_path)


@pytest.fixture
def analyst(client, clerk, rows):
    client.force_login(clerk(Role.STATISTICS), backend="canton.accounts.backends.RoleBackend")
    return client


def found(client, **asked):
    return client.get(ROWS, ASKED | asked).context["page"].paginator.count


COUNTED_BY = {"service_level": "offered", "abandonment": "offered", "asa_s": "answered", "aht_s": "answered"}


@pytest.mark.parametrize(
    "figure",
    [
        "offered",
        "answered",
        "abandoned",
        "answered_within_15s",
        "short_abandoned",
        "ivr",
        "void",
        *COUNTED_BY,
    ],
)
def test_there_are_as_many_rows_as_the_figure_counts(analyst, figure):
    told = json.loads(analyst.get("/reports/traffic.json", ASKED).content)
    column = COUNTED_BY.get(figure, figure)
    assert found(analyst, figure=figure) == told[column]
    for name, at in (("hour", 7), ("day", 1), ("city", 1), ("category", -1)):  # the last category is none
        line = told["by"][name][at]
        assert found(analyst, figure=figure, dimension=name, value=line[name] or "") == line[column]
    for line in told["by"]["agent"][:3]:
        value = [line["city"], line["agent"] or ""]
        assert found(analyst, figure=figure, dimension="agent", value=value) == line[column]


def test_every_link_of_the_report_leads_to_as_many_rows_as_it_says(analyst):
    for by in ("city", "agent", "category"):
        page = analyst.get("/reports/traffic/", ASKED | {"by": by}).content.decode()
        links = re.findall(
            r'<td class="n"><a href="(/reports/traffic/rows/[^"]*figure=offered[^"]*)">([\d,]+)</a>', page
        )
        assert links
        for address, figure in links:
            count = analyst.get(unescape(address)).context["page"].paginator.count
            assert count == int(figure.replace(",", ""))


def test_numbers_are_masked_before_they_leave_the_server(analyst, rows):
    page = analyst.get(ROWS, ASKED | {"figure": "offered"}).content.decode()
    sheet = b"".join(
        analyst.get("/reports/traffic/rows.csv", ASKED | {"figure": "offered"}).streaming_content
    ).decode()
    assert "138****0000" in page
    assert "138****0000" in sheet
    for row in rows:
        assert row["number"] not in page
        assert row["number"] not in sheet


def test_a_row_leads_to_its_line_in_the_original_file(analyst):
    page = analyst.get(ROWS, ASKED | {"centre": "4403", "figure": "abandoned", "sort": "started"})
    assert "/data/originals/SZ-contacts-test/4/" in page.content.decode()


def test_rows_are_sorted_and_paged_without_loss(analyst):
    seen = []
    for number in (1, 2, 3, 4):
        page = analyst.get(ROWS, ASKED | {"figure": "offered", "sort": "-wait_seconds", "page": number})
        seen += [(row.batch, row.line) for row in page.context["rows"]]
        if not page.context["page"].has_next():
            break
    assert len(seen) == len(set(seen)) == found(analyst, figure="offered")
    first = analyst.get(ROWS, ASKED | {"figure": "offered", "sort": "-wait_seconds"}).context["rows"][0]
    assert ("22", True) in first.cells


def test_the_file_of_rows_is_complete_and_says_what_the_screen_says(analyst):
    response = analyst.get("/reports/traffic/rows.csv", ASKED | {"figure": "answered"})
    sheet = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(sheet)))
    assert len(lines) - 1 == found(analyst, figure="answered")
    assert {line[6] for line in lines[1:]} == {"接通"}
    assert {line[2] for line in lines[1:]} == {"广州", "深圳"}


def test_looking_at_rows_and_taking_them_away_is_in_the_trail(analyst):
    narrowed = ASKED | {"figure": "offered", "dimension": "city", "value": "4403"}
    analyst.get(ROWS, narrowed)
    b"".join(analyst.get("/reports/traffic/rows.csv", narrowed).streaming_content)
    looked = Entry.objects.get(action="reports.view_rows")
    took = Entry.objects.get(action="reports.export_rows")
    assert (looked.target, looked.detail["figure"], looked.detail["value"]) == (
        "traffic 44",
        "offered",
        "4403",
    )
    assert took.detail["rows"] == found(analyst, figure="offered", dimension="city", value="4403")


@pytest.mark.parametrize(
    "asked",
    [
        {"figure": "nonsense"},
        {"figure": "offered", "dimension": "weather", "value": "rain"},
        {"figure": "offered", "dimension": "hour", "value": "noon"},
        {"figure": "offered", "dimension": "agent", "value": "ANNA"},
        {"figure": "offered", "dimension": "day", "value": "1999-02-31"},
    ],
)
def test_what_the_report_does_not_have_is_refused_by_name(analyst, asked):
    assert analyst.get(ROWS, ASKED | asked).status_code == 400


def test_a_value_is_never_read_as_sql(analyst):
    assert found(analyst, figure="offered", dimension="category", value="0101' or '1'='1") == 0
    assert found(analyst, figure="offered", sort="started; drop view contacts") == found(
        analyst, figure="offered"
    )
