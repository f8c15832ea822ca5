"""People change the organisation: nothing is deleted, two who edit notice each other, all can be undone."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.centres import reference
from canton.centres.errors import (
    ChangedMeanwhile,
    ClosedAbove,
    CodeTaken,
    NothingToUndo,
    StillUsed,
    WrongPeriod,
    WrongPlace,
)
from canton.centres.models import Centre, Department, Desk, Revision, Segment
from canton.centres.services import organisation
from canton.centres.services.editing import Editor

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = date(2026, 11, 23)
Clerk = Callable[..., Staff]


@pytest.fixture
def by(province: Centre) -> Editor:
    return Editor("10001", province, "127.0.0.1")


@pytest.fixture
def inside(client: Client, clerk: Clerk) -> Callable[[str], Client]:
    def sign_in(code: str = "44", role: str = "administration") -> Client:
        staff = clerk(role, centre=Centre.objects.get(code=code))
        client.force_login(staff, "canton.accounts.backends.RoleBackend")
        return client

    return sign_in


def market(city: Centre) -> Department:
    return city.departments.get(code="market")


def test_a_change_is_audited_with_both_values_and_can_be_taken_back(city: Centre, by: Editor) -> None:
    department = market(city)
    kept = organisation.change(department, {"name": "市场部"}, version=1, by=by, now=NOW)
    entry = Entry.objects.get(action="centres.change_department")
    assert (entry.actor, entry.centre, entry.target, entry.address) == (
        "10001",
        "4401",
        "department:market",
        "127.0.0.1",
    )
    assert entry.detail == {"before": {"name": "市场经营部"}, "after": {"name": "市场部"}}
    organisation.undo(kept, by=by, now=NOW)
    assert market(city).name == "市场经营部"
    with pytest.raises(NothingToUndo):
        organisation.undo(kept, by=by, now=NOW)


def test_the_second_of_two_editors_gets_both_values_and_loses_nothing(city: Centre, by: Editor) -> None:
    organisation.change(city, {"contact_phone": "020-1"}, version=1, by=by, now=NOW)
    with pytest.raises(ChangedMeanwhile) as caught:
        organisation.change(city, {"contact_phone": "020-2", "name": "广州"}, version=1, by=by, now=NOW)
    assert [(d.field, d.held, d.wanted) for d in caught.value.differences] == [
        ("contact_phone", "020-1", "020-2")
    ]
    assert Centre.objects.get(pk="4401").contact_phone == "020-1"


def test_the_same_values_again_change_nothing(city: Centre, by: Editor) -> None:
    assert organisation.change(city, {"name": city.name}, version=1, by=by, now=NOW) is None
    assert not Revision.objects.exists()


def test_a_department_closes_with_its_desks_and_opens_with_them(city: Centre, by: Editor) -> None:
    department = city.departments.get(code="billing")
    kept = organisation.close(department, day=TODAY, version=1, by=by, now=NOW)
    desk = Desk.objects.get(centre=city, code="billing_cases")
    assert desk.valid_until == TODAY
    assert desk.closed_on(TODAY) and not desk.closed_on(date(2026, 11, 22))
    with pytest.raises(ClosedAbove):
        organisation.reopen(desk, version=desk.version, by=by, now=NOW)
    assert kept is not None
    organisation.undo(kept, by=by, now=NOW)
    assert Desk.objects.get(pk=desk.pk).valid_until is None
    assert Department.objects.get(pk=department.pk).valid_until is None


def test_a_centre_others_depend_on_stays_open(province: Centre, city: Centre, by: Editor) -> None:
    with pytest.raises(StillUsed, match="广州"):
        organisation.close(province, day=TODAY, version=1, by=by, now=NOW)
    with pytest.raises(StillUsed, match="号段"):
        organisation.close(city, day=TODAY, version=1, by=by, now=NOW)
    Segment.objects.filter(centre=city).delete()
    organisation.close(city, day=TODAY, version=1, by=by, now=NOW)
    assert not city.desks.filter(valid_until=None).exists()
    with pytest.raises(ClosedAbove):
        organisation.add(
            Department(centre=Centre.objects.get(pk="4401"), code="new", name="新", name_en="New"),
            by=by,
            now=NOW,
        )


def test_nothing_closes_before_it_was_there(city: Centre, by: Editor) -> None:
    with pytest.raises(WrongPeriod):
        organisation.close(market(city), day=date(1998, 12, 31), version=1, by=by, now=NOW)


def test_a_centre_is_added_below_its_province_and_the_mistake_taken_back(
    province: Centre, by: Editor
) -> None:
    fields = {"name": "试点", "name_en": "Pilot", "division": "试点市", "tier": "city", "letters": "SD"}
    with pytest.raises(WrongPlace):
        organisation.add(Centre(code="4599", parent=province, **fields), by=by, now=NOW)
    kept = organisation.add(Centre(code="4499", parent=province, **fields), by=by, now=NOW)
    with pytest.raises(CodeTaken):
        organisation.add(Centre(code="4498", parent=province, **fields), by=by, now=NOW)
    organisation.undo(kept, by=by, now=NOW)
    assert not Centre.objects.filter(code="4499").exists()
    again = organisation.add(Centre(code="4499", parent=province, **fields), by=by, now=NOW)
    organisation.add(
        Department(centre_id="4499", code="service", name="客服", name_en="Service"), by=by, now=NOW
    )
    with pytest.raises(NothingToUndo):
        organisation.undo(again, by=by, now=NOW)


def test_a_later_edition_leaves_alone_what_people_changed(city: Centre, by: Editor) -> None:
    organisation.change(city, {"name": "羊城"}, version=1, by=by, now=NOW)
    organisation.change(market(city), {"name": "市场部"}, version=1, by=by, now=NOW)
    reference.Edition.objects.filter(name="organisation").delete()
    reference.load_organisation(NOW)
    assert Centre.objects.get(pk="4401").name == "羊城"
    assert market(city).name == "市场部"


def test_the_screen_adds_a_desk_refuses_its_twin_and_undoes(
    inside: Callable[..., Client], city: Centre
) -> None:
    browser = inside()
    fields = {
        "name": "夜间台", "name_en": "Night desk", "code": "night", "role": "agent", "position": "9",
        "department": str(market(city).pk), "valid_from": "2026-12-01",
    }  # fmt: skip
    answer = browser.post("/manage/centres/4401/add/desk/", fields, follow=True)
    page = answer.content.decode()
    assert "夜间台 已新增" in page
    twin = browser.post("/manage/centres/4401/add/desk/", fields)
    assert twin.status_code == 422
    assert "代码 night 已被使用" in twin.content.decode()
    revision = Revision.objects.get(subject="desk")
    assert f"/manage/centres/undo/{revision.pk}/" in page
    browser.post(f"/manage/centres/undo/{revision.pk}/")
    assert not Desk.objects.filter(code="night").exists()
    assert browser.post(f"/manage/centres/undo/{revision.pk}/").status_code == 409


def test_the_screen_shows_both_values_and_saves_what_is_sent_again(
    inside: Callable[..., Client], city: Centre
) -> None:
    browser = inside()
    desk = city.desks.get(code="enquiry")
    address = f"/manage/centres/edit/desk/{desk.pk}/"
    fields = {
        "name": "咨询甲", "name_en": "Enquiries", "code": "enquiry", "role": "agent", "position": "0",
        "department": str(desk.department_id), "valid_from": "1999-01-01", "version": "1",
    }  # fmt: skip
    assert browser.post(address, fields).status_code == 302
    answer = browser.post(address, fields | {"name": "咨询乙"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "咨询甲" in page and "咨询乙" in page
    assert 'name="version" value="2"' in page
    assert browser.post(address, fields | {"name": "咨询乙", "version": "2"}).status_code == 302
    assert city.desks.get(code="enquiry").name == "咨询乙"
    assert "咨询乙" in browser.get("/manage/centres/4401/changes/").content.decode()


def test_closing_without_a_day_says_so_and_reopening_works(
    inside: Callable[..., Client], city: Centre
) -> None:
    browser, department = inside(), market(city)
    address = f"/manage/centres/edit/department/{department.pk}/"
    wrong = browser.post(f"{address}close/", {"day": "", "version": "1"})
    assert wrong.status_code == 422
    assert "data-open-now" in wrong.content.decode()
    browser.post(f"{address}close/", {"day": "2026-12-01", "version": "1"})
    assert "2026-12-01 起停用" in browser.get("/manage/centres/4401/").content.decode()
    browser.post(f"{address}reopen/", {"version": "2"})
    assert market(city).valid_until is None


@pytest.mark.parametrize(
    ("code", "role", "address", "answer"),
    [
        ("4401", "administration", "/manage/centres/edit/centre/4401/", 200),
        ("4401", "administration", "/manage/centres/edit/centre/4403/", 404),
        ("4401", "administration", "/manage/centres/edit/desk/x/", 404),
        ("4401", "administration", "/manage/centres/4403/add/desk/", 404),
        ("44", "administration", "/manage/centres/44/add/centre/", 200),
        ("44", "agent", "/manage/centres/edit/centre/4401/", 403),
    ],
)
def test_who_may_edit_what(
    inside: Callable[..., Client], code: str, role: str, address: str, answer: int
) -> None:
    assert inside(code, role).get(address).status_code == answer


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("计费台", "代码只能用拉丁字母、数字、- 和 _"),
        ("billing desk", "代码只能用拉丁字母、数字、- 和 _"),
        ("b" * 25, "代码最多 24 个字符"),
        ("", "须有代码"),
    ],
)
def test_a_code_is_asked_for_and_refused_in_our_words(
    inside: Callable[[str], Client], city: Centre, code: str, said: str
) -> None:
    client = inside()
    page = client.get("/manage/centres/4401/add/desk/").content.decode()
    assert "2 至 24 个拉丁字母" in page
    page = client.post("/manage/centres/4401/add/desk/", {"name": "计费台", "code": code}).content.decode()
    assert said in page
    assert "“字段”" not in page


def test_a_desk_is_added_from_the_list_of_centres(inside: Callable[[str], Client], city: Centre) -> None:
    page = inside().get("/manage/centres/").content.decode()
    assert 'href="/manage/centres/4401/add/desk/"' in page
    page = inside().get("/manage/centres/4401/").content.decode()
    assert "中国标准时间（UTC+8）" in page
    assert "Asia/Shanghai" not in page
