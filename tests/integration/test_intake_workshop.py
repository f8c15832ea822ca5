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
from canton.intake.models import Batch
from canton.intake.workshop import services as layouts
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


def begun(browser: Client, workbook: Path, name: str = "gz-states") -> SavedLayout:
    file = SimpleUploadedFile("states.xlsx", workbook.read_bytes())
    answer = browser.post(reverse("intake:new-layout"), {"file": file, "dataset": "agents", "name": name})
    assert answer.status_code == 302, answer.content.decode()
    return SavedLayout.objects.get(name=name, version=1)


def test_a_layout_goes_from_sample_to_draft_to_published_to_the_next_version(
    seen_by: Callable[..., Client], workbook: Path, tmp_path: Path
) -> None:
    browser = seen_by()
    saved = begun(browser, workbook)
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
    homeless = browser.post(page, posted(state=("table", "", "闲 = ready"))).content.decode()
    assert "状态：选择一列。" in homeless
    assert "闲 = ready</textarea>" in homeless
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
