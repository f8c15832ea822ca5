"""Rules for texts on screen: added, tried, replaced, retired, brought back; kept in the trail."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.codes import selectors
from canton.codes.models import Code, TextRule

pytestmark = pytest.mark.usefixtures("centres")
RULE = {"code": "0101", "kind": "words", "pattern": "信号 差", "percent": "80"}


@pytest.fixture
def browser(client: Client, clerk: Callable[..., Staff]) -> Client:
    client.force_login(clerk("administration"), "canton.accounts.backends.RoleBackend")
    client.cookies["canton_language"] = "en"
    return client


def test_a_rule_lives_and_what_it_says_is_seen(browser: Client) -> None:
    assert "There is no rule yet" in browser.get("/manage/codes/texts/").content.decode()
    assert browser.post("/manage/codes/texts/add/", RULE).status_code == 302
    again = browser.post("/manage/codes/texts/add/", RULE)
    assert (again.status_code, "has this rule already" in again.content.decode()) == (422, True)
    wrong = browser.post("/manage/codes/texts/add/", RULE | {"kind": "pattern", "pattern": "(a"})
    assert wrong.status_code == 422

    page = browser.post("/manage/codes/texts/try/", {"lines": "家里信号很差\n<b>hello</b>"}).content.decode()
    assert "<mark>信号</mark>很<mark>差</mark>" in page
    assert "Weak coverage" in page
    assert "&lt;b&gt;hello" in page
    assert browser.post("/manage/codes/texts/try/", {"lines": " "}).status_code == 422

    first = TextRule.objects.get()
    assert [each.code for each in selectors.classify_texts(["信号差", "你好"])] == ["0101", ""]
    browser.post(f"/manage/codes/texts/{first.pk}/", RULE | {"pattern": "没信号", "percent": "90"})
    stale = browser.post(f"/manage/codes/texts/{first.pk}/", RULE | {"pattern": "无信号"})
    assert stale.status_code == 422
    assert not TextRule.objects.filter(pattern="无信号").exists()
    second = TextRule.objects.get(retired_at=None)
    assert (second.replaces, second.pattern, second.percent) == (first, "没信号", 90)

    browser.post(f"/manage/codes/texts/{second.pk}/retire/")
    assert browser.post(f"/manage/codes/texts/{second.pk}/retire/").status_code == 409
    assert selectors.text_rules() == []
    assert "没信号" in browser.get("/manage/codes/texts/?state=retired").content.decode()
    browser.post(f"/manage/codes/texts/{second.pk}/reinstate/")
    assert [rule.pattern for rule in selectors.text_rules()] == ["没信号"]
    assert "没信号" in browser.get("/manage/codes/texts/?q=rfg").content.decode()
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert [each.partition(".")[2] for each in actions if each.endswith("text_rule")] == [
        "add_text_rule", "change_text_rule", "retire_text_rule", "reinstate_text_rule",
    ]  # fmt: skip
    Code.objects.filter(pk="0101").update(valid_to=timezone.localdate())
    assert selectors.text_rules() == []


def test_others_try_rules_and_no_more(client: Client, clerk: Callable[..., Staff]) -> None:
    client.force_login(clerk("agent"), "canton.accounts.backends.RoleBackend")
    assert client.get("/manage/codes/texts/").status_code == 200
    assert client.post("/manage/codes/texts/try/", {"lines": "你好"}).status_code == 200
    assert client.get("/manage/codes/texts/add/").status_code == 403
    assert client.post("/manage/codes/texts/1/retire/").status_code == 403
