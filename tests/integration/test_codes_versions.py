"""Versions: drafted and published from a day on; what is published stays, and data keeps its codes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import InternalError
from django.test import Client

from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.centres.services.editing import Editor
from canton.codes import reference, selectors, services
from canton.codes.classification import Kind, Rule
from canton.codes.errors import DraftThere, NotADraft, NothingDifferent, NothingToUndo, WrongDay
from canton.codes.models import Code, Deadline, Version

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LATER = date(2027, 1, 1)
NEW = Kind("0107", "室内覆盖", "Indoor coverage", "fault", "network", "construction")


@pytest.fixture
def by(province: Centre) -> Editor:
    return Editor("10001", province, "127.0.0.1")


@pytest.fixture
def browser(client: Client, clerk: Callable[..., Staff]) -> Client:
    client.force_login(clerk("administration"), "canton.accounts.backends.RoleBackend")
    return client


@pytest.fixture
def draft(by: Editor) -> Version:
    found = services.start(by=by, now=NOW)
    return services.alter(found, lambda held: held.add(NEW).retire("0104", "0102"), by=by, now=NOW)


def test_the_release_is_version_one(centres: None) -> None:
    version = selectors.in_force(TODAY)
    assert version is not None
    assert (version.number, version.valid_from) == ("1.0", date(1999, 1, 1))
    assert {kind["code"] for kind in version.content["kinds"]} == set(
        Code.objects.values_list("code", flat=True)
    )


def test_a_version_holds_from_its_day_and_old_codes_stay_readable(draft: Version, by: Editor) -> None:
    services.publish(draft, start=LATER, by=by, now=NOW)
    assert "0107" not in selectors.contact_categories()
    services.bring_into_force(LATER - timedelta(days=1))
    assert Code.objects.get(code="0104").valid_to is None
    services.bring_into_force(LATER)
    assert {"0107", "0104", "0102"} <= selectors.contact_categories()
    retired = Code.objects.get(code="0104")
    assert (retired.valid_to, retired.successor, retired.name) == (LATER, "0102", "短信")
    assert (Code.objects.get(code="0107").valid_from, Code.objects.get(code="0101").valid_from) == (
        LATER,
        date(1999, 1, 1),
    )
    assert [code.code for code in selectors.search("snfg")] == ["0107"]
    before, after = selectors.in_force(TODAY), selectors.in_force(LATER)
    assert before is not None and after is not None
    assert (before.number, after.number) == ("1.0", "1.1")


def test_nobody_edits_what_is_published_not_even_in_the_database(draft: Version, by: Editor) -> None:
    services.publish(draft, start=TODAY, by=by, now=NOW)
    with pytest.raises(NotADraft):
        services.alter(draft, lambda held: held.retire("0103"), by=by, now=NOW)
    with pytest.raises(NotADraft):
        services.drop(draft, by=by, now=NOW)
    for statement in ("UPDATE codes_version SET content = '{}'", "DELETE FROM codes_version"):
        with (
            pytest.raises((ProgrammingError, InternalError, IntegrityError), match="stays as it is"),
            transaction.atomic(),
        ):
            connection.cursor().execute(statement)


def test_a_version_to_come_can_be_made_a_draft_again_and_one_in_force_cannot(
    draft: Version, by: Editor
) -> None:
    services.publish(draft, start=LATER, by=by, now=NOW)
    with pytest.raises(NothingToUndo):
        services.withdraw(draft, by=by, now=datetime(2027, 1, 2, tzinfo=UTC))
    services.withdraw(draft, by=by, now=NOW)
    with pytest.raises(DraftThere):
        services.start(by=by, now=NOW)
    services.drop(draft, by=by, now=NOW)
    assert Version.objects.count() == 1


@pytest.mark.parametrize("start", [date(2026, 11, 22), date(1999, 1, 1)])
def test_no_version_comes_into_force_in_the_past(draft: Version, by: Editor, start: date) -> None:
    with pytest.raises(WrongDay):
        services.publish(draft, start=start, by=by, now=NOW)


def test_changes_of_a_draft_are_audited_and_the_latest_taken_back(draft: Version, by: Editor) -> None:
    entry = Entry.objects.get(action="codes.change_draft")
    assert [(each["code"], each["what"]) for each in entry.detail["changes"]] == [
        ("0104", "retired"),
        ("0107", "added"),
    ]
    services.undo(draft, by=by, now=NOW)
    with pytest.raises(NothingToUndo):
        services.undo(draft, by=by, now=NOW)
    with pytest.raises(NothingDifferent):
        services.publish(draft, start=LATER, by=by, now=NOW)


def test_deadlines_follow_the_version(draft: Version, by: Editor) -> None:
    rule = Rule("0107", "repair_town", 24, "省内规定", "Provincial rule", "practice")
    services.alter(draft, lambda held: held.put_rule(rule).drop_rule("", "first_contact"), by=by, now=NOW)
    services.publish(draft, start=TODAY, by=by, now=NOW)
    hours = {row.kind: row.hours for row in selectors.deadlines_of(Code.objects.get(code="0107"))}
    assert hours["repair_town"] == 24
    assert not Deadline.objects.filter(kind="first_contact").exists()


def test_loading_the_release_again_leaves_what_people_published(draft: Version, by: Editor) -> None:
    services.publish(draft, start=TODAY, by=by, now=NOW)
    reference._load(NOW + timedelta(days=1))
    assert Code.objects.get(code="0104").valid_to == TODAY


def test_the_screens_draft_compare_publish_and_refuse(browser: Client, centres: None) -> None:
    assert browser.post("/manage/codes/versions/start/").status_code == 302
    address = "/manage/codes/versions/1.1/"
    shown = browser.get(f"{address}codes/0101/")
    seen = shown.context["form"].initial["seen"]
    fields = {
        "name": "覆盖弱", "name_en": "Weak", "nature": "fault", "regulator_class": "network",
        "department": "construction", "seen": seen,
    }  # fmt: skip
    assert browser.post(f"{address}codes/0101/", fields).status_code == 302
    stale = browser.post(f"{address}codes/0101/", fields | {"name": "弱"})
    assert stale.status_code == 409
    assert "覆盖弱" in stale.content.decode()
    refused = browser.post(f"{address}codes/01/retire/", {"target": ""})
    assert refused.status_code == 409
    assert "仍被" in refused.content.decode()
    browser.post(f"{address}codes/0403/move/", {"target": "01"})
    page = browser.get(address).content.decode()
    assert "覆盖弱" in page and "弱覆盖" in page and "→ 0107" in page
    rule = {"code": "", "kind": "answer", "hours": "0", "source": "x", "source_en": "x", "standing": "law"}
    assert browser.post(f"{address}deadlines/", rule).status_code == 422
    assert browser.post(f"{address}deadlines/", rule | {"hours": "300"}).status_code == 302
    assert browser.post(f"{address}publish/", {"start": "2001-01-01"}).status_code == 422
    assert browser.post(f"{address}publish/", {"start": "2999-01-01"}).status_code == 302
    assert browser.get(f"{address}codes/0101/").status_code == 404
    assert "待生效" in browser.get("/manage/codes/versions/").content.decode()


def test_those_who_may_not_edit_may_look(client: Client, clerk: Callable[..., Staff]) -> None:
    client.force_login(clerk("agent"), "canton.accounts.backends.RoleBackend")
    assert client.get("/manage/codes/versions/1.0/").status_code == 200
    assert client.post("/manage/codes/versions/start/").status_code == 403
