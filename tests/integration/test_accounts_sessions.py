"""Where somebody is signed in, and how that ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from conftest import PASSWORD
from django.test import Client
from django.utils import timezone, translation

from canton.accounts import devices, services
from canton.accounts.models import Session, Staff
from canton.audit.models import Entry
from canton.centres.models import Centre

Clerk = Callable[..., Staff]
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"


@pytest.fixture
def staff(clerk: Clerk) -> Staff:
    return clerk("statistics", number="441001")


def entered(number: str = "441001", agent: str = CHROME, address: str = "127.0.0.1") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"number": number, "password": PASSWORD}).status_code == 302
    return client


def sessions(client: Client) -> list[Session]:
    return list(client.get("/account/").context["sessions"])


def inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_sessions_are_listed_with_device_address_and_which_is_this_one(staff: Staff, clerk: Clerk) -> None:
    clerk("agent", number="441002")
    entered("441002")
    desk, phone = entered(), entered(agent=PHONE, address="10.0.0.9")
    listed = {(each.device, each.address) for each in sessions(desk)}
    assert listed == {("Chrome · Windows", "127.0.0.1"), ("Safari · iPhone", "10.0.0.9")}
    page = desk.get("/account/").content.decode()
    assert page.count("本机") == 1
    for client in (desk, phone):
        assert client.session.session_key not in page


def test_one_is_ended_then_all_others_then_all(staff: Staff) -> None:
    desk, phone, third = entered(), entered(agent=PHONE), entered(agent="curl/8")
    mark = next(each.mark for each in sessions(desk) if each.device == "Safari · iPhone")
    desk.post(f"/account/sessions/{mark}/end/")
    said = phone.get("/account/", follow=True)
    assert "会话已结束" in said.content.decode()
    assert "会话已结束" not in Client().get("/account/", follow=True).content.decode()
    assert [inside(client) for client in (desk, phone, third)] == [True, False, True]
    assert desk.post(f"/account/sessions/{mark}/end/", follow=True).status_code == 200
    desk.post("/account/sessions/end/")
    assert [inside(client) for client in (desk, third)] == [True, False]
    assert desk.post("/account/sessions/end/", {"here": "1"})["Location"] == "/sign-in/"
    assert not inside(desk)
    kept = Entry.objects.filter(action__startswith="accounts.end").order_by("pk")
    assert [entry.action for entry in kept] == [
        "accounts.end_session", "accounts.end_sessions", "accounts.end_sessions",
    ]  # fmt: skip


def test_nobody_ends_a_session_of_another_but_who_administers_him(
    staff: Staff, clerk: Clerk, city: Centre
) -> None:
    clerk("administration", number="440001")
    clerk("administration", centre=city, number="441901")
    mine, chief, local = entered(), entered("440001"), entered("441901")
    mark = sessions(mine)[0].mark
    chief.post(f"/account/sessions/{mark}/end/")
    local.post(f"/manage/staff/441001/sessions/{mark}/end/")
    local.post("/manage/staff/441001/sessions/end/")
    assert inside(mine)
    assert chief.post(f"/manage/staff/441001/sessions/{mark}/end/").status_code == 302
    assert not inside(mine)
    assert chief.post(f"/manage/staff/441001/sessions/{mark}/end/").status_code == 422
    again = [entered(), entered()]
    chief.post("/manage/staff/441001/sessions/end/")
    assert not any(inside(client) for client in again)


def test_a_new_password_or_a_suspension_leaves_no_session_behind(staff: Staff, clerk: Clerk) -> None:
    chief = clerk("administration", number="440001")
    here, other = entered(), entered()
    new = "Pearl-river-2026"
    here.post("/password/", {"current": PASSWORD, "new": new, "again": new})
    assert [inside(here), inside(other)] == [True, False]
    assert Session.objects.filter(staff=staff).count() == 1
    services.suspend("441001", reason="left", by=chief, now=timezone.now(), address=None)
    assert not Session.objects.filter(staff=staff).exists()
    assert not inside(here)


def test_last_seen_is_noted_once_a_minute_and_what_is_over_is_swept_out(
    staff: Staff, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = entered()
    long_ago = timezone.now() - timedelta(minutes=10)
    Session.objects.update(seen_at=long_ago)
    inside(client)
    first = Session.objects.get().seen_at
    assert first > long_ago
    inside(client)
    assert Session.objects.get().seen_at == first
    Session.objects.update(expire_date=long_ago)
    assert not inside(client)
    entered()
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        (CHROME + " Edg/139.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 MicroMessenger/8.0", "微信 WeChat · Android"),
        ("", "unknown device"),
    ],
)
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    with translation.override("en"):
        assert devices.in_words(agent) == words
