"""The second factor: enrolled, asked at the door, required by roles, recovered and reset (F39)."""

import hmac
import re
from base64 import b32decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from struct import pack

import pytest
from conftest import PASSWORD
from django.test import Client
from django.utils import timezone

from canton.accounts import services
from canton.accounts.choices import Role
from canton.accounts.errors import FactorThere, OutOfReach, OwnAccount, WrongCode
from canton.accounts.models import RecoveryCode, SecondFactor, Session, Staff
from canton.audit.models import Entry
from canton.centres.models import Centre

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
KEY = b"12345678901234567890"
Clerk = Callable[..., Staff]


def code_at(now: datetime, key: bytes = KEY) -> str:
    """RFC 6238 by hand."""
    mac = hmac.digest(key, pack(">Q", int(now.timestamp()) // 30), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture
def staff(clerk: Clerk) -> Staff:
    return clerk("statistics", number="441001")


@pytest.fixture
def chief(clerk: Clerk) -> Staff:
    return clerk("administration", number="440001")


def enrolled(staff: Staff, now: datetime | None = None) -> list[str]:
    then = (now or timezone.now()) - timedelta(minutes=5)
    return services.enrol(staff, key=KEY, code=code_at(then), now=then, address=None)


def gave_password(number: str = "441001", to: str = "") -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"number": number, "password": PASSWORD, "next": to})
    assert answer["Location"] == "/sign-in/code/"
    return client


def check(staff: Staff, code: str, after: timedelta = timedelta()) -> services.Checked:
    return services.check_code(staff, code, now=NOW + after, address=None)


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, "canton.accounts.backends.RoleBackend")
    return client


def test_the_password_alone_does_not_let_in_the_code_does(staff: Staff) -> None:
    enrolled(staff)
    client = gave_password(to="/manage/codes/")
    before = client.session.session_key
    for page in ("/", "/account/", "/account/second-factor/", "/password/"):
        assert client.get(page)["Location"].startswith("/sign-in/?next=")
    assert not Entry.objects.filter(action="accounts.sign_in").exists()
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert client.get("/").status_code == 302
    answer = client.post("/sign-in/code/", {"code": code_at(timezone.now())})
    assert answer["Location"] == "/manage/codes/"
    assert client.get("/").status_code == 200
    assert client.session.session_key != before
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_what_was_half_done_does_not_wait_for_ever_nor_outlive_the_password(staff: Staff) -> None:
    enrolled(staff)
    assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"
    late, changed, closed = gave_password(), gave_password(), gave_password()
    session = late.session
    session["accounts.waiting"] |= {"until": NOW.isoformat()}
    session.save()
    answer = late.post("/sign-in/code/", {"code": code_at(timezone.now())}, follow=True)
    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert "未在时限内" in answer.content.decode()
    services.change_password(staff, password="Pearl-river-2026", now=timezone.now(), address=None)
    assert changed.post("/sign-in/code/", {"code": code_at(timezone.now())})["Location"] == "/sign-in/"
    Staff.objects.update(is_active=False)
    assert closed.get("/sign-in/code/")["Location"] == "/sign-in/"
    assert not Session.objects.exclude(staff=None).exists()


def test_a_code_is_good_once_and_five_wrong_ones_lock(staff: Staff) -> None:
    enrolled(staff, NOW)
    assert check(staff, code_at(NOW)).ok
    assert not check(staff, code_at(NOW)).ok
    assert not check(staff, code_at(NOW - timedelta(seconds=30))).ok
    later = timedelta(seconds=60)
    assert [check(staff, "000000", later).left for _ in range(2)] == [2, 1]
    assert check(staff, "000000", later).locked_until == NOW + later + timedelta(minutes=15)
    assert not check(staff, code_at(NOW + timedelta(minutes=15)), timedelta(minutes=15)).ok
    assert check(staff, code_at(NOW + timedelta(minutes=17)), timedelta(minutes=17)).ok
    kept = list(Entry.objects.values_list("action", flat=True))
    assert (kept.count("accounts.fail_code"), kept.count("accounts.lock_code")) == (5, 1)


def test_the_locked_page_says_until_when(staff: Staff) -> None:
    enrolled(staff)
    client = gave_password()
    answers = [client.post("/sign-in/code/", {"code": "x"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429] * 2
    assert "锁定至" in answers[-1].content.decode()


def test_a_recovery_code_stands_in_once(staff: Staff) -> None:
    made = enrolled(staff)
    assert not set(made) & set(RecoveryCode.objects.values_list("digest", flat=True))
    client = gave_password()
    assert client.post("/sign-in/code/", {"code": made[3].upper()}).status_code == 302
    assert client.get("/account/").context["recovery_left"] == 9
    assert gave_password().post("/sign-in/code/", {"code": made[3]}).status_code == 422
    answer = client.post("/account/second-factor/recovery/", {"code": code_at(timezone.now())})
    fresh = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", answer.content.decode())
    assert len(fresh) == 10
    assert gave_password().post("/sign-in/code/", {"code": made[4]}).status_code == 422
    assert gave_password().post("/sign-in/code/", {"code": fresh[0]}).status_code == 302


def test_a_person_enrols_with_what_the_page_shows_and_removes_it_with_a_code(staff: Staff) -> None:
    client = signed_in(staff)
    page = client.get("/account/second-factor/")
    key = b32decode(page.context["letters"].replace(" ", ""))
    assert client.get("/account/second-factor/").context["letters"] == page.context["letters"]
    assert client.post("/account/second-factor/", {"code": "000000"}).status_code == 422
    assert not SecondFactor.objects.exists()
    done = client.post("/account/second-factor/", {"code": code_at(timezone.now(), key)})
    assert len(done.context["codes"]) == 10
    sealed = SecondFactor.objects.get().sealed_key
    assert page.context["letters"].replace(" ", "") not in sealed
    assert client.get("/account/second-factor/")["Location"] == "/account/"
    with pytest.raises(FactorThere):
        services.enrol(staff, key=KEY, code=code_at(NOW), now=NOW, address=None)
    client.post("/account/second-factor/remove/", {"code": "000000"})
    assert SecondFactor.objects.exists()
    assert "验证码不对" in client.get("/account/").content.decode()
    SecondFactor.objects.update(last_step=0)
    client.post("/account/second-factor/remove/", {"code": code_at(timezone.now(), key)})
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("further", [False, True])
def test_whose_role_requires_it_enrols_before_anything_else(
    staff: Staff, chief: Staff, further: bool
) -> None:
    role = Role.QUERIES if further else Role.STATISTICS
    if further:
        Staff.objects.filter(pk=staff.pk).update(further_roles=[role])
    inside = signed_in(staff)
    assert inside.get("/").status_code == 200
    office = signed_in(chief)
    assert office.post(f"/manage/staff/roles/{role}/require/")["Location"] == "/manage/staff/roles/"
    client = Client()
    assert client.post("/sign-in/", {"number": "441001", "password": PASSWORD})["Location"] == "/"
    for browser in (inside, client):
        for page in ("/", "/reports/", "/account/", "/manage/codes/"):
            assert browser.get(page)["Location"] == "/account/second-factor/"
    key = b32decode(client.get("/account/second-factor/").context["letters"].replace(" ", ""))
    client.post("/account/second-factor/", {"code": code_at(timezone.now(), key)})
    assert client.get("/").status_code == 200
    client.post("/account/second-factor/remove/", {"code": "x"})
    SecondFactor.objects.update(last_step=0, failures=0)
    client.post("/account/second-factor/remove/", {"code": code_at(timezone.now(), key)})
    assert SecondFactor.objects.exists()
    assert office.get("/").status_code == 200
    office.post(f"/manage/staff/roles/{role}/waive/")
    kept = Entry.objects.filter(target=role).values_list("action", flat=True)
    assert set(kept) == {"accounts.require_factor", "accounts.waive_factor"}


def test_an_administrator_resets_it_for_others_and_their_sessions_end(
    staff: Staff, chief: Staff, clerk: Clerk, city: Centre
) -> None:
    enrolled(staff)
    enrolled(chief)
    inside, office = signed_in(staff), signed_in(chief)
    local = clerk("administration", centre=city, number="441901")
    for by, whom, why in ((local, staff, OutOfReach), (chief, chief, OwnAccount)):
        with pytest.raises(why):
            services.reset_factor(whom, by=by, now=NOW, address=None)
    assert office.post("/manage/staff/441001/factor/")["Location"] == "/manage/staff/441001/"
    assert inside.get("/").status_code == 302
    assert Client().post("/sign-in/", {"number": "441001", "password": PASSWORD})["Location"] == "/"
    assert Entry.objects.get(action="accounts.reset_factor").target == "441001"
    assert office.post("/manage/staff/441001/factor/").status_code == 422


def test_a_city_does_not_rule_for_the_province(clerk: Clerk, city: Centre) -> None:
    local = signed_in(clerk("administration", centre=city, number="441901"))
    assert local.post("/manage/staff/roles/agent/require/").status_code == 422
    assert local.post("/manage/staff/roles/root/require/").status_code == 404


def test_a_wrong_code_keeps_nothing(staff: Staff) -> None:
    with pytest.raises(WrongCode):
        services.enrol(staff, key=KEY, code="000000", now=NOW, address=None)
    assert not Entry.objects.exists()


def test_the_door_asks_the_database_no_more_for_who_has_no_factor(
    staff: Staff, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = signed_in(staff)
    client.get("/")
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]  # session, person
        assert client.get("/").status_code == 200
