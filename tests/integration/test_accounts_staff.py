"""The register of staff: scoped, searchable, for administrators only."""

from collections.abc import Callable

import pytest
from django.test import Client

from canton.accounts.models import Staff
from canton.accounts.selectors import Filters, count_by_centre, staff
from canton.centres.models import Centre
from canton.centres.selectors import Operator

Clerk = Callable[..., Staff]


@pytest.fixture
def people(clerk: Clerk, city: Centre) -> None:
    clerk("administration", number="440001")
    clerk("agent", number="440002")
    clerk("administration", centre=city, number="441901")
    clerk("agent", centre=Centre.objects.get(code="4403"), number="443001")


def numbers(place: Centre, **conditions: str) -> list[str]:
    return [person.number for person in staff(Operator(place), Filters(**conditions))]


def signed_in(client: Client, number: str) -> Client:
    client.force_login(Staff.objects.get(number=number), "canton.accounts.backends.RoleBackend")
    return client


def test_a_city_sees_its_own_staff_the_province_all(people: None, city: Centre, province: Centre) -> None:
    assert numbers(city) == ["441901"]
    assert numbers(province) == ["440001", "440002", "441901", "443001"]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"text": "4430"}, ["443001"]),
        ({"text": "clerk 4419"}, ["441901"]),
        ({"role": "agent"}, ["440002", "443001"]),
        ({"centre": "4403"}, ["443001"]),
        ({"role": "agent", "centre": "44"}, ["440002"]),
        ({"role": "no such role"}, []),
    ],
)
def test_every_condition_narrows(
    people: None, province: Centre, conditions: dict[str, str], found: list[str]
) -> None:
    assert numbers(province, **conditions) == found


def test_a_condition_does_not_widen_the_scope(people: None, city: Centre) -> None:
    assert numbers(city, centre="4403") == []


def test_the_screen_of_a_city_names_nobody_of_another(client: Client, people: None) -> None:
    page = signed_in(client, "441901").get("/manage/staff/?centre=4403").content.decode()
    assert "443001" not in page


def test_the_list_takes_as_many_queries_for_many_people(
    client: Client, people: None, clerk: Clerk, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for n in range(40):
        clerk("agent", number=f"4451{n:02}")
    browser = signed_in(client, "440001")
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        assert browser.get("/manage/staff/").status_code == 200


def test_roles_are_laid_open_to_administrators(client: Client, people: None) -> None:
    page = signed_in(client, "440001").get("/manage/staff/roles/")
    assert len(page.context["roles"]) == 12


@pytest.mark.parametrize("address", ["/manage/staff/", "/manage/staff/roles/"])
def test_other_roles_are_refused(client: Client, people: None, address: str) -> None:
    assert signed_in(client, "440002").get(address).status_code == 403


def test_closed_accounts_are_not_counted(people: None) -> None:
    Staff.objects.filter(number="440002").update(is_active=False)
    assert count_by_centre(frozenset({"44", "4401"})) == {"44": 1, "4401": 1}
