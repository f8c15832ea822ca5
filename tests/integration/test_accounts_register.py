"""The register kept by administrators: in their own tree, never their own account, somebody always left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from canton.accounts import services
from canton.accounts.choices import Role
from canton.accounts.errors import (
    AccountChanged,
    LastAdministrator,
    NumberTaken,
    OutOfReach,
    OwnAccount,
    PostClosed,
    RoleNotYours,
    WrongPost,
)  # fmt: skip
from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.centres.models import Centre, Department, Desk

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOW = {"now": NOW, "address": "127.0.0.1"}
Clerk = Callable[..., Staff]


@pytest.fixture
def chief(clerk: Clerk) -> Staff:
    return clerk("administration", number="440001")


@pytest.fixture
def local(clerk: Clerk, city: Centre) -> Staff:
    return clerk("administration", centre=city, number="441901")


def details(centre: Centre, *roles: Role, **more: object) -> services.Details:
    return services.Details(name="陈敏", centre=centre, roles=roles or (Role.AGENT,), **more)  # type: ignore[arg-type]


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, "canton.accounts.backends.RoleBackend")
    return client


def asked(**changes: object) -> dict[str, object]:
    given = {"number": "449001", "name": "陈敏", "centre": "44", "role": "statistics", "language": "en"}
    return given | changes


def test_what_is_closed_is_given_to_nobody_and_kept_by_who_has_it(chief: Staff, province: Centre) -> None:
    desk = Desk.objects.get(centre=province, code="statistics")
    person, _link = services.add_person(
        "449002", details(province, Role.STATISTICS, desk=desk), by=chief, **HOW
    )
    Desk.objects.filter(pk=desk.pk).update(valid_until=NOW.date())
    office = signed_in(chief)
    assert f'value="{desk.pk}"' not in office.get("/manage/staff/add/").content.decode()
    assert f'value="{desk.pk}"' not in office.get("/manage/staff/posts/?centre=44").content.decode()
    assert office.post("/manage/staff/add/", asked(desk=desk.pk)).status_code == 422
    desk.refresh_from_db()
    with pytest.raises(PostClosed, match="2026-11-22"):
        services.add_person("449003", details(province, Role.STATISTICS, desk=desk), by=chief, **HOW)
    assert (
        f'value="{desk.pk}" selected' in office.get(f"/manage/staff/{person.number}/edit/").content.decode()
    )
    kept = replace(details(province, Role.STATISTICS, desk=desk), name="陈小敏")
    services.change_person(person.number, kept, seen=person.version, by=chief, **HOW)


def test_a_person_is_added_and_comes_in_by_the_link_shown_once(chief: Staff, province: Centre) -> None:
    office = signed_in(chief)
    desk = Desk.objects.get(centre=province, code="statistics")
    page = office.post("/manage/staff/add/", asked(desk=desk.pk, further_roles=["queries", "statistics"]))
    address = page.context["address"]
    assert address in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    staff = Staff.objects.get(number="449001")
    assert (staff.roles, staff.desk, staff.must_change_password) == (("statistics", "queries"), desk, True)
    assert staff.has_perm("reports.export_report")
    assert not staff.has_perm("accounts.view_staff")
    assert address not in office.get("/manage/staff/449001/").content.decode()
    assert Client().post("/sign-in/", {"number": "449001", "password": ""}).status_code == 422
    person = Client()
    person.get(address)
    person.post("/sign-in/new-password/", {"new": "Pearl-river-2026", "again": "Pearl-river-2026"})
    entered = person.post("/sign-in/", {"number": "449001", "password": "Pearl-river-2026"})
    assert (entered["Location"], entered.cookies["canton_language"].value) == ("/", "en")
    kept = Entry.objects.get(action="accounts.open_account")
    assert (kept.actor, kept.target, kept.address) == ("440001", "449001", "127.0.0.1")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"number": "440001"}, "number"),
        ({"number": "add"}, "number"),
        ({"number": "44 001"}, "number"),
        ({"name": ""}, "name"),
        ({"centre": "11"}, "centre"),
        ({"role": "root"}, "role"),
        ({"further_roles": ["root"]}, "further_roles"),
        ({"desk": "1"}, "desk"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_bad_input_is_drawn_again_with_the_reason(
    chief: Staff, changes: dict[str, object], wrong: str
) -> None:
    city_desk = Desk.objects.filter(centre="4401").first()
    if "desk" in changes:
        changes = {"desk": city_desk.pk}  # type: ignore[union-attr]
    page = signed_in(chief).post("/manage/staff/add/", asked(**changes))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [wrong]
    assert Staff.objects.count() == 1


def test_the_desks_offered_are_those_of_the_centre_chosen(chief: Staff) -> None:
    page = signed_in(chief).get("/manage/staff/posts/?centre=4401").content.decode()
    assert Desk.objects.filter(centre="4401").count() + 1 == page.split('id="id_desk"')[1].count("<option")
    assert "t-bad" not in page


def test_a_city_does_not_reach_the_staff_of_others(local: Staff, chief: Staff) -> None:
    browser = signed_in(local)
    for address in ("/manage/staff/440001/", "/manage/staff/nobody/"):
        for act in ("", "edit/"):
            assert browser.get(address + act).status_code == 404
        for act in ("suspend/", "reinstate/", "link/"):
            assert browser.post(address + act).status_code == 404


def test_services_hold_the_rules_too(
    chief: Staff, local: Staff, clerk: Clerk, province: Centre, city: Centre
) -> None:
    with pytest.raises(OutOfReach):
        services.add_person("449001", details(province), by=local, **HOW)
    with pytest.raises(OutOfReach):
        services.suspend(chief.number, reason="", by=local, **HOW)
    with pytest.raises(OutOfReach):
        services.change_person("441901", details(Centre.objects.get(code="11")), seen=1, by=chief, **HOW)
    with pytest.raises(NumberTaken):
        services.add_person("441901", details(city), by=chief, **HOW)
    clerk_without = clerk("statistics")
    with pytest.raises(RoleNotYours):
        services.add_person("449001", details(province, Role.SUPERVISION), by=clerk_without, **HOW)
    with pytest.raises(RoleNotYours):
        services.make_link(local, by=clerk_without, now=NOW)
    department = Department.objects.filter(centre=city).first()
    billing = Desk.objects.get(centre=province, code="billing_cases")
    for post in ({"department": department}, {"desk": billing}):
        with pytest.raises(WrongPost):
            services.add_person("449001", details(province, **post), by=chief, **HOW)
    assert Staff.objects.count() == 3


def test_nobody_acts_on_his_own_account(chief: Staff, clerk: Clerk, province: Centre) -> None:
    clerk("administration", number="440002")
    more = details(province, Role.ADMINISTRATION, Role.SUPERVISION)
    for act in (
        lambda: services.change_person("440001", more, seen=1, by=chief, **HOW),
        lambda: services.suspend("440001", reason="", by=chief, **HOW),
        lambda: services.make_link(chief, by=chief, now=NOW),
    ):
        with pytest.raises(OwnAccount):
            act()


def test_the_last_administrator_stays(
    chief: Staff, local: Staff, clerk: Clerk, province: Centre, city: Centre
) -> None:
    second = clerk("statistics", number="440002")
    Staff.objects.filter(pk=second.pk).update(further_roles=[Role.ADMINISTRATION])
    second.refresh_from_db()
    services.suspend(local.number, reason="left", by=chief, **HOW)
    services.reinstate(local.number, by=chief, **HOW)
    services.suspend(chief.number, reason="left", by=second, **HOW)
    chief.refresh_from_db()
    for act in (
        lambda: services.suspend(second.number, reason="left", by=chief, **HOW),
        lambda: services.change_person("440002", details(province), seen=1, by=chief, **HOW),
        lambda: services.change_person("440002", details(city, Role.ADMINISTRATION), seen=1, by=chief, **HOW),
    ):
        with pytest.raises(LastAdministrator):
            act()


def test_a_change_is_kept_with_what_was_and_two_editors_notice_each_other(
    chief: Staff, local: Staff, city: Centre
) -> None:
    wanted = details(city, Role.AGENT, language="en")
    services.change_person("441901", wanted, seen=1, by=chief, **HOW)
    entry = Entry.objects.get(action="accounts.change_account")
    assert entry.detail["was"] == {"name": local.name, "role": "administration", "language": ""}
    assert entry.detail["now_is"] == {"name": "陈敏", "role": "agent", "language": "en"}
    with pytest.raises(AccountChanged):
        services.change_person("441901", replace(wanted, name="黄志强"), seen=1, by=chief, **HOW)
    services.change_person("441901", wanted, seen=2, by=chief, **HOW)
    assert Entry.objects.filter(action="accounts.change_account").count() == 1


def test_suspending_asks_for_a_reason_signs_out_at_once_and_is_taken_back(chief: Staff, local: Staff) -> None:
    office, theirs = signed_in(chief), signed_in(local)
    assert office.post("/manage/staff/441901/suspend/", {"reason": ""}).status_code == 422
    assert theirs.get("/").status_code == 200
    page = office.post("/manage/staff/441901/suspend/", {"reason": "离职"}, follow=True).content.decode()
    assert 'action="/manage/staff/441901/reinstate/"' in page
    assert theirs.get("/").status_code == 302
    assert Entry.objects.get(action="accounts.suspend").detail == {"reason": "离职"}
    office.post("/manage/staff/441901/reinstate/")
    assert Staff.objects.get(number="441901").is_active


def test_edit_keeps_the_number_and_goes_back_to_the_person(chief: Staff, local: Staff) -> None:
    form = asked(number="1", name="罗秀英", centre="4401", role="administration", seen=1)
    assert signed_in(chief).post("/manage/staff/441901/edit/", form)["Location"] == "/manage/staff/441901/"
    assert Staff.objects.get(number="441901").name == "罗秀英"
    stale = signed_in(chief).post("/manage/staff/441901/edit/", form | {"name": "陈敏"})
    assert stale.status_code == 422


ASKED = {
    "sort=-number": "441901", "sort=name": "440001", "sort=nonsense": "440001", "sort=-centre": "441901",
    "state=never": "441901", "state=suspended": None, "q=%00": "440001", "centre=%00": "440001",
}  # fmt: skip


def test_the_list_is_sorted_and_narrowed(chief: Staff, local: Staff) -> None:
    browser = signed_in(chief)
    pages = {asked: browser.get(f"/manage/staff/?{asked}").context["page"] for asked in ASKED}
    assert {asked: next((one.number for one in page), None) for asked, page in pages.items()} == ASKED


def test_only_who_may_change_staff_does(chief: Staff, clerk: Clerk) -> None:
    clerk("statistics", number="440009")
    browser = signed_in(Staff.objects.get(number="440009"))
    for act in ("suspend/", "link/", "reinstate/", "edit/"):
        assert browser.post(f"/manage/staff/440001/{act}").status_code == 403
    assert browser.get("/manage/staff/add/").status_code == 403
