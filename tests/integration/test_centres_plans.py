"""Lists of segments: shown first, applied whole, followed by the file the engine reads, and taken back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.centres import reference
from canton.centres.errors import LaterPlan, PlanSettled, PlanStale, SegmentRefused
from canton.centres.models import Centre, Segment, SegmentPlan
from canton.centres.selectors import home_of, segment_counts, segment_table
from canton.centres.services import territory
from canton.centres.services.editing import Editor
from canton.centres.territory import published

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("home")
LINES = ("1300040,4403,2026-10-01", "1999999,4401,", "1300041,,", "1300042,4401,", "nonsense,4401,")
FILE = "\n".join(("segment,city,valid_from", *LINES, "")).encode()


@pytest.fixture
def by(province: Centre) -> Editor:
    return Editor("10001", province, "127.0.0.1")


@pytest.fixture
def browser(client: Client, clerk: Callable[..., Staff]) -> Client:
    client.force_login(clerk("administration"), "canton.accounts.backends.RoleBackend")
    return client


def in_the_file(prefix: str) -> list[tuple[str]]:
    found = f"select * from '{segment_table()}' where prefix = '{prefix}'"
    now = "where since is null or since <= '2026-11-23'" if "since" in duckdb.sql(found).columns else ""
    last = "qualify row_number() over (order by since desc nulls last) = 1" if now else ""
    return duckdb.sql(f"select centre from ({found}) {now} {last}").fetchall()


def counts(plan: SegmentPlan) -> tuple[int, int, int, int]:
    return plan.added, plan.moved, plan.removed, plan.refused


def test_a_list_is_shown_applied_and_taken_back_as_a_whole(by: Editor) -> None:
    assert in_the_file("1300040") == [("4401",)]
    before = list(Segment.objects.values_list("prefix", "centre", "valid_from"))
    plan = territory.propose(FILE, name="list.csv", whole=False, by=by, now=NOW)
    assert counts(plan) == (1, 1, 1, 1)
    assert list(Segment.objects.values_list("prefix", "centre", "valid_from")) == before
    territory.apply(plan, by=by, now=NOW)
    assert Segment.objects.get(pk="1300040").valid_from == date(2026, 10, 1)
    assert [in_the_file(prefix) for prefix in ("1300040", "1999999", "1300041")] == [
        [("4403",)],
        [("4401",)],
        [],
    ]
    with pytest.raises(PlanSettled):
        territory.apply(plan, by=by, now=NOW)
    territory.undo(plan, by=by, now=LATER)
    assert list(Segment.objects.values_list("prefix", "centre", "valid_from")) == before
    assert in_the_file("1300040") == [("4401",)]
    assert list(Entry.objects.filter(target="segments:list.csv").values_list("action", flat=True)) == [
        "centres.undo_segments", "centres.apply_segments",
    ]  # fmt: skip


def test_what_changed_since_it_was_shown_is_not_overwritten(by: Editor) -> None:
    plan = territory.propose(FILE, name="list.csv", whole=False, by=by, now=NOW)
    one = territory.set_one("1300040", "4405", since=date(2026, 1, 1), seen="4401", by=by, now=NOW)
    with pytest.raises(PlanStale):
        territory.apply(plan, by=by, now=LATER)
    assert Segment.objects.filter(pk="1300041").exists()
    territory.apply(territory.propose(FILE, name="again", whole=False, by=by, now=LATER), by=by, now=LATER)
    assert one is not None
    with pytest.raises(LaterPlan, match="again"):
        territory.undo(one, by=by, now=LATER)


def test_a_whole_list_removes_only_what_is_the_editors_and_nothing_it_refused(city: Centre) -> None:
    shenzhen = Segment.objects.filter(centre="4403").count()
    here = Editor("4401001", city)
    content = b"segment,city\n1300040,4401\n1300041,nowhere\n"
    plan = territory.propose(content, name="all.csv", whole=True, by=here, now=NOW)
    assert plan.removed == Segment.objects.filter(centre="4401").count() - 2
    territory.apply(plan, by=here, now=NOW)
    assert sorted(Segment.objects.filter(centre="4401").values_list("prefix", flat=True)) == [
        "1300040",
        "1300041",
    ]
    assert Segment.objects.filter(centre="4403").count() == shenzhen


def test_a_city_takes_no_segment_of_another(city: Centre) -> None:
    other = Segment.objects.filter(centre="4403").first()
    assert other is not None
    with pytest.raises(SegmentRefused, match="范围"):
        territory.set_one(
            other.pk, "4401", since=date(2026, 1, 1), seen="4403", by=Editor("1", city), now=NOW
        )


def test_a_later_edition_leaves_what_people_decided(by: Editor) -> None:
    territory.set_one("1300040", "4403", since=date(2026, 1, 1), seen="4401", by=by, now=NOW)
    territory.set_one("1300041", "", since=date(2026, 1, 1), seen="4401", by=by, now=NOW)
    reference.Edition.objects.filter(name="segments").update(fingerprint="")
    reference.load_segments(published(), LATER)
    assert home_of("13000401234", NOW.date()) == Centre.objects.get(code="4403")
    assert home_of("13000411234", NOW.date()) is None


def test_a_segment_moves_on_its_day_and_every_lookup_goes_by_the_day_of_the_contact(
    by: Editor, browser: Client
) -> None:
    number, guangzhou, shenzhen = "13000401234", Centre.objects.get(pk="4401"), Centre.objects.get(pk="4403")
    counted = segment_counts(NOW.date())
    move = territory.set_one("1300040", "4403", since=date(2999, 1, 1), seen="4401", by=by, now=NOW)
    assert [home_of(number, day) for day in (NOW.date(), date(2998, 12, 31), date(2999, 1, 1))] == [
        guangzhou, guangzhou, shenzhen,
    ]  # fmt: skip
    assert segment_counts(NOW.date()) == counted
    assert segment_counts(date(2999, 1, 1))["4403"] == counted["4403"] + 1
    file = duckdb.sql(
        f"select centre, since, until from '{segment_table()}' where prefix = '1300040' order by 1"
    )
    assert file.fetchall() == [("4401", None, date(2999, 1, 1)), ("4403", date(2999, 1, 1), None)]
    page = browser.get("/manage/segments/1300040/").content.decode()
    assert "自 2999-01-01 起归属深圳" in page and "广州" in page
    assert move is not None
    territory.undo(move, by=by, now=LATER)
    assert home_of(number, date(2999, 1, 1)) == guangzhou
    assert duckdb.sql(f"select * from '{segment_table()}'").columns == ["prefix", "centre"]


def test_the_screen_shows_before_it_changes_and_offers_to_take_back(browser: Client) -> None:
    upload = SimpleUploadedFile("号段.csv", FILE, "text/csv")
    shown = browser.post("/manage/segments/import/", {"file": upload}, follow=True)
    plan = SegmentPlan.objects.get()
    assert "尚未作任何修改" in shown.content.decode()
    refused = browser.get(f"/manage/segments/plans/{plan.pk}/?kind=refused").content.decode()
    assert "nonsense" in refused and "不是手机号的前七位" in refused
    done = browser.post(f"/manage/segments/plans/{plan.pk}/apply/", follow=True).content.decode()
    assert f"/manage/segments/plans/{plan.pk}/undo/" in done
    assert browser.post(f"/manage/segments/plans/{plan.pk}/drop/").status_code == 409
    history = browser.get("/manage/segments/1300040/").content.decode()
    assert "深圳" in history and "2026-10-01" in history
    wrong = browser.post("/manage/segments/import/", {"file": SimpleUploadedFile("x.csv", b"a,b\n")})
    assert wrong.status_code == 422
    assert "号段表为 CSV" in wrong.content.decode()


def test_one_segment_is_found_and_moved_on_the_screen(browser: Client) -> None:
    assert browser.post("/manage/segments/find/", {"number": "138"}).status_code == 422
    found = browser.post("/manage/segments/find/", {"number": "130 0040 1234"})
    assert found["Location"] == "/manage/segments/1300040/"
    asked = {"city": "4403", "since": "2026-01-01", "seen": "4401"}
    removed = {"city": "", "since": "2999-01-01"}
    assert browser.post("/manage/segments/1300040/", asked | removed).status_code == 422
    assert browser.post("/manage/segments/1300040/", asked).status_code == 302
    assert home_of("13000401234", NOW.date()) == Centre.objects.get(code="4403")
    assert browser.post("/manage/segments/1300040/", asked | {"city": "4405"}).status_code == 422
    listed = b"".join(browser.get("/manage/segments/list.csv").streaming_content).decode("utf-8-sig")
    assert "1300040,4403,2026-01-01" in listed
