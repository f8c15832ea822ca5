"""Working calendars in the database: published days, days of a centre over them, undone, and on screen."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.centres import calendars, reference
from canton.centres.calendar import Day, parse_hours
from canton.centres.errors import DayChangedMeanwhile, NothingToUndo
from canton.centres.models import Centre, Revision
from canton.centres.services import calendars as services
from canton.centres.services.editing import Editor

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
AT_HOME = timedelta(hours=8)
OFFICE = parse_hours("09:00-12:00, 13:00-18:00")


@pytest.fixture
def by(province: Centre) -> Editor:
    return Editor("10001", province, "127.0.0.1")


@pytest.fixture
def browser(client: Client, clerk: Callable[..., Staff]) -> Client:
    client.force_login(clerk("administration"), "canton.accounts.backends.RoleBackend")
    return client


def local(text: str) -> datetime:
    """A moment by the clocks of Guangdong, as text of UTC+8."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-02-04", True), ("2024-02-09", True), ("2024-02-10", False), ("2024-02-17", False),
        ("2024-02-18", True), ("2024-09-29", True), ("2024-10-01", False), ("2024-10-07", False),
        ("2024-10-12", True), ("2025-01-26", True), ("2025-01-28", False), ("2025-02-04", False),
        ("2025-02-05", True), ("2025-10-08", False), ("2025-10-11", True), ("2004-01-17", True),
    ],
)  # fmt: skip
def test_the_days_round_spring_festival_and_national_day_are_as_the_notices_had_them(
    province: Centre, day: str, worked: bool
) -> None:
    answer = calendars.of(province).is_working_day(date.fromisoformat(day))
    assert (answer.working, answer.provisional) == (worked, False)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2025-01-27 17:00", 2, "2025-02-05 10:00"),  # over 春节 2025, eight days
        ("2025-01-25 10:00", 8, "2025-01-26 18:00"),  # Saturday off, Sunday worked instead
        ("2024-09-30 12:30", 6, "2024-10-08 10:00"),  # over 国庆 2024
        ("2024-10-11 17:59", 1, "2024-10-12 09:59"),  # Saturday worked instead
    ],
)
def test_deadlines_over_festivals(province: Centre, start: str, hours: int, due: str) -> None:
    found = calendars.of(province).add_working_time(local(start), timedelta(hours=hours))
    assert (found.at, found.provisional) == (local(due), False)
    assert calendars.of(province).working_time_between(local(start), local(due)).time == timedelta(
        hours=hours
    )


@pytest.mark.parametrize("year", [1999, 2027, 2040])
def test_years_nobody_published_answer_and_say_so(province: Centre, year: int) -> None:
    known = calendars.of(province)
    assert known.is_working_day(date(year, 10, 2)).working is False
    assert known.is_working_day(date(year, 6, 9)).provisional is True
    assert known.add_working_time(local(f"{year}-03-01 09:00"), timedelta(hours=1)).provisional is True


def test_a_provinces_day_holds_for_its_cities_and_a_citys_only_there(
    province: Centre, city: Centre, by: Editor
) -> None:
    day, shenzhen = date(2026, 11, 26), Centre.objects.get(code="4403")
    services.set_day(province, day, Day(False, "", "", "台风停工"), version=0, by=by, now=NOW)
    services.set_day(
        city, day, Day(True, "", "", "抢修", parse_hours("10:00-11:00")), version=0, by=by, now=NOW
    )
    assert calendars.of(shenzhen).is_working_day(day).reason == "台风停工"
    assert calendars.of(city).hours_of(day) == parse_hours("10:00-11:00")
    assert calendars.of(Centre.objects.get(code="45")).hours_of(day) == OFFICE
    assert Entry.objects.filter(action="centres.change_day", target="day:4401:2026-11-26").exists()


def test_two_who_change_one_day_notice_each_other_and_the_latest_is_taken_back(
    province: Centre, by: Editor
) -> None:
    day = date(2026, 10, 3)
    first = services.set_day(province, day, Day(True, reason="值班"), version=0, by=by, now=NOW)
    with pytest.raises(DayChangedMeanwhile):
        services.set_day(province, day, Day(False, reason="x"), version=0, by=by, now=NOW)
    second = services.set_day(province, day, None, version=1, by=by, now=NOW)
    assert first is not None and second is not None
    with pytest.raises(NothingToUndo):
        services.undo(first, by=by, now=NOW)
    services.undo(second, by=by, now=NOW)
    assert calendars.of(province).is_working_day(day).reason == "值班"


def test_a_new_edition_of_the_published_days_leaves_days_set_by_hand(centres: None) -> None:
    nation = Centre.objects.get(code="0")
    hand = Editor("1", nation)
    services.set_day(nation, date(2026, 10, 1), Day(True, reason="试"), version=1, by=hand, now=NOW)
    services.set_week(nation, [parse_hours("08:00-16:00")] * 7, version=1, by=hand, now=NOW)
    reference.Edition.objects.filter(name="calendar").delete()
    reference.load_calendar(NOW)
    known = calendars.of(nation)
    assert known.is_working_day(date(2026, 10, 1)).reason == "试"
    assert known.is_working_day(date(2026, 10, 2)).working is False
    assert known.week == (parse_hours("08:00-16:00"),) * 7


def test_the_screen_says_what_is_provisional_until_the_year_is_entered(browser: Client) -> None:
    page = browser.get("/manage/calendars/?year=2027").content.decode()
    assert "2027 年的放假安排尚未在此公布" in page
    day = {"working": "no", "name": "春节", "reason": "通知", "version": "0", "hours": ""}
    assert browser.post("/manage/calendars/44/2027-02-08/", day).status_code == 302
    answer = browser.post(
        "/manage/calendars/44/years/2027/", {"source": "国办发明电〔2026〕1号"}, follow=True
    )
    page = answer.content.decode()
    assert "尚未在此公布" not in page
    assert "春节" in page and "国办发明电〔2026〕1号" in page
    undo = Revision.objects.filter(subject="year").latest("pk")
    browser.post(f"/manage/calendars/undo/{undo.pk}/")
    assert "尚未在此公布" in browser.get("/manage/calendars/?year=2027").content.decode()


def test_the_screen_counts_working_time(browser: Client) -> None:
    asked = "/manage/calendars/?start=2025-01-27T17:00&hours=2"
    assert "2025-02-05 10:00" in browser.get(asked).content.decode()
    later = browser.get("/manage/calendars/?start=2026-12-31T17:00&hours=2").content.decode()
    assert "途经尚未公布的年度" in later


def test_hours_are_given_refused_with_what_to_write_and_given_back(browser: Client, province: Centre) -> None:
    week = {f"day{n}": "09:00-17:00" for n in range(5)} | {"day5": "", "day6": "", "version": "1"}
    wrong = browser.post("/manage/calendars/44/hours/", week | {"day0": "9 to 5"})
    assert wrong.status_code == 422
    assert "09:00-12:00, 13:00-18:00" in wrong.content.decode()
    assert browser.post("/manage/calendars/44/hours/", week).status_code == 302
    assert calendars.of(province).week[0] == parse_hours("09:00-17:00")
    stale = browser.post("/manage/calendars/44/hours/", week | {"day0": "10:00-11:00"})
    assert stale.status_code == 409
    browser.post("/manage/calendars/44/hours/", week | {"version": "2", "inherit": "yes"})
    assert calendars.of(province).week[0] == OFFICE


@pytest.mark.parametrize("address", ["45/2026-01-01/", "44/2026-02-30/", "44/1066-10-14/", "0/hours/"])
def test_what_is_not_there_or_not_the_viewers_is_not_found(browser: Client, address: str) -> None:
    assert browser.get(f"/manage/calendars/{address}").status_code == 404
