"""A filed report is found again and opened exactly as it was, whatever happens to the data."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
import reports_data
from django.db import DatabaseError, transaction

from canton.accounts.choices import Role
from canton.audit.models import Entry
from canton.records.models import Load
from canton.reports import paper, services, sheet, tasks
from canton.reports.models import FiledFile, FiledReport, Order

pytestmark = pytest.mark.usefixtures("centres", "home")
ASKED = {"centre": "44", "from": "1999-01-01", "to": "1999-01-04"}
WITHDRAWN = datetime(2026, 11, 2, tzinfo=UTC)


def signed_in(client, staff):
    client.force_login(staff, backend="canton.accounts.backends.RoleBackend")
    return client


@pytest.fixture
def analyst(client, clerk, tmp_path, monkeypatch):
    """Statistics; making a PDF takes a second, and what is in it is proved elsewhere."""
    monkeypatch.setattr(paper, "pdf", lambda sheet, *, now, told: f"%PDF- {now} {sheet['title']}".encode())
    reports_data.january(tmp_path)
    return signed_in(client, clerk(Role.STATISTICS))


@pytest.fixture
def filed(analyst):
    """Traffic of the province, filed with a note."""
    analyst.post("/reports/traffic/file/", ASKED | {"by": "city", "note": "给厅里的一月报表"})
    return FiledReport.objects.get()


def test_it_opens_as_it_was_after_the_data_changed(analyst, filed):
    address = f"/reports/filed/{filed.pk}/"
    analyst.get(address)  # shows the toast
    page = analyst.get(address).content.decode()
    files = {form: analyst.get(f"{address}{form}/").content for form in ("pdf", "xlsx", "csv", "json")}
    Load.objects.update(withdrawn_at=WITHDRAWN)
    assert "没有数据" in analyst.get("/reports/traffic/", ASKED).content.decode()
    again = analyst.get(address).content.decode()
    inner = re.compile(r'<div class="sheet-head">.*', re.DOTALL)
    assert inner.search(again).group() == inner.search(page).group()
    assert "呼入人工量" in again
    assert "给厅里的一月报表" in again
    for form, content in files.items():
        assert analyst.get(f"{address}{form}/").content == content
        assert hashlib.sha256(content).hexdigest() == filed.files.get(form=form).sha256
    assert set(Entry.objects.filter(detail__filed=filed.pk.hex).values_list("action", flat=True)) == {
        "reports.file_report", "reports.view_filed", "reports.export_filed",
    }  # fmt: skip


def test_nobody_changes_it(analyst, filed):
    for change in (
        lambda: FiledReport.objects.update(note="other"),
        lambda: FiledReport.objects.update(note="other", removed_at=WITHDRAWN),
        lambda: FiledFile.objects.update(sha256="0" * 64),
        lambda: FiledFile.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            change()
    path = filed.files.get(form="csv").path
    assert path.stat().st_mode & 0o222 == 0
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    answer = analyst.get(f"/reports/filed/{filed.pk}/csv/")
    assert answer.status_code == 500
    assert "校验值不一致" in answer.content.decode()


def test_it_is_found_by_words_report_centre_day_and_person(analyst, filed):
    def found(**asked):
        return analyst.get("/reports/filed/", asked).context["page"].paginator.count

    who = filed.filed_by.number
    good = [
        {"q": "厅里"},
        {"q": "话务"},
        {"report": "traffic"},
        {"centre": "44"},
        {"who": who},
        {"day": "1999-01-02"},
    ]
    assert [found(**asked) for asked in good] == [1] * len(good)
    bad = [{"q": "二月"}, {"report": "quality"}, {"centre": "4401"}, {"who": "1"}, {"day": "1999-02-02"}]
    assert [found(**asked) for asked in bad] == [0] * len(bad)
    assert found(day="yesterday") == 1


def test_a_city_finds_only_its_own(client, filed, clerk, city):
    guangzhou = signed_in(client, clerk(Role.STATISTICS, centre=city))
    assert guangzhou.get("/reports/filed/").context["page"].paginator.count == 0
    assert guangzhou.get(f"/reports/filed/{filed.pk}/").status_code == 404
    assert guangzhou.get(f"/reports/filed/{filed.pk}/pdf/").status_code == 404
    assert guangzhou.post("/reports/traffic/file/", ASKED).status_code == 404
    assert FiledReport.objects.count() == 1


def test_who_may_not_file_does_not(client, filed, clerk):
    other = signed_in(client, clerk(Role.DEPARTMENT))
    assert other.post("/reports/traffic/file/", ASKED).status_code == 403
    assert other.get(f"/reports/filed/{filed.pk}/").status_code == 200
    assert other.get(f"/reports/filed/{filed.pk}/pdf/").status_code == 403


def test_a_range_without_data_is_not_filed(analyst):
    answer = analyst.post("/reports/traffic/file/", ASKED | {"from": "2001-01-01", "to": "2001-01-02"})
    assert answer.status_code == 400
    assert not FiledReport.objects.exists()


def test_a_long_report_is_made_whole_by_the_worker_and_found_among_the_filed(analyst, monkeypatch):
    asked = ASKED | {"by": "city"}
    monkeypatch.setattr(sheet, "AT_ONCE", 10)
    assert "后台制作" in analyst.get("/reports/traffic/", asked).content.decode()
    refused = analyst.get("/reports/traffic.pdf", asked)
    assert (refused.status_code, refused["Content-Type"]) == (409, "text/html; charset=utf-8")
    for _ in range(2):  # pressed twice, made once
        analyst.post("/reports/traffic/file/", asked | {"note": "长表"})
    order = Order.objects.get()
    listed = analyst.get("/reports/filed/").content.decode()
    assert "制作中" in listed and 'data-live="reports"' in listed
    assert not FiledReport.objects.exists()
    filed = tasks.make(str(order.pk)) or FiledReport.objects.get()
    order.refresh_from_db()
    assert (order.state, order.filed, filed.note) == ("done", filed, "长表")
    assert analyst.get(f"/reports/filed/{filed.pk}/pdf/").content.startswith(b"%PDF-")
    assert 'data-live="reports"' not in analyst.get("/reports/filed/").content.decode()
    tasks.make(str(order.pk))
    assert FiledReport.objects.count() == 1
    assert Entry.objects.filter(action="reports.order_report").count() == 1


def test_why_a_long_report_could_not_be_made_is_said_and_it_can_be_asked_again(analyst, monkeypatch):
    monkeypatch.setattr(sheet, "AT_ONCE", 10)
    analyst.post("/reports/traffic/file/", ASKED)
    Load.objects.update(withdrawn_at=WITHDRAWN)
    tasks.make(str(Order.objects.get().pk))
    assert "E-REPORT-EMPTY" in analyst.get("/reports/filed/").content.decode()
    Load.objects.update(withdrawn_at=None)
    analyst.post("/reports/traffic/file/", ASKED)
    assert [order.state for order in Order.objects.all()] == ["queued"]


def test_files_go_when_their_time_is_over(analyst, filed, settings, django_capture_on_commit_callbacks):
    assert (filed.keep_until - filed.filed_at.date()).days in (
        settings.CANTON_FILED_DAYS,
        settings.CANTON_FILED_DAYS + 1,
    )
    last = datetime.combine(filed.keep_until, datetime.min.time(), UTC) + timedelta(hours=1)
    assert services.sweep(now=last) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep(now=last + timedelta(days=1)) == 1
    assert not filed.folder.exists()
    assert analyst.get(f"/reports/filed/{filed.pk}/").status_code == 410
    assert analyst.get("/reports/filed/").context["page"].paginator.count == 1
    assert Entry.objects.filter(action="reports.remove_filed", actor="system").count() == 1
