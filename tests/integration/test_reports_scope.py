"""Nobody sees figures or rows of a centre outside his own, whatever the address says."""

import json

import pytest
import reports_data

from canton.accounts.choices import Role
from canton.audit.models import Entry

pytestmark = pytest.mark.usefixtures("centres", "home")
DAYS = {"from": "1999-01-01", "to": "1999-01-04"}
ADDRESSES = ("/reports/traffic/", "/reports/traffic.csv", "/reports/traffic.json", "/reports/traffic/rows/",
             "/reports/traffic/rows.csv")  # fmt: skip


@pytest.fixture
def rows(tmp_path):
    return reports_data.january(tmp_path)


def signed_in(client, staff):
    client.force_login(staff, backend="canton.accounts.backends.RoleBackend")
    return client


@pytest.fixture
def guangzhou(client, clerk, city, rows):
    """A statistics clerk of the city 4401."""
    return signed_in(client, clerk(Role.STATISTICS, centre=city))


def test_a_city_sees_itself_by_default(guangzhou, rows):
    told = json.loads(guangzhou.get("/reports/traffic.json", DAYS).content)
    mine = [row for row in rows if row["centre"] == "4401" and row["outcome"] in ("answered", "abandoned")]
    assert (told["centre"], told["offered"]) == ("4401", len(mine))
    assert [each["city"] for each in told["by"]["city"]] == ["4401"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("centre", ["44", "4403", "0", "9999", "4401' or true --"])
def test_a_city_that_asks_for_another_centre_gets_a_page_that_says_no(guangzhou, address, centre):
    response = guangzhou.get(address, DAYS | {"centre": centre})
    assert response.status_code == 404
    assert "深圳" not in response.content.decode()
    assert not Entry.objects.filter(action__startswith="reports.").exists()


def test_narrowing_to_another_city_finds_no_row(guangzhou):
    asked = DAYS | {"figure": "offered", "dimension": "city", "value": "4403"}
    response = guangzhou.get("/reports/traffic/rows/", asked)
    assert response.status_code == 200
    assert response.context["page"].paginator.count == 0


@pytest.mark.parametrize(
    ("role", "open_to"),
    [
        (Role.STATISTICS, set(ADDRESSES)),
        (Role.QUERIES, {"/reports/traffic/", "/reports/traffic/rows/"}),
        (Role.MONITORING, {"/reports/traffic/"}),
        (Role.AGENT, set()),
    ],
)
def test_a_role_opens_what_it_is_granted(client, clerk, rows, role, open_to):
    signed_in(client, clerk(role))
    for address in ADDRESSES:
        expected = 200 if address in open_to else 403
        assert client.get(address, DAYS).status_code == expected, address


def test_a_role_that_may_not_see_rows_gets_no_link_to_them(client, clerk, rows):
    page = signed_in(client, clerk(Role.MONITORING)).get("/reports/traffic/", DAYS).content.decode()
    assert "/reports/traffic/rows" not in page


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_are_sent_to_sign_in(client, centres, address):
    response = client.get(address, DAYS)
    assert response.status_code == 302
    assert "sign-in" in response["Location"]


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "1999-01-31", "to": "1999-01-01"},
        {"from": "yesterday"},
        {"from": "1900-01-01", "to": "1999-01-01"},
    ],
)
def test_a_range_that_is_none_is_answered_with_the_reason(guangzhou, asked):
    response = guangzhou.get("/reports/traffic/", asked)
    assert response.status_code == 400
    assert "failure" in [template.name.split("/")[-1].split(".")[0] for template in response.templates]
