"""A viewer sees his own centre and those below it, nothing beside and nothing above."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from canton.accounts.models import Staff
from canton.centres.models import Centre
from canton.centres.selectors import Operator, scope, tree

Clerk = Callable[..., Staff]
QUERIES_OF_THE_TREE = 6  # centres, segments, those to come, departments, desks, staff
TODAY = date(2026, 11, 23)


@pytest.fixture
def inside(client: Client, clerk: Clerk) -> Callable[[str], Client]:
    """A browser in which an administrator of the centre has signed in."""

    def sign_in(code: str) -> Client:
        administrator = clerk("administration", centre=Centre.objects.get(code=code))
        client.force_login(administrator, "canton.accounts.backends.RoleBackend")
        return client

    return sign_in


def test_a_city_sees_only_itself(city: Centre) -> None:
    assert scope(Operator(city)) == {"4401"}


def test_the_province_sees_itself_and_its_twenty_one_cities(province: Centre) -> None:
    seen = scope(Operator(province))
    assert len(seen) == 22
    assert {code[:2] for code in seen} == {"44"}


def test_the_nation_sees_every_centre(centres: None) -> None:
    nation = Operator(Centre.objects.get(code="0"))
    assert scope(nation) == set(Centre.objects.values_list("code", flat=True))


def test_another_province_sees_nothing_of_ours(centres: None) -> None:
    assert scope(Operator(Centre.objects.get(code="45"))) == {"45"}


@pytest.mark.parametrize("code", ["4401", "44", "0"])
def test_the_tree_takes_as_many_queries_for_one_centre_as_for_all(
    centres: None, code: str, django_assert_num_queries: Callable[[int], object]
) -> None:
    viewer = Operator(Centre.objects.get(code=code))
    with django_assert_num_queries(QUERIES_OF_THE_TREE):  # type: ignore[attr-defined]
        tree(viewer, TODAY)


def test_the_tree_lists_parents_before_children_with_what_they_have(province: Centre) -> None:
    nodes = tree(Operator(province), TODAY)
    assert [(node.centre.code, node.depth) for node in nodes[:2]] == [("44", 0), ("4401", 1)]
    assert nodes[0].segments == sum(node.segments for node in nodes[1:])
    assert "计费中心" in [department.name for department in nodes[1].departments]


@pytest.mark.parametrize(
    ("code", "answer"), [("4401", 200), ("4403", 404), ("44", 404), ("0", 404), ("9999", 404)]
)
def test_a_city_opens_no_page_but_its_own(inside: Callable[[str], Client], code: str, answer: int) -> None:
    assert inside("4401").get(f"/manage/centres/{code}/").status_code == answer


def test_the_page_of_the_province_lists_its_cities_and_no_other_province(
    inside: Callable[[str], Client],
) -> None:
    page = inside("44").get("/manage/centres/")
    assert len(page.context["nodes"]) == 22
    assert "广西" not in page.content.decode()


def test_a_stranger_is_sent_to_the_door(client: Client, centres: None) -> None:
    assert client.get("/manage/centres/")["Location"] == "/sign-in/?next=/manage/centres/"


def test_a_strangers_fragment_moves_the_whole_page_to_the_door(client: Client, centres: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/manage/codes/"}
    answer = client.get("/manage/codes/", headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/sign-in/?next=")
