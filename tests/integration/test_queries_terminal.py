"""The query terminal: built, tried, run by the worker, taken away; within one's centres, numbers masked."""

import csv
import io
from datetime import timedelta
from urllib.parse import quote

import duckdb
import openpyxl
import pytest
import reports_data
from django.utils import timezone, translation

from canton.accounts.choices import Role
from canton.audit.models import Entry
from canton.queries import services, tasks
from canton.queries.models import ResultFile, Run, SavedQuery

pytestmark = pytest.mark.usefixtures("centres", "home")
BUILD = "/queries/build/"
ANSWERED = {
    "dataset": "contacts", "g-kind": "all", "c0-column": "outcome", "c0-is": "equals", "c0-value": "answered",
    "columns": ["started", "number", "centre", "agent"],
}  # fmt: skip
ENDLESS = """select count(*) from range(1000000) a, range(1000000) b
             where a.range * b.range = 3 and $p0 = 'answered'"""
BACKEND = "canton.accounts.backends.RoleBackend"


@pytest.fixture
def rows(tmp_path):
    return reports_data.january(tmp_path)


@pytest.fixture
def enter(client, clerk, rows):
    """Signs somebody in: enter("queries", centre=city) -> (client, staff)."""

    def come(role=Role.QUERIES, **where):
        staff = clerk(role, **where)
        client.force_login(staff, backend=BACKEND)
        return client, staff

    return come


def press(client, act, **fields):
    return client.post(BUILD, ANSWERED | fields | {"act": act})


def ran(client, **fields):
    """The run after it was asked for and the worker ran it."""
    answer = press(client, "run", **fields)
    assert answer.status_code == 302, answer.context["error"]
    found = Run.objects.order_by("-asked_at").first()
    assert answer["Location"] == f"/queries/runs/{found.pk}/"
    tasks.run(str(found.pk))
    found.refresh_from_db()
    return found


def exported(client, run, form):
    client.post(f"/queries/runs/{run.pk}/export/", {"form": form})
    file = run.files.get(form=form)
    tasks.export(str(file.pk))
    answer = client.get(f"/queries/files/{file.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert quote(file.filename) in answer.headers["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    for close in answer._resource_closers:  # closing the answer itself would close the database as well
        close()
    return content


def test_a_query_is_tried_run_paged_and_leads_to_the_original_line(enter, rows):
    client, staff = enter()
    tried = press(client, "preview").content.decode()
    answered = [row for row in rows if row["outcome"] == "answered"]
    with translation.override("en"):
        assert "138****0000" in tried
        assert f"{len(answered)} " in tried
    run = ran(client)
    assert (run.state, run.rows, run.progress) == ("done", len(answered), 100)
    seen = []
    for number in (1, 2, 3):
        page = client.get(f"/queries/runs/{run.pk}/", {"page": number, "sort": "-number"})
        seen += [place for _, place in page.context["rows"]]
        if not page.context["page"].has_next():
            break
    assert len(seen) == len(set(seen)) == len(answered)
    assert (
        f"/queries/line/{seen[0][0]}/{seen[0][1]}/" in client.get(f"/queries/runs/{run.pk}/").content.decode()
    )
    for row in rows:
        assert row["number"] not in page.content.decode() + tried
    assert not any(row["number"].encode() in run.path.read_bytes() for row in rows)
    assert Entry.objects.filter(actor=staff.number, action="queries.run_query").count() == 1
    assert client.get("/queries/history/").status_code == client.get("/queries/").status_code == 200


def test_files_say_what_the_screen_says_and_only_their_owner_takes_them(enter, clerk, client, rows):
    mine, _staff = enter()
    run = ran(mine)
    sheet = list(csv.reader(io.StringIO(exported(mine, run, "csv").decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(exported(mine, run, "xlsx")), read_only=True)
    about, held = ([list(row) for row in each.iter_rows(values_only=True)] for each in book.worksheets)
    assert book.sheetnames == ["说明", "客户接触记录"]
    assert ["条件", "结果 等于 接通"] in about
    assert ["行数", str(run.rows)] in about
    assert len(sheet) == len(held) == run.rows + 1
    assert [[str(cell) if cell is not None else "" for cell in row] for row in held] == sheet
    assert {row[2] for row in sheet[1:]} == {"广州", "深圳"}
    assert all("****" in row[1] for row in sheet[1:])
    exported(mine, run, "parquet")
    parquet = run.files.get(form="parquet")
    with duckdb.connect() as engine:
        counted = engine.execute(f"select count(*), min(line) from '{parquet.path}'").fetchall()
    assert counted == [(run.rows, 2)]
    assert Entry.objects.filter(action="queries.take_file").count() == 3
    client.force_login(clerk(Role.QUERIES), backend=BACKEND)
    assert client.get(f"/queries/files/{parquet.pk}/").status_code == 404
    assert client.get(f"/queries/runs/{run.pk}/").status_code == 404
    for verb in ("cancel", "again", "export"):
        assert client.post(f"/queries/runs/{run.pk}/{verb}/", {"form": "csv"}).status_code == 404


def test_a_shared_query_gives_a_narrower_scope_only_its_own_rows(enter, city, client, rows):
    province, _maker = enter(Role.QUERIES)
    press(province, "save", name="Answered")
    saved = SavedQuery.objects.get()
    province.post(f"/queries/saved/{saved.pk}/share/", {"centre": "44", "people": ""})
    narrow, guest = enter(Role.QUERIES, centre=city, number="4401999")
    page = narrow.get(f"/queries/saved/{saved.pk}/")
    assert page.context["narrower"]
    assert not page.context["mine"]
    run = ran(narrow)
    expected = [row for row in rows if row["outcome"] == "answered" and row["centre"] == "4401"]
    assert run.rows == len(expected)
    everything = ran(narrow, **{"c0-column": "centre", "c0-is": "one_of", "c0-value": ["4401", "4403"]})
    assert everything.rows == sum(row["centre"] == "4401" for row in rows)
    for verb in ("share", "delete"):
        assert narrow.post(f"/queries/saved/{saved.pk}/{verb}/", {"people": guest.number}).status_code == 404
    assert SavedQuery.objects.filter(pk=saved.pk).exists()


def test_a_saved_summary_is_run_at_one_press_and_ends_with_its_total(enter, rows, settings):
    client, _staff = enter()
    summary = {"by": ["centre"], "function": ["count", "avg"], "of": ["", "talk_seconds"], "columns": []}
    press(client, "save", name="By city", **summary)
    saved = SavedQuery.objects.get()
    assert f"/queries/saved/{saved.pk}/run/" in client.get(f"/queries/saved/{saved.pk}/").content.decode()
    asked = client.post(f"/queries/saved/{saved.pk}/run/")
    run = Run.objects.get()
    assert asked["Location"] == f"/queries/runs/{run.pk}/"
    assert (run.saved, run.name) == (saved, "By city")
    tasks.run(str(run.pk))
    page = client.get(f"/queries/runs/{run.pk}/")
    talked = [row["talk_seconds"] for row in rows if row["outcome"] == "answered"]
    assert [text for text, _right in page.context["total"][1:]] == [
        f"{len(talked):,}", f"{sum(talked) / len(talked):,.2f}",
    ]  # fmt: skip
    press(client, "save", name="Many")
    settings.CANTON_QUERY_ROWS = 20
    many = client.post(f"/queries/saved/{SavedQuery.objects.get(name='Many').pk}/run/")
    assert (many.status_code, many.context["code"]) == (422, "E-QUERY-MANY")
    assert "consent" in many.content.decode()


def test_sharing_names_people_and_a_stranger_sees_nothing(enter, clerk, client, city):
    mine, owner = enter()
    press(mine, "save", name="Answered")
    saved = SavedQuery.objects.get()
    friend, stranger = clerk(Role.QUERIES, centre=city), clerk(Role.QUERIES)
    wrong = mine.post(f"/queries/saved/{saved.pk}/share/", {"people": "9999999"})
    assert wrong.status_code == 422
    mine.post(f"/queries/saved/{saved.pk}/share/", {"people": f"{friend.number}, {owner.number}"})
    client.force_login(friend, backend=BACKEND)
    assert client.get(f"/queries/build/?query={saved.pk}").status_code == 200
    client.force_login(stranger, backend=BACKEND)
    assert client.get(f"/queries/saved/{saved.pk}/").status_code == 404
    client.force_login(owner, backend=BACKEND)
    client.post(f"/queries/saved/{saved.pk}/delete/")
    assert not SavedQuery.objects.exists()


def test_full_numbers_need_permission_and_a_reason_and_are_kept_in_the_trail(enter, rows):
    client, staff = enter(Role.STATISTICS)
    assert press(client, "run", reason="complaint 17 of 1999").context["code"] == "E-QUERY-UNMASK"
    client, staff = enter(Role.QUERIES)
    assert press(client, "run", reason="x").context["code"] == "E-QUERY-REASON"
    run = ran(client, reason="complaint 17 of 1999")
    page = client.get(f"/queries/runs/{run.pk}/").content.decode()
    assert rows[0]["number"] in page
    entry = Entry.objects.get(action="queries.show_numbers")
    assert (entry.actor, entry.detail["reason"]) == (staff.number, "complaint 17 of 1999")
    client.post(f"/queries/runs/{run.pk}/again/")
    assert not Run.objects.order_by("-asked_at").first().unmasked


def test_a_number_asked_for_is_masked_in_the_trail(enter):
    client, _staff = enter()
    asked = {"c0-column": "number", "c0-is": "one_of", "c0-value": "13812340000, 13812340001"}
    assert ran(client, **asked).rows == 4
    assert Entry.objects.get(action="queries.run_query").detail["document"]["where"]["all"][0]["value"] == [
        "138****0000",
        "138****0001",
    ]


def test_everything_is_given_only_to_those_who_say_so(enter, settings, rows):
    client, _staff = enter()
    settings.CANTON_QUERY_ROWS = 20
    everything = {"c0-column": "", "c0-value": ""}
    asked = press(client, "run", **everything)
    assert (asked.status_code, asked.context["code"]) == (422, "E-QUERY-EVERYTHING")
    assert press(client, "run").context["code"] == "E-QUERY-MANY"
    assert not Run.objects.exists()
    assert ran(client, **everything, consent="yes").rows == len(rows)
    assert ran(client, limit="20", **everything).rows == 20


def test_a_query_too_slow_ends_and_says_so(enter, settings, monkeypatch):
    from canton.queries.compiler import Plan

    client, _staff = enter()
    press(client, "run")
    run = Run.objects.get()
    settings.CANTON_QUERY_SECONDS = 0.2
    monkeypatch.setattr(Plan, "sql", ENDLESS)
    tasks.run(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "E-QUERY-TIME")
    page = client.get(f"/queries/runs/{run.pk}/")
    assert "E-QUERY-TIME" in page.content.decode()
    assert not run.path.exists()
    assert client.post(f"/queries/runs/{run.pk}/export/", {"form": "csv"}).status_code == 409


def test_a_run_is_cancelled_before_and_while_it_runs(enter, monkeypatch):
    from canton.queries.compiler import Plan
    from canton.queries.services import progress

    client, _staff = enter()
    press(client, "run")
    waiting = Run.objects.get()
    client.post(f"/queries/runs/{waiting.pk}/cancel/")
    tasks.run(str(waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    press(client, "run")
    running = Run.objects.exclude(pk=waiting.pk).get()
    monkeypatch.setattr(progress, "TELL_EVERY", 0)
    monkeypatch.setattr(Plan, "sql", ENDLESS)
    Run.objects.filter(pk=running.pk).update(unwanted=True)
    services.run(running.pk, clock=timezone.now)
    running.refresh_from_db()
    assert (running.state, running.error_code) == ("cancelled", "E-QUERY-CANCELLED")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"c0-value": ""}, "E-QUERY-VALUE"),
        ({"c0-column": "wait_seconds", "c0-is": "more", "c0-value": "soon"}, "E-QUERY-VALUE"),
        ({"c0-column": "mood"}, "E-QUERY-COLUMN"),
        ({"c0-is": "resembles"}, "E-QUERY-OPERATOR"),
        ({"join": "weather"}, "E-QUERY-DATASET"),
    ],
)
def test_a_wrong_condition_is_marked_and_nothing_runs(enter, fields, code):
    client, _staff = enter()
    answer = press(client, "preview", **fields)
    assert (answer.status_code, answer.context["code"]) == (422, code)
    assert press(client, "run", **fields).status_code == 422
    assert not Run.objects.exists()


def test_the_builder_adds_and_drops_parts_and_keeps_what_was_typed(enter):
    client, _staff = enter()
    page = press(client, "group:")
    assert 'name="c1.0-column"' in page.content.decode()
    tree = {"g1-kind": "any", "c1.0-column": "wait_seconds", "c1.0-is": "more", "c1.0-value": "3"}
    page = press(client, "add:1", **tree).content.decode()
    assert 'name="c1.1-column"' in page
    assert 'value="3"' in page
    page = press(client, "drop:0", **tree).content.decode()
    assert 'name="g0-kind"' in page
    assert 'name="c1' not in page
    assert press(client, "drop:7.7.7").status_code == 200
    totals = {"by": ["centre", "started:day"], "function": ["count", "avg"], "of": ["", "wait_seconds"]}
    run = ran(client, **totals)
    assert run.rows == 8
    assert client.get(f"/queries/build/?run={run.pk}").status_code == 200
    for nonsense in ("run=7", "query=x", "query=999"):
        assert client.get(f"/queries/build/?{nonsense}").status_code == 404
    assert client.get("/queries/build/?dataset=surveys").status_code == 200


def test_a_result_keeps_its_columns_when_the_usual_ones_change(enter, monkeypatch):
    from canton.queries import catalogue

    client, _staff = enter()
    run = ran(client, columns=[])
    before = client.get(f"/queries/runs/{run.pk}/").context["columns"]
    monkeypatch.setattr(catalogue, "USUAL", 3)
    monkeypatch.setattr(catalogue, "MAIN", ())
    after = client.get(f"/queries/runs/{run.pk}/")
    assert (after.status_code, after.context["columns"]) == (200, before)


def test_results_go_when_their_days_are_over(enter):
    client, _staff = enter()
    run = ran(client)
    exported(client, run, "csv")
    assert services.sweep(now=timezone.now()) == 0
    assert services.sweep(now=timezone.now() + timedelta(days=8)) == 1
    run.refresh_from_db()
    assert (run.state, run.folder.exists(), ResultFile.objects.count()) == ("expired", False, 0)
    assert client.get(f"/queries/runs/{run.pk}/").status_code == 200
