"""A lost password: a link that its person uses once, and that tells nobody anything (F39)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from conftest import PASSWORD
from django.test import Client
from django.utils import timezone

from canton.accounts import services
from canton.accounts.errors import LinkVoid, TooManyLinks, WeakPassword
from canton.accounts.models import PasswordLink, Staff
from canton.audit.models import Entry

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
NEW = "Pearl-river-2026"
Clerk = Callable[..., Staff]


@pytest.fixture
def staff(clerk: Clerk) -> Staff:
    return clerk("statistics", number="441001")


def made(staff: Staff, now: datetime = NOW) -> str:
    return services.make_link(staff, by=None, now=now).token


def use(token: str, *, password: str = NEW, after: timedelta = timedelta()) -> Staff:
    return services.use_link(token, password=password, now=NOW + after, address="127.0.0.1")


def follow(client: Client, token: str, new: str = NEW):  # type: ignore[no-untyped-def]
    assert client.get(f"/sign-in/link/{token}/")["Location"] == "/sign-in/new-password/"
    return client.post("/sign-in/new-password/", {"new": new, "again": new})


def test_a_link_sets_the_password_ends_sessions_and_is_then_void(client: Client, staff: Staff) -> None:
    client.post("/sign-in/", {"number": staff.number, "password": PASSWORD})
    token, stranger = made(staff, timezone.now()), Client()
    page = stranger.get(f"/sign-in/link/{token}/", follow=True).content.decode()
    assert token not in page
    assert staff.number in page
    assert follow(stranger, token)["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302
    assert stranger.get(f"/sign-in/link/{token}/").status_code == 404
    assert Client().post("/sign-in/", {"number": staff.number, "password": PASSWORD}).status_code == 422
    assert Client().post("/sign-in/", {"number": staff.number, "password": NEW}).status_code == 302
    kept = list(Entry.objects.order_by("pk").values_list("action", "actor", "target"))
    assert ("accounts.make_link", "cli", staff.number) in kept
    assert ("accounts.use_link", staff.number, staff.number) in kept


def test_looking_at_a_link_does_not_use_it_up_nor_does_a_weak_password(client: Client, staff: Staff) -> None:
    token = made(staff, timezone.now())
    for _ in range(2):
        client.get(f"/sign-in/link/{token}/")
    assert follow(client, token, "password123").status_code == 422
    assert follow(client, token, PASSWORD).status_code == 422
    assert follow(client, token).status_code == 302


def test_the_database_does_not_know_the_token(staff: Staff) -> None:
    token = made(staff)
    assert token not in str(PasswordLink.objects.values().get())


@pytest.mark.parametrize("case", ["used", "old", "replaced", "suspended", "invented", ""])
def test_a_link_that_is_not_good_sets_nothing(staff: Staff, case: str) -> None:
    token = made(staff) if case != "invented" else "x" * 43
    if case == "used":
        use(token)
    elif case == "replaced":
        made(staff, NOW + timedelta(seconds=1))
    elif case == "suspended":
        Staff.objects.update(is_active=False)
    before = Staff.objects.get().password
    if case == "":
        token = ""
    with pytest.raises(LinkVoid):
        use(token, password="Another-river-2026", after=timedelta(minutes=30 if case == "old" else 5))
    assert Staff.objects.get().password == before


def test_void_links_look_alike_and_after_ten_the_door_is_closed_to_good_ones_too(staff: Staff) -> None:
    old = made(staff, timezone.now() - timedelta(days=1))
    pages = [Client().get(f"/sign-in/link/{token}/") for token in (old, "x" * 43)]
    assert [page.status_code for page in pages] == [404, 404]
    own = re.compile(r"[\w-]{43,64}")
    assert own.sub("#", pages[0].content.decode()) == own.sub("#", pages[1].content.decode())
    for _ in range(8):
        Client().get("/sign-in/link/guess/")
    good = made(staff, timezone.now())
    assert Client().get(f"/sign-in/link/{good}/", follow=True).status_code == 404
    assert Entry.objects.filter(action="accounts.fail_link").count() == 10
    assert Client().get(f"/sign-in/link/{good}/", REMOTE_ADDR="10.0.0.9").status_code == 302


def test_six_links_in_an_hour_are_too_many(staff: Staff) -> None:
    for n in range(5):
        made(staff, NOW + timedelta(minutes=n))
    with pytest.raises(TooManyLinks):
        made(staff, NOW + timedelta(minutes=6))
    made(staff, NOW + timedelta(minutes=61))


def test_the_last_five_passwords_are_not_taken_again(staff: Staff) -> None:
    mine = [PASSWORD, *(f"Pearl-river-{n}-old" for n in range(5))]
    for n, password in enumerate(mine[1:]):
        services.change_password(staff, password=password, now=NOW + timedelta(days=n), address=None)
    for password in mine[1:]:
        with pytest.raises(WeakPassword):
            services.change_password(staff, password=password, now=NOW, address=None)
    services.change_password(staff, password=PASSWORD, now=NOW + timedelta(days=9), address=None)
    assert staff.former_passwords.count() == 4
    assert not any(former.password == staff.password for former in staff.former_passwords.all())


@pytest.mark.parametrize(("age", "left"), [(75, None), (76, 14), (89, 1), (90, None), (91, None)])
def test_a_warning_comes_two_weeks_before_the_end(staff: Staff, age: int, left: int | None) -> None:
    staff.password_set_at = NOW
    assert staff.password_days_left(NOW + timedelta(days=age)) == left


def test_the_warning_stands_on_every_page_until_the_password_is_changed(client: Client, staff: Staff) -> None:
    client.force_login(staff, "canton.accounts.backends.RoleBackend")
    assert "天到期，现在就改" not in client.get("/").content.decode()
    Staff.objects.update(password_set_at=timezone.now() - timedelta(days=80))
    assert "密码还有 9 天到期" in client.get("/manage/codes/").content.decode()
    assert "天到期，现在就改" not in client.get("/password/").content.decode()
