"""The trail on screen: scoped, filtered, newest first, page by page without a gap; and the same as a file."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from canton.accounts.models import Staff
from canton.audit import services
from canton.audit.models import Entry
from canton.audit.selectors import PER_PAGE, Filters, entries, trail
from canton.centres.models import Centre
from canton.centres.selectors import Operator

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
Clerk = Callable[..., Staff]


def record(action: str = "intake.view_original", *, centre: str = "4401", ago: int = 0, **more: str) -> Entry:
    """An entry `ago` minutes old."""
    who = more.pop("actor", "441001")
    return services.record(action, actor=who, centre=centre, now=NOW - timedelta(minutes=ago), **more)  # type: ignore[arg-type]


@pytest.fixture
def browser(client: Client, clerk: Clerk) -> Client:
    client.force_login(clerk("administration", number="441001"), "canton.accounts.backends.RoleBackend")
    return client


def test_a_city_sees_entries_of_its_own_and_the_province_of_all_its_cities(
    province: Centre, city: Centre
) -> None:
    for code in ("0", "44", "4401", "4403", "45"):
        record(centre=code)
    assert {entry.centre for entry in entries(Operator(city), Filters())} == {"4401"}
    assert {entry.centre for entry in entries(Operator(province), Filters())} == {"44", "4401", "4403"}


def test_every_condition_narrows(province: Centre) -> None:
    wanted = record(target="GZ-contacts-1999-01-1:17")
    record("reports.view_row", target="GZ-contacts-1999-01-1:17")
    record(actor="441002", target="GZ-contacts-1999-01-1:17")
    record(target="SZ-contacts-1999-01-1:17")
    record(target="GZ-contacts-1999-01-1:18", ago=2 * 24 * 60)
    day = date(2026, 11, 22)
    conditions = Filters(
        actor="441001", action="intake.view_original", target="GZ-contacts", start=day, end=day
    )
    assert list(entries(Operator(province), conditions)) == [wanted]


def test_days_are_those_of_the_centre_and_inclusive(province: Centre) -> None:
    last = services.record("a.b", actor="x", centre="44", now=datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC))
    services.record("a.b", actor="x", centre="44", now=datetime(2026, 11, 22, 16, tzinfo=UTC))
    day = date(2026, 11, 22)
    assert list(entries(Operator(province), Filters(start=day, end=day))) == [last]


def test_pages_follow_each_other_without_gap_or_repetition_both_ways(province: Centre) -> None:
    for n in range(2 * PER_PAGE + 20):
        record(ago=n // 7)  # several at the same moment
    viewer, seen, page = Operator(province), [], trail(Operator(province), Filters())
    assert not page.newer
    while True:
        seen += [line.entry.pk for line in page.lines]
        if not page.older:
            break
        page = trail(viewer, Filters(), before=page.older)
    assert seen == list(entries(viewer, Filters()).values_list("pk", flat=True))
    back = [line.entry.pk for line in page.lines]
    while page.newer:
        page = trail(viewer, Filters(), after=page.newer)
        back = [line.entry.pk for line in page.lines] + back
    assert back == seen


@pytest.mark.parametrize(
    "cursor", ["", "~", "yesterday~1", "2026-11-22T08:00:00~1", "2026-11-22T08:00:00+00:00~x", "\0"]
)
def test_a_cursor_nobody_can_read_shows_the_newest_page(province: Centre, cursor: str) -> None:
    newest = record()
    assert [line.entry for line in trail(Operator(province), Filters(), before=cursor).lines] == [newest]


def test_a_page_asks_for_names_once_however_many_lines_it_has(
    province: Centre, clerk: Clerk, django_assert_num_queries: Callable[[int], object]
) -> None:
    clerk("agent", number="441001")
    for n in range(PER_PAGE):
        record(ago=n)
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        lines = trail(Operator(province), Filters()).lines
    assert {(line.who, line.centre) for line in lines} == {("Clerk 441001", "广州")}


def test_the_screen_puts_actions_into_words(browser: Client) -> None:
    record("accounts.lock", target="441009")
    page = browser.get("/manage/audit/").content.decode()
    assert "登录锁定" in page
    assert "accounts.lock" not in page.partition("<tbody")[2]


def test_a_condition_that_cannot_be_read_is_said_and_not_guessed(browser: Client) -> None:
    record()
    page = browser.get("/manage/audit/?start=yesterday&action=no.such")
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"start", "action"}


def test_the_file_holds_what_the_screen_shows_and_that_it_was_taken(browser: Client) -> None:
    record(target="=cmd()", line="17")
    record(target="of another", actor="441002")
    answer = browser.get("/manage/audit/entries.csv?actor=441001")
    text = b"".join(answer).decode("utf-8")  # type: ignore[call-overload]
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][1] == "441001"
    assert rows[1][4] == "'=cmd()"
    taken = Entry.objects.get(action="audit.export_entries")
    assert (taken.actor, taken.centre, taken.detail) == ("441001", "44", {"conditions": "actor=441001"})


@pytest.mark.parametrize("role", ["agent", "statistics", "data_processing"])
def test_other_roles_do_not_see_the_trail(client: Client, clerk: Clerk, role: str) -> None:
    client.force_login(clerk(role), "canton.accounts.backends.RoleBackend")
    assert client.get("/manage/audit/").status_code == 403
    assert client.get("/manage/audit/entries.csv").status_code == 403
