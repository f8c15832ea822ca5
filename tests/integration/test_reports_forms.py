"""Every report opens, and its screen, CSV, JSON, XLSX and PDF say the same, compared or not."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import openpyxl
import pytest
import reports_data
from click.testing import CliRunner

from canton.accounts.choices import Role
from canton.exchange.models import Duty
from canton.intake import feeds
from canton.intake.choices import ReasonKind
from canton.intake.models import Batch, Reason
from canton.records.models import Original
from canton.reports import definition
from canton.reports.commands import report

pytestmark = pytest.mark.usefixtures("centres", "home")
ASKED = {"centre": "44", "from": "1999-01-03", "to": "1999-01-04"}
RECEIVED = datetime(1999, 1, 4, 4, tzinfo=UTC)  # noon in Guangdong


@pytest.fixture
def rows(tmp_path):
    return reports_data.january(tmp_path)


@pytest.fixture
def analyst(client, clerk, rows):
    client.force_login(clerk(Role.STATISTICS), backend="canton.accounts.backends.RoleBackend")
    return client


def batch(centre, number, **more):
    original = Original.objects.get_or_create(
        sha256=f"{number:064}",
        defaults={"bytes": 1, "name": "x", "centre_id": centre, "received_at": RECEIVED},
    )[0]
    told = {
        "number": f"X{number}-contacts", "centre_id": centre, "dataset": "contacts", "version": "1.0",
        "period": "1999-01-02", "sequence": number, "sha256": original.sha256, "original": original,
        "layout": "contacts", "route": "sftp", "sent_by": "test", "state": "loaded", "read": 10, "kept": 8,
        "refused": 2, "repaired": 1, "received_at": RECEIVED,
    }  # fmt: skip
    return Batch.objects.create(**told | more)


@pytest.fixture
def batches(db):
    """Two batches of Guangzhou, one of them late; one of Shenzhen that a correction replaced."""
    Duty.objects.create(dataset="contacts", after=1, at=time(6), grace_minutes=60, starts_on=date(1999, 1, 1))
    late = batch("4401", 1)
    Reason.objects.create(batch=late, kind=ReasonKind.REFUSE, code="number:pattern", rows=2)
    batch("4401", 2, period="1999-01-03", received_at=RECEIVED - timedelta(hours=8))
    better = batch("4403", 3, refused=0, kept=10)
    batch("4403", 4, sequence=3, replaced_by=better)


def test_batches_are_read_with_when_they_were_due(batches):
    table = feeds.batches(["4401", "4403"], date(1999, 1, 3), date(1999, 1, 4)).to_pylist()
    told = {row["batch"]: (row["due"], row["correction"], row["replaced"]) for row in table}
    assert told == {
        "X1-contacts": (datetime(1999, 1, 3, 7), False, False),  # noqa: DTZ001
        "X2-contacts": (datetime(1999, 1, 4, 7), False, False),  # noqa: DTZ001
        "X3-contacts": (None, True, False),
        "X4-contacts": (datetime(1999, 1, 3, 7), False, True),  # noqa: DTZ001
    }
    assert feeds.days(["4401", "4403"]) == (date(1999, 1, 4), date(1999, 1, 4))
    assert feeds.days(["4405"]) is None


def test_the_quality_of_batches_by_city(analyst, batches):
    told = json.loads(analyst.get("/reports/quality.json", ASKED).content)
    assert (told["batches"], told["rows_read"], told["rows_refused"], told["late"]) == (4, 30, 4, 2)
    assert told["refused_share"] == 4 / 30
    cities = {each["city"]: (each["batches"], each["rows_read"], each["late"]) for each in told["by"]["city"]}
    assert cities == {"4401": (2, 20, 1), "4403": (2, 10, 1)}
    assert [(each["reason"], each["reason_rows"]) for each in told["by"]["reason"]] == [
        ("refuse.contacts.number:pattern", 2)
    ]
    page = analyst.get("/reports/quality/rows/", ASKED | {"figure": "late"})
    assert page.context["page"].paginator.count == 2
    assert "/data/batches/X1-contacts/" in page.content.decode()


@pytest.mark.parametrize("name", definition.names())
def test_each_report_opens_in_every_breakdown(analyst, batches, name):
    listed = analyst.get("/reports/").content.decode()
    assert f'href="/reports/{name}/"' in listed
    for each in definition.load(name).breakdowns:
        if each.published:
            page = analyst.get(f"/reports/{name}/", ASKED | {"by": each.name, "compare": "both"})
            assert page.status_code == 200, each.name
    sorted_by = analyst.get(f"/reports/{name}/", ASKED | {"sort": definition.load(name).view.sort})
    assert sorted_by.status_code == 200
    assert analyst.get(f"/reports/{name}/rows/", ASKED).status_code == 200


def test_the_matrix_adds_up_and_leads_to_its_rows(analyst, rows):
    page = analyst.get("/reports/categories/", ASKED | {"by": "category_city"}).content.decode()
    counted = [row for row in rows if row["started"].day in (3, 4) and row["outcome"] != "void"]
    body = re.findall(r"<tr[^>]*>(.*?)</tr>", page[page.index("grid-x") :], re.DOTALL)[1:]
    lines = [[int(re.sub(r"<[^>]+>", "", cell) or 0) for cell in re.findall(r"<td[^>]*>(.*?)</td>", line)]
             for line in body[:4]]  # fmt: skip
    for city, code in enumerate(("4401", "4403")):
        assert (
            lines[-1][city]
            == sum(row["centre"] == code for row in counted)
            == sum(x[city] for x in lines[:-1])
        )
    assert lines[-1][-1] == len(counted)
    link, figure = re.search(
        r'<td class="n"><a href="([^"]+)">(\d+)</a>', page[page.index("grid-x") :]
    ).groups()
    assert analyst.get(unescape(link)).context["page"].paginator.count == int(figure)


def test_every_form_says_the_same_and_what_it_is_compared_with(analyst, rows):
    asked = ASKED | {"by": "city", "compare": "both"}
    told = json.loads(analyst.get("/reports/traffic.json", asked).content)
    before = [
        row for row in rows if row["started"].day in (1, 2) and row["outcome"] in ("answered", "abandoned")
    ]
    assert told["pop"]["offered"] == len(before)
    assert told["yoy"] is None
    lines = list(
        csv.DictReader(io.StringIO(analyst.get("/reports/traffic.csv", asked).content.decode("utf-8-sig")))
    )
    assert (lines[0]["offered"], lines[0]["offered_pop"]) == (str(told["offered"]), str(len(before)))
    assert lines[0]["offered_yoy"] == ""
    assert float(lines[0]["offered_pop_change"]) == told["pop"]["changes"]["offered"]
    book = openpyxl.load_workbook(
        io.BytesIO(analyst.get("/reports/traffic.xlsx", asked).content), read_only=True
    )
    about, total, *parts = [list(each.iter_rows(values_only=True)) for each in book.worksheets]
    cover = dict(about)
    assert about[0] == ("话务统计", "")
    assert (cover["中心"], cover["日期"], cover["定义"]) == ("广东", "1999-01-03 至 01-04", "1.0 版")
    assert {"周期", "制作时间", "数据截至", "范围"} <= set(cover)
    assert total[0][:3] == ("取值", "名称", "呼入人工量 次")
    assert total[1][2] == told["offered"]
    notes = sum(line["dimension"] == "note" for line in lines)
    assert sum(len(each) - 1 for each in (total, *parts)) == len(lines) - notes
    page = analyst.get("/reports/traffic/", asked).content.decode()
    assert "无法计算同比：上年同期（1998-01-03 至 01-04）没有数据。" in page
    made = analyst.get("/reports/traffic.pdf", asked)
    assert (made["Content-Type"], made.content[:5]) == ("application/pdf", b"%PDF-")
    days = ("--from", ASKED["from"], "--to", ASKED["to"], "--compare", "both")
    done = CliRunner().invoke(report, ["traffic", "--centre", "44", *days])
    assert json.loads(done.stdout_bytes) == told
    done = CliRunner().invoke(report, ["categories", *days, "--format", "pdf"])
    assert done.stdout_bytes.startswith(b"%PDF-")


def test_what_is_no_report_no_form_and_no_comparison(analyst):
    assert analyst.get("/reports/weather/").status_code == 404
    assert analyst.get("/reports/traffic.docx", ASKED).status_code == 404
    assert analyst.get("/reports/traffic/", ASKED | {"compare": "weather"}).status_code == 400
