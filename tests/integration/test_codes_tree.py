"""Classification codes in the database: which there are, what a search finds first, which deadline holds."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from canton.accounts.models import Staff
from canton.codes import reference, selectors
from canton.codes.models import Code

pytestmark = pytest.mark.usefixtures("centres")


def hours(code: str) -> dict[str, int]:
    return {row.kind: row.hours for row in selectors.deadlines_of(Code.objects.get(code=code))}


def test_contacts_may_carry_heads_and_kinds() -> None:
    categories = selectors.contact_categories()
    assert {"01", "0101", "0606", "09", "0901"} <= categories
    assert len(categories) == 9 + 40


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("rfg", "0101"),
        ("0606", "0606"),
        ("漫游", "03"),
        ("guojimanyou", "04"),
        ("gjmy", "04"),
        ("上网", "0403"),
        ("spam", "0801"),
    ],
)
def test_the_best_answer_comes_first(text: str, first: str) -> None:
    found = [code.code for code in selectors.search(text)]
    assert first in found[: 1 if text != "漫游" else 4]


def test_the_nearest_deadline_holds() -> None:
    assert hours("0101")["repair_town"] == 48
    assert hours("0206")["restore"] == 48
    assert "restore" not in hours("0201")
    assert (hours("0201")["feedback"], hours("0404")["feedback"]) == (48, 72)
    assert hours("0404")["answer"] == 360


def test_loading_again_changes_nothing_and_keeps_codes_of_older_editions() -> None:
    Code.objects.create(
        code="0999", parent_id="09", name="旧类", name_en="Old", nature="fault", regulator_class="service",
        department="systems", pinyin="jiu lei", version="0.9", valid_from="1998-01-01",
    )  # fmt: skip
    reference.load(datetime(2027, 1, 1, tzinfo=UTC))
    assert Code.objects.filter(code="0999").exists()


@pytest.mark.parametrize(("code", "parent"), [("1", None), ("0101", None), ("10", "01"), ("01a1", "01")])
def test_the_database_takes_no_code_that_is_neither_head_nor_kind(code: str, parent: str | None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Code.objects.filter(code="0101").update(code=code, parent_id=parent)


def test_a_search_answers_with_the_rows_alone(client: Client, clerk: Callable[..., Staff]) -> None:
    client.force_login(clerk("agent"), "canton.accounts.backends.RoleBackend")
    part = client.get("/manage/codes/?q=rfg", headers={"HX-Request": "true"}).content.decode()
    assert "弱覆盖" in part
    assert "掉话" not in part
    assert "<html" not in part


def test_the_screen_names_owner_deadline_and_source(client: Client, clerk: Callable[..., Staff]) -> None:
    client.force_login(clerk("agent"), "canton.accounts.backends.RoleBackend")
    page = client.get("/manage/codes/?q=0101").content.decode()
    assert "网络建设部" in page
    assert "《电信条例》第三十二条" in page


def test_the_screen_speaks_english(client: Client, clerk: Callable[..., Staff]) -> None:
    client.force_login(clerk("agent"), "canton.accounts.backends.RoleBackend")
    client.cookies["canton_language"] = "en"
    page = client.get("/manage/codes/?q=0101").content.decode()
    assert "Weak coverage" in page
    assert "Telecommunications Regulations, article 32" in page
