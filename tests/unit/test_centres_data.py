"""The tree of centres as data: complete, consistent, and as the published division codes have it."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from canton.accounts.choices import Role
from canton.centres.territory import published

DATA = Path(__file__).parents[2] / "canton" / "centres" / "data"
PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "guangdong"
with_published = pytest.mark.skipif(not PUBLISHED.exists(), reason="no published divisions here")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CENTRES = rows("centres.csv")
CITIES = {row["code"]: row for row in CENTRES if row["tier"] == "city"}


def test_one_nation_and_one_province_with_its_twenty_one_cities() -> None:
    assert [row["code"] for row in CENTRES if row["tier"] == "nation"] == ["0"]
    assert len(CITIES) == 21
    assert {row["parent"] for row in CITIES.values()} == {"44"}


def test_codes_nest_by_prefix() -> None:
    parents = {row["code"]: row["parent"] for row in CENTRES if row["tier"] != "nation"}
    assert [code for code, parent in parents.items() if parent != "0" and not code.startswith(parent)] == []


@pytest.mark.parametrize("column", ["code", "letters", "division"])
def test_nothing_is_named_twice(column: str) -> None:
    assert [value for value, count in Counter(row[column] for row in CENTRES).items() if count > 1] == []


def test_every_city_has_an_area_code_of_its_own() -> None:
    assert len({row["area_code"] for row in CITIES.values() if row["area_code"]}) == 21


def test_desks_stand_in_departments_of_their_tier_and_are_for_roles_there_are() -> None:
    departments = {(row["tier"], row["code"]) for row in rows("departments.csv")}
    desks = rows("desks.csv")
    assert [row["code"] for row in desks if (row["tier"], row["department"]) not in departments] == []
    assert {row["role"] for row in desks} <= set(Role.values)


def test_the_province_has_every_desk_of_the_mission() -> None:
    names = {row["name"] for row in rows("desks.csv") if row["tier"] == "province"}
    assert {"漫游业务咨询台", "漫游投诉申告台", "英文受理台", "监督检查台", "管理维护台"} <= names


@with_published
def test_cities_are_those_of_the_published_divisions() -> None:
    divisions = json.loads((PUBLISHED / "divisions_44.json").read_text(encoding="utf-8"))
    assert {code: row["division"] for code, row in CITIES.items()} == {
        city["code"]: city["name"] for city in divisions["cities"]
    }


@with_published
def test_segments_of_each_city_are_as_many_as_counted_elsewhere() -> None:
    with (PUBLISHED / "city_weights.csv").open(encoding="utf-8", newline="") as file:
        counted = {row["city"]: int(row["mobile_segments_all"]) for row in csv.DictReader(file)}
    names = {row["area_code"]: row["name"] for row in CITIES.values()}
    found = Counter(city for _segment, city in published().segments("广东", names))
    assert found == counted
