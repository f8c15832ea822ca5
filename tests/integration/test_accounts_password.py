"""Passwords of staff: rules for a new one, when it must be changed, and what changing it ends (F39)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from conftest import PASSWORD
from django.test import Client
from django.utils import timezone

from canton.accounts import services
from canton.accounts.choices import Role
from canton.accounts.errors import NumberTaken, WeakPassword
from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.centres.models import Centre

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
NEW = "Pearl-river-2026"
Clerk = Callable[..., Staff]


@pytest.fixture
def staff(clerk: Clerk) -> Staff:
    return clerk("statistics", number="441001")


@pytest.fixture
def browser(client: Client, staff: Staff) -> Client:
    client.post("/sign-in/", {"number": staff.number, "password": PASSWORD})
    return client


def change(client: Client, current: str = PASSWORD, new: str = NEW, again: str = NEW):  # type: ignore[no-untyped-def]
    return client.post("/password/", {"current": current, "new": new, "again": again})


def opened(centre: Centre, *, by: str, number: str = "441009", password: str = PASSWORD) -> Staff:
    return services.open_account(
        number=number, name="陈敏", centre=centre, role=Role.AGENT, password=password, now=NOW, by=by
    )


def test_a_changed_password_is_the_one_that_lets_in(browser: Client) -> None:
    assert change(browser)["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert Client().post("/sign-in/", {"number": "441001", "password": PASSWORD}).status_code == 422
    assert Client().post("/sign-in/", {"number": "441001", "password": NEW}).status_code == 302
    assert Entry.objects.filter(action="accounts.change_password", actor="441001").exists()


def test_changing_it_ends_the_other_sessions(browser: Client) -> None:
    other = Client()
    other.post("/sign-in/", {"number": "441001", "password": PASSWORD})
    change(browser)
    assert other.get("/").status_code == 302


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("Short-1", "short"),
        ("password123", "common"),
        ("20260117203948", "numeric"),
        ("clerk 441001", "like the name"),
        (PASSWORD, "same"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    browser: Client, staff: Staff, new: str, why: str
) -> None:
    answer = change(browser, new=new, again=new)
    assert answer.status_code == 422
    assert answer.context["form"].errors["new"], why
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_the_two_new_ones_must_agree(browser: Client) -> None:
    assert set(change(browser, again="Pearl-river-2027").context["form"].errors) == {"again"}


def test_the_current_one_is_asked_and_guessing_it_locks(browser: Client, staff: Staff) -> None:
    for _ in range(5):
        answer = change(browser, current="a guess")
    assert set(answer.context["form"].errors) == {"current"}
    assert change(browser).status_code == 422
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_who_got_a_password_from_a_colleague_must_change_it_first(client: Client, province: Centre) -> None:
    opened(province, by="441001")
    client.post("/sign-in/", {"number": "441009", "password": PASSWORD})
    for page in ("/", "/manage/codes/", "/manage/centres/44/"):
        assert client.get(page)["Location"] == "/password/"
    assert client.get("/manage/codes/", headers={"HX-Request": "true"})["HX-Redirect"] == "/password/"
    assert client.get("/password/").context["must"] is True
    change(client)
    assert client.get("/manage/codes/").status_code == 200


def test_who_must_change_it_may_still_leave(client: Client, province: Centre) -> None:
    opened(province, by="441001")
    client.post("/sign-in/", {"number": "441009", "password": PASSWORD})
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


@pytest.mark.parametrize("by", ["cli", "demo"])
def test_an_account_set_up_at_the_machine_is_in_order_at_once(province: Centre, by: str) -> None:
    assert opened(province, by=by).must_change_password is False


@pytest.mark.parametrize(("age", "answer"), [(89, 200), (91, 302)])
def test_a_password_past_its_days_comes_first(browser: Client, age: int, answer: int) -> None:
    Staff.objects.update(password_set_at=timezone.now() - timedelta(days=age))
    assert browser.get("/manage/codes/").status_code == answer


def test_opening_an_account_is_kept(province: Centre) -> None:
    opened(province, by="441001")
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.target, entry.detail) == (
        "accounts.open_account", "441001", "441009", {"role": "agent"},
    )  # fmt: skip


def test_a_number_is_given_once(province: Centre) -> None:
    opened(province, by="cli")
    with pytest.raises(NumberTaken) as refused:
        opened(province, by="cli")
    assert "441009" in refused.value.message


def test_no_account_opens_with_a_weak_password(province: Centre) -> None:
    with pytest.raises(WeakPassword) as refused:
        opened(province, by="cli", password="password123")
    assert refused.value.code == "E-ACCOUNT-PASSWORD"
    assert refused.value.reasons
    assert not Staff.objects.exists()
