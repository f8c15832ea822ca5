"""Rules for texts on screen: added, tried, replaced, retired, brought back; kept in the trail."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.cli import main
from canton.codes import selectors
from canton.codes.models import Code, TextRule
from canton.kernel import bootstrap

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

    for address in ("try", f"{TextRule.objects.get().pk}/retire"):  # where a list may stand after a POST
        answer = browser.get(f"/manage/codes/texts/{address}/?q=信号&state=retired")
        assert answer.status_code == 302
        assert answer["Location"] == "/manage/codes/texts/?q=%E4%BF%A1%E5%8F%B7&state=retired"

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


def test_the_command_trains_measures_and_answers(
    home: Path, monkeypatch: pytest.MonkeyPatch, browser: Client
) -> None:
    monkeypatch.setattr(bootstrap, "ready", nullcontext)
    said = {"0101": "这里第{}天信号很弱", "0801": "第{}次收到垃圾短信"}
    rows = [f"{text.format(n)},{code},工单" for code, text in said.items() for n in range(30)]
    file = home / "labels.csv"
    file.write_text(
        "\n".join(["text,code,source", *rows, "信号差,0101,demo", "信号差,7777,工单"]), encoding="utf-8"
    )
    answer = CliRunner().invoke(main, ["classify", "train", "--labels", str(file)])
    assert answer.exit_code == 0, answer.output
    assert "labels      60, refused 2" in answer.stdout
    assert "accuracy    1.0000 (held out)" in answer.stdout
    assert [line.split()[1].rstrip(":") for line in answer.stderr.splitlines()] == [
        "E-LABEL-GENERATED", "E-LABEL-CODE",
    ]  # fmt: skip
    told = CliRunner().invoke(main, ["classify", "--json", "--try", "信号弱", "--try", "Ω"])
    first, second = json.loads(told.stdout)
    assert (first["code"], first["by"].partition(":")[0]) == ("0101", "model")
    assert 0.5 < first["confidence"] < 1
    assert second["code"] == ""
    Code.objects.filter(pk="0101").update(valid_to=timezone.localdate())
    assert [each.code for each in selectors.classify_texts(["信号弱"])] == [""]
    assert "100.0%" in browser.get("/manage/codes/texts/reading/").text
    (home / "models/text/terms.json").write_text("[]")
    shown = browser.get("/manage/codes/texts/reading/").text
    assert "E-TEXT-MODEL" in shown and "No model was trained yet" not in shown
    broken = CliRunner().invoke(main, ["classify", "--try", "信号弱"])
    assert (broken.exit_code, "E-TEXT-MODEL" in broken.stderr) == (1, True)
