"""The door: who comes in, who is turned away and for how long, and what is kept of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from axes.models import AccessAttempt
from conftest import PASSWORD
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.models import F
from django.test import Client

from canton.accounts.models import Staff
from canton.audit.models import Entry

Clerk = Callable[..., Staff]
TRIES = 5


@pytest.fixture
def staff(clerk: Clerk) -> Staff:
    return clerk("statistics", number="441001")


def attempt(client: Client, number: str = "441001", password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    address = more.pop("REMOTE_ADDR", "127.0.0.1")
    return client.post("/sign-in/", {"number": number, "password": password, **more}, REMOTE_ADDR=address)


def kept() -> list[tuple[str, str, str]]:
    """(action, actor, target) of every entry, oldest first."""
    return list(Entry.objects.order_by("pk").values_list("action", "actor", "target"))


def test_number_and_password_let_in_and_the_trail_says_so(client: Client, staff: Staff) -> None:
    answer = attempt(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.centre, entry.address) == (
        "accounts.sign_in",
        "441001",
        "44",
        "127.0.0.1",
    )
    staff.refresh_from_db()
    assert staff.last_login is not None


def test_the_session_gets_another_key_at_the_door(client: Client, staff: Staff) -> None:
    session = client.session
    session["left here"] = "before"
    session.save()
    before = session.session_key
    attempt(client)
    assert client.session.session_key not in (None, before)


def test_leaving_ends_the_session_and_is_kept(client: Client, staff: Staff) -> None:
    attempt(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302
    assert [action for action, _actor, _target in kept()] == ["accounts.sign_in", "accounts.sign_out"]


def test_a_link_does_not_sign_out(client: Client, staff: Staff) -> None:
    attempt(client)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("number", ["441001", "449999"])
def test_wrong_passwords_count_down_to_a_lock_alike_for_numbers_nobody_has(
    client: Client, staff: Staff, number: str
) -> None:
    answers = [attempt(client, number, "wrong") for _ in range(TRIES)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert [answer.context["attempts_left"] for answer in answers] == [4, 3, 2, 1, None]
    assert answers[-1].context["locked_until"] is not None
    who = number if number == staff.number else "unknown"
    assert kept() == [("accounts.fail_sign_in", who, number)] * TRIES + [("accounts.lock", who, number)]


def test_numbers_somebody_and_nobody_has_draw_the_same_page(staff: Staff) -> None:
    pages = [attempt(Client(), number, "wrong").content.decode() for number in ("441001", "449999")]
    token_and_number = re.compile(r"441001|449999|[A-Za-z0-9]{64}")
    assert len({token_and_number.sub("#", page) for page in pages}) == 1


@pytest.mark.parametrize("number", ["441001", "449999", "441002"])
def test_a_refusal_costs_one_hash_whoever_it_is(
    client: Client, staff: Staff, clerk: Clerk, number: str
) -> None:
    closed = clerk("agent", number="441002")
    closed.is_active = False
    closed.save()
    hasher = Argon2PasswordHasher
    with (
        patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as made,
        patch.object(hasher, "verify", autospec=True, side_effect=hasher.verify) as checked,
    ):
        attempt(client, number, "wrong")
    assert made.call_count + checked.call_count == 1


def test_a_locked_number_stays_out_with_the_right_password_until_the_time_is_up(
    client: Client, staff: Staff
) -> None:
    for _ in range(TRIES):
        attempt(client, password="wrong")
    assert attempt(client).status_code == 429
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=14))
    assert attempt(client).status_code == 429
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=2))
    assert attempt(client).status_code == 302


def test_the_locked_page_says_until_when(client: Client, staff: Staff) -> None:
    for _ in range(TRIES):
        answer = attempt(client, password="wrong")
    last = AccessAttempt.objects.get().attempt_time
    assert answer.context["locked_until"] == last + timedelta(minutes=15)


def test_knocking_at_a_locked_door_neither_prolongs_the_lock_nor_fills_the_trail(
    client: Client, staff: Staff
) -> None:
    for _ in range(TRIES):
        answer = attempt(client, password="wrong")
    until, entries = answer.context["locked_until"], len(kept())
    for _ in range(3):
        answer = attempt(client, password="wrong")
    assert answer.context["locked_until"] == until
    assert len(kept()) == entries


def test_a_lock_holds_for_its_number_and_source_only(client: Client, staff: Staff, clerk: Clerk) -> None:
    clerk("agent", number="441002")
    for _ in range(TRIES):
        attempt(client, password="wrong")
    assert attempt(Client(), "441002").status_code == 302
    assert attempt(Client(), REMOTE_ADDR="10.0.0.9").status_code == 302
    assert attempt(Client()).status_code == 429


def test_a_forwarded_address_does_not_pass_for_another_source(client: Client, staff: Staff) -> None:
    for n in range(TRIES):
        client.post(
            "/sign-in/", {"number": "441001", "password": "wrong"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}"
        )
    assert attempt(client).status_code == 429


def test_coming_in_forgets_the_failures_before(client: Client, staff: Staff) -> None:
    for _ in range(TRIES - 1):
        attempt(client, password="wrong")
    attempt(client)
    assert attempt(Client(), password="wrong").context["attempts_left"] == TRIES - 1


def test_a_closed_account_is_refused_and_an_open_session_of_it_ends(client: Client, staff: Staff) -> None:
    attempt(client)
    Staff.objects.update(is_active=False)
    assert client.get("/").status_code == 302
    assert attempt(Client()).status_code == 422


@pytest.mark.parametrize("number", ["", " ", "x" * 41, "44\0", "441001'--"])
def test_any_text_for_a_number_is_only_refused(client: Client, staff: Staff, number: str) -> None:
    assert attempt(client, number).status_code == 422


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_the_door_leads_to_no_foreign_place(client: Client, staff: Staff, page: str) -> None:
    assert attempt(client, next=page)["Location"] == "/"


def test_the_door_leads_back_to_the_page_asked_for(client: Client, staff: Staff) -> None:
    page = client.get("/manage/codes/?q=rfg", follow=True)
    assert page.context["next"] == "/manage/codes/?q=rfg"
    assert attempt(client, next=page.context["next"])["Location"] == "/manage/codes/?q=rfg"


@pytest.mark.parametrize("address", ["/sign-in/", "/sign-out/", "/password/"])
def test_a_form_from_elsewhere_is_refused(staff: Staff, address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff, "canton.accounts.backends.RoleBackend")
    assert strict.post(address, {"number": "441001", "password": PASSWORD}).status_code == 403


def test_the_door_is_never_cached(client: Client, db: None) -> None:
    assert "no-store" in client.get("/sign-in/")["Cache-Control"]
