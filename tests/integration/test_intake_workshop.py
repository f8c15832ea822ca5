"""Layouts made by people: scoped, versioned, audited; used by command and screen; tried without a trace."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.cli import main
from canton.intake.layout import read_layout
from canton.intake.models import Batch
from canton.intake.workshop import services as layouts
from canton.intake.workshop import trial
from canton.intake.workshop.models import SavedLayout

pytestmark = pytest.mark.usefixtures("centres", "home")
LINES = {
    "agent": ("column", "工号", ""),
    "centre": ("centre", "", ""),
    "state": ("table", "状态", "闲 = ready\r\n忙 = busy"),
    "started": ("time", "开始", "%Y/%m/%d %H:%M:%S"),
    "ended": ("time", "结束", "%Y/%m/%d %H:%M:%S"),
}
SHEET = {"kind": "xlsx", "sheet": "明细", "header": "3"}


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "states.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("明细")
        sheet.write_row(2, 0, ["工号", "状态", "开始", "结束"])
        for row, state in enumerate(["闲", "忙", "睡"], 3):
            sheet.write_row(row, 0, [f"A{row}", state, f"2026/11/8 9:0{row}:00", "2026/11/8 10:00:00"])
    return path


@pytest.fixture
def seen_by(clerk: Callable[..., Any]) -> Callable[..., Client]:
    def sign_in(**where: Any) -> Client:
        browser = Client()
        if "centre" in where:
            where["centre"] = Centre.objects.get(pk=where["centre"])
        browser.force_login(clerk("data_processing", **where), backend="canton.accounts.backends.RoleBackend")
        return browser

    return sign_in


def posted(action: str = "save", **changed: tuple[str, str, str]) -> dict[str, str]:
    lines = {**LINES, **changed}
    said = {f"{part}-{field}": each[at] for field, each in lines.items() for at, part in enumerate(PARTS)}
    return {**said, **SHEET, "action": action}


PARTS = ("how", "column", "text")


def begun(browser: Client, workbook: Path, name: str = "gz-states", dataset: str = "agents") -> SavedLayout:
    file = SimpleUploadedFile("states.xlsx", workbook.read_bytes())
    answer = browser.post(reverse("intake:new-layout"), {"file": file, "dataset": dataset, "name": name})
    assert answer.status_code == 302, answer.content.decode()
    return SavedLayout.objects.get(name=name, version=1)


def test_a_layout_goes_from_sample_to_draft_to_published_to_the_next_version(
    seen_by: Callable[..., Client], workbook: Path, tmp_path: Path
) -> None:
    browser = seen_by()
    saved = begun(browser, workbook)
    fresh = browser.get(reverse("intake:layout", args=[saved.pk])).content.decode()
    assert "每行都会被拒收：" in fresh  # what is not chosen yet is no fault of the file
    assert "缺必填" not in fresh
    assert (saved.document["sheet"], saved.document["header"]) == ("明细", 3)
    page = reverse("intake:layout", args=[saved.pk])
    with translation.override("en"):
        wrong = browser.post(page, posted(reason=("expression", "", '{"colour": 1}')))
    assert wrong.status_code == 422
    kept = wrong.content.decode()
    assert "原因：版式语言没有“colour”。" in kept
    assert "闲 = ready\r\n忙 = busy</textarea>" in kept  # nothing typed is lost
    assert re.search(r'name="how-reason" aria-invalid="true"[^>]* autofocus>', kept)
    unread = posted(state=("table", "状态", "闲 ready\r\n忙 = busy"), reason=("expression", "", "{"))
    both = browser.post(page, {**unread, "header": "x"}).content.decode()
    assert both.count('aria-invalid="true"') == 3
    assert "<li>列名所在行：" in both
    assert re.search(r'<input[^>]*name="header"[^>]* autofocus', both)
    assert "闲 ready\r\n忙 = busy</textarea>" in both
    assert "<option selected>工号</option>" in both
    saved.refresh_from_db()
    assert "started" not in saved.document["fields"]
    tried = browser.post(reverse("intake:try-layout", args=[saved.pk]), posted())
    assert tried.status_code == 200
    assert "睡" in tried.content.decode()
    assert browser.post(page, posted("publish")).status_code == 302
    onward = f"{reverse('intake:upload')}?layout=gz-states"
    assert onward in browser.get(page).content.decode()
    assert '<option value="gz-states" selected>' in browser.get(onward).content.decode()
    saved.refresh_from_db()
    assert (saved.state, saved.sample) == ("published", "")
    assert browser.post(page, posted()).status_code == 403
    browser.post(reverse("intake:revise-layout", args=[saved.pk]))
    draft = SavedLayout.objects.get(version=2)
    assert (draft.state, draft.document) == ("draft", saved.document)
    exported = browser.get(reverse("intake:layout-json", args=[saved.pk]))
    assert json.loads(exported.content) == saved.document
    browser.post(reverse("intake:withdraw-layout", args=[draft.pk]))
    acts = list(
        Entry.objects.filter(action__endswith="_layout").order_by("pk").values_list("action", flat=True)
    )
    known = ["begin", "save", "publish", "begin", "withdraw"]
    assert acts == [f"intake.{each}_layout" for each in known]


def test_a_time_in_another_form_is_told_as_such_with_its_value(
    seen_by: Callable[..., Client], workbook: Path
) -> None:
    browser = seen_by()
    saved = begun(browser, workbook)
    unread = posted(started=("time", "开始", "%d.%m.%Y"))
    tried = browser.post(reverse("intake:try-layout", args=[saved.pk]), unread).content.decode()
    assert "：时间写法不符" in tried  # what was sent is shown as what it is, not as missing
    assert "2026/11/8 9:03:00" in tried
    assert "缺必填" not in tried


def test_the_command_uses_it_tries_it_and_leaves_no_trace(
    seen_by: Callable[..., Client], workbook: Path
) -> None:
    browser = seen_by()
    saved = begun(browser, workbook)
    browser.post(reverse("intake:layout", args=[saved.pk]), posted("publish"))
    command = ["intake", str(workbook), "--dataset", "agents", "--centre", "4401", "--layout", "gz-states"]
    tried = json.loads(CliRunner().invoke(main, [*command, "--try", "--json"]).stdout)
    assert (tried["read"], tried["kept"], tried["reasons"]) == (3, 2, {"state:code": 1})
    assert not Batch.objects.exists()
    done = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert (done["state"], done["kept"], done["reasons"]) == ("loaded", 2, {"state:code": 1})
    original = browser.get(reverse("intake:original", args=[done["batch"], 6]))
    shown = original.content.decode()
    assert original.status_code == 200
    assert "睡" in shown
    assert "A5 | 睡 | 2026/11/8 9:05:00" in shown


def test_a_city_uses_the_layouts_of_the_province_and_changes_its_own_only(
    seen_by: Callable[..., Client], workbook: Path
) -> None:
    saved = begun(seen_by(), workbook)
    city = seen_by(centre="4401")
    page = reverse("intake:layout", args=[saved.pk])
    assert city.get(page).status_code == 200
    assert city.post(page, posted()).status_code == 403
    for name in ("try-layout", "withdraw-layout", "revise-layout"):
        assert city.post(reverse(f"intake:{name}", args=[saved.pk]), posted()).status_code == 404
    own = begun(city, workbook, "own-states")
    assert own.centre_id == "4401"
    assert seen_by(centre="4403").get(reverse("intake:layout", args=[own.pk])).status_code == 404


@pytest.mark.parametrize("name", ["Big", "technion1999", "x", "a b"])
def test_a_name_must_be_one_and_free(name: str, seen_by: Callable[..., Client], workbook: Path) -> None:
    file = SimpleUploadedFile("states.xlsx", workbook.read_bytes())
    answer = seen_by().post(reverse("intake:new-layout"), {"file": file, "dataset": "agents", "name": name})
    assert answer.status_code == 422
    assert not SavedLayout.objects.exists()
    assert layouts.BadLayoutName.code == "E-LAYOUT-NAME"


FIXED = "工号  开始               状态\nA1    2026-11-08 09:00:00闲\nA22   2026-11-08 09:10:00忙\n"
RULERS = {"was": ["工号", "开始", "状态", ""], "name": ["号", "开始", "状态", ""],
          "first": ["1", "7", "26", ""], "last": ["6", "25", "27", ""]}  # fmt: skip


def test_columns_of_fixed_width_are_proposed_moved_and_named_without_a_script(
    seen_by: Callable[..., Client], tmp_path: Path
) -> None:
    browser, path = seen_by(), tmp_path / "states.txt"
    path.write_bytes(FIXED.encode("gb18030"))
    saved = begun(browser, path, "fixed-states")
    assert (saved.document["kind"], saved.document["measure"], saved.document["header"]) == (
        "fixed", "bytes", 1,
    )  # fmt: skip
    assert [each["at"] for each in saved.document["columns"]] == [[1, 6], [7, 25], [26, 27]]
    lines = {
        "agent": ("column", "工号", ""),
        "started": ("time", "开始", "%Y-%m-%d %H:%M:%S"),
        "ended": ("time", "开始", "%Y-%m-%d %H:%M:%S"),
    }
    sent = {
        **posted(**lines), "kind": "fixed", "encoding": "gb18030", "measure": "bytes", "header": "1",
        **{f"ruler-{part}": values for part, values in RULERS.items()},
    }  # fmt: skip
    tried = browser.post(reverse("intake:try-layout", args=[saved.pk]), sent).content.decode()
    assert 'id="ruled"' in tried
    assert 'data-at="26" class="w2">闲' in tried
    page = reverse("intake:layout", args=[saved.pk])
    wrong = browser.post(page, {**sent, "ruler-last": ["6", "3", "27", ""]})
    assert (wrong.status_code, "三项都清空" in wrong.content.decode()) == (422, True)
    assert 'name="ruler-last" value="3"' in wrong.content.decode()
    assert browser.post(page, {**sent, "action": "columns"}).status_code == 200
    assert browser.post(page, {**sent, "action": "save"}).status_code == 302
    saved.refresh_from_db()
    assert saved.document["fields"]["agent"] == {"column": "号"}
    (tmp_path / "l.json").write_text(json.dumps(saved.document), encoding="utf-8")
    command = ["intake", str(path), "--dataset", "agents", "--centre", "4401", "--try"]
    done = json.loads(CliRunner().invoke(main, [*command, "--layout", f"{tmp_path}/l.json", "--json"]).stdout)
    assert (done["read"], done["kept"], done["proposed"]["columns"][2]["at"]) == (2, 2, [26, 27])
    said = CliRunner().invoke(main, command)
    assert "26 - 27" in said.stdout
    assert said.exit_code == 1


SURVEY = {
    "respondent": ("column", "工单号", ""), "centre": ("centre", "", ""),
    "survey": ("constant", "", "2026q4"),
    "question": ("column", "question", ""), "wording": ("column", "question", ""),
    "kind": ("table", "question", "网速满意度(1-10) = 评分\r\n意见 = 自由文本"),
    "answer": ("column", "answer", ""), "score": ("column", "answer", ""), "scale": ("constant", "", "10"),
    "answered": ("time", "受访时间", ""),
}  # fmt: skip


def test_a_questionnaire_with_marks_and_opinions_goes_in_whole_by_a_layout_made_on_the_form(
    seen_by: Callable[..., Client], tmp_path: Path
) -> None:
    path = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("答卷")
        sheet.write_row(0, 0, ["工单号", "受访时间", "网速满意度(1-10)", "意见"])
        sheet.write_row(1, 0, ["G1", "2026-11-15 13:11", 9, "接通快"])
        sheet.write_row(2, 0, ["G2", "2026-11-16 09:05", 3, "等太久, 希望改进"])
    browser = seen_by()
    file = SimpleUploadedFile("survey.xlsx", path.read_bytes())
    new = reverse("intake:new-layout")
    assert '<option value="" selected>' in browser.get(new).content.decode()  # no data is chosen for anybody
    browser.post(new, {"file": file, "dataset": "surveys", "name": "gz-survey"})
    page = reverse("intake:layout", args=[SavedLayout.objects.get().pk])
    sent = {f"{part}-{name}": each[at] for name, each in SURVEY.items() for at, part in enumerate(PARTS)}
    sent |= {"kind": "xlsx", "sheet": "答卷", "header": "1", "action": "publish"}
    sent |= {"asked": ["网速满意度(1-10)", "意见"], "only-score": "on", "only-scale": "on"}
    answer = browser.post(page, sent)
    assert answer.status_code == 302, answer.content.decode()
    assert "仅当题型为“评分”时" in browser.get(page).content.decode()
    command = ["intake", str(path), "--dataset", "surveys", "--centre", "4401", "--layout", "gz-survey"]
    done = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert (done["read"], done["kept"], done["refused"], done["reasons"]) == (4, 4, 0, {})
    assert done["state"] == "loaded"


def test_a_half_done_draft_is_kept_as_typed_and_not_published(
    seen_by: Callable[..., Client], workbook: Path
) -> None:
    browser = seen_by()
    saved = begun(browser, workbook)
    page = reverse("intake:layout", args=[saved.pk])
    half = posted(state=("table", "", "闲 = ready"), reason=("column", "", ""))
    assert browser.post(page, half).status_code == 302
    shown = browser.get(page).content.decode()
    assert "闲 = ready</textarea>" in shown
    assert "状态：选择一列。" in shown
    assert "原因：选择一列。" in shown
    assert re.search(r'name="how-state" aria-invalid="true"', shown)
    refused = browser.post(page, {**half, "action": "publish"})
    assert refused.status_code == 422
    assert "闲 = ready</textarea>" in refused.content.decode()
    empty = browser.post(page, posted("publish", started=("none", "", "")))
    assert empty.status_code == 422
    assert "：选择由何而来；留空则每行都会被拒收" in empty.content.decode()
    assert re.search(r'name="how-started" aria-invalid="true"[^>]* autofocus', empty.content.decode())
    with pytest.raises(layouts.FieldsNotMade) as raised:
        layouts.publish(SavedLayout.objects.get(), by=saved_by(saved), now=saved.saved_at)
    assert raised.value.code == "E-LAYOUT-UNMADE"
    assert browser.post(page, posted()).status_code == 302
    saved.refresh_from_db()
    assert saved.half_done == []
    assert saved.state == "draft"


def saved_by(saved: SavedLayout) -> Any:
    return type(
        "Maker", (), {"number": saved.saved_by, "centre_id": saved.centre_id, "centre": saved.centre}
    )()


def test_a_sample_stays_with_its_draft_for_those_of_its_centre_until_it_is_deleted(
    seen_by: Callable[..., Client], workbook: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    browser = seen_by()
    saved = begun(browser, workbook)
    page, path = reverse("intake:layout", args=[saved.pk]), layouts.sample_of(saved)
    assert path is not None
    shown = browser.get(page).content.decode()
    assert "<b>states.xlsx</b>" in shown
    assert "<td>A3</td>" in shown
    other = seen_by(centre="4401").get(page).content.decode()
    assert "states.xlsx" not in other
    assert "A3" not in other
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(reverse("intake:forget-sample", args=[saved.pk])).status_code == 302
    assert not path.exists()
    assert "<td>A3</td>" not in browser.get(page).content.decode()
    assert Entry.objects.filter(action="intake.forget_sample").count() == 1


def test_a_layout_of_the_house_is_read_and_begun_from(seen_by: Callable[..., Client]) -> None:
    browser, house = seen_by(), reverse("intake:house-layout", args=["bank_calls_5min"])
    assert "银行客服每五分钟呼入量（2003）" in browser.get(reverse("intake:layouts")).content.decode()
    assert "开始" in browser.get(house).content.decode()
    assert browser.get(reverse("intake:house-layout", args=["contacts-1.0"])).status_code == 404
    copy = reverse("intake:copy-layout", args=["bank_calls_5min"])
    assert browser.post(copy, {"name": "bank_calls_5min"}).status_code == 422
    assert browser.post(copy, {"name": "", "title": "本地五分钟呼入"}).status_code == 302
    saved = SavedLayout.objects.get()
    assert (saved.name, saved.state, saved.document["title"]["zh"]) == (
        "volumes-1",
        "draft",
        "本地五分钟呼入",
    )
    shown = browser.get(reverse("intake:layout", args=[saved.pk])).content.decode()
    assert "本地五分钟呼入" in shown
    assert browser.get(house).status_code == 200


def test_each_question_says_its_kind_and_full_mark(seen_by: Callable[..., Client], tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    rows = "".join(f"G{n},2026-11-15 13:1{n},{n},{n % 5 + 1},好\n" for n in range(9))
    path.write_text(f"工单号,受访时间,网速,态度,意见\n{rows}", encoding="utf-8")
    browser, file = seen_by(), SimpleUploadedFile("survey.csv", path.read_bytes())
    browser.post(reverse("intake:new-layout"), {"file": file, "dataset": "surveys", "title": "回访"})
    saved = SavedLayout.objects.get()
    page = reverse("intake:layout", args=[saved.pk])
    offered = browser.get(page).content.decode()
    assert "好 <b" in offered  # values of the sample, with how often they stand there
    assert "×9" in offered
    lines = {
        "respondent": ("column", "工单号", ""), "centre": ("centre", "", ""),
        "survey": ("constant", "", "q4"),
        "wording": ("column", "question", ""), "answer": ("column", "answer", ""),
        "score": ("column", "answer", ""), "answered": ("time", "受访时间", ""),
        **dict.fromkeys(("question", "kind", "scale"), ("asked", "", "")),
    }  # fmt: skip
    sent: dict[str, Any] = {
        f"{part}-{name}": each[at] for name, each in lines.items() for at, part in enumerate(PARTS)
    }
    sent |= {"kind": "text", "encoding": "utf-8", "delimiter": ",", "header": "1", "only-score": "on"}
    sent |= {
        "asked": ["网速", "态度", "意见"], "q-column": ["网速", "态度", "意见"], "q-code": ["speed", "", ""],
        "q-kind": ["score", "score", "text"], "q-scale": ["10", "", ""],
    }  # fmt: skip
    assert browser.post(page, {**sent, "action": "save"}).status_code == 302
    assert "题目“态度”：填写满分。" in browser.get(page).content.decode()
    assert browser.post(page, {**sent, "action": "publish"}).status_code == 422
    wrong = browser.post(page, {**sent, "q-scale": ["10", "many", ""], "action": "save"})
    assert (wrong.status_code, 'value="many"' in wrong.content.decode()) == (422, True)
    tried = browser.post(reverse("intake:try-layout", args=[saved.pk]), {**sent, "q-scale": ["10", "5", ""]})
    assert tried.content.decode().count('class="fig t-ok">27<') == 1
    assert browser.post(page, {**sent, "q-scale": ["10", "5", ""], "action": "publish"}).status_code == 302
    saved.refresh_from_db()
    assert saved.document["tables"]["scale"] == {"codes": {"网速": "10", "态度": "5"}}
    assert saved.document["fields"]["question"] == {"codes": "question", "of": {"column": "question"}}
    again = browser.get(page).content.decode()
    assert again.count('<option value="asked" selected>') == 3


def test_a_time_that_may_be_left_out_and_cannot_be_read_is_told_in_the_trial(
    seen_by: Callable[..., Client], tmp_path: Path
) -> None:
    path = tmp_path / "cases.csv"
    header, row = "编号,受理,办结,内容", "2026-11-08 09:00:00"
    path.write_text(f"{header}\n1,{row},08.11.2026,慢\n2,{row},,慢\n", encoding="utf-8")
    saved = begun(seen_by(), path, "cases-in", "cases")
    made = {
        **saved.document["fields"], "case_id": {"column": "编号"}, "description": {"column": "内容"},
        "nature": {"constant": "complaint"}, "channel": {"constant": "web"},
        "opened": {"moment": [{"column": "受理"}], "forms": ["%Y-%m-%d %H:%M:%S"]},
        "closed": {"moment": [{"column": "办结"}], "forms": ["%Y-%m-%d"]},
    }  # fmt: skip
    found = trial.try_out(path, read_layout({**saved.document, "fields": made}), centre="44")
    assert (found.kept, found.unread) == (2, {"closed": 1})
