"""Refused rows of workbooks put right on the screen and loaded from a corrected workbook."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.test import Client
from test_intake_batches import handed_in
from test_intake_repairs import enter  # noqa: F401 - a fixture

from canton.intake import services
from canton.intake.choices import State
from canton.intake.layout import load_layout
from canton.intake.models import Batch, Repair
from canton.intake.repair import kinds
from canton.intake.repair.services import correcting, repairing
from canton.records.selectors import original_path

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LI = "4401001"
MESSAGES = "留言编号 留言用户 留言主题 留言时间 留言详情 反对数 点赞数".split()  # noqa: SIM905

pytestmark = pytest.mark.usefixtures("centres", "home")


def loaded(path: Path, layout: str) -> Batch:
    batch = handed_in(path, layout=load_layout(layout)).batch
    return run(batch)


def run(batch: Batch) -> Batch:
    services.run(batch.number, clock=lambda: NOW)
    batch.refresh_from_db()
    return batch


def test_a_workbook_is_put_right_cell_by_cell_and_all_of_a_kind(
    tmp_path: Path,
    enter: Callable[..., Client],  # noqa: F811
) -> None:
    path = tmp_path / "留言.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, MESSAGES)
        for number in range(1, 7):
            votes = "五" if number < 4 else 5
            when = "昨天" if number == 4 else f"2020/1/{number} 8:00:00"
            sheet.write_row(number, 0, [str(number), "A1", "路灯", when, "坏了", 0, votes])
        sheet.write_formula(10, 10, "=SUM(F2:F7)", None, 0)
    batch = loaded(path, "gov_messages_2020")
    assert (batch.read, batch.kept, batch.refused) == (6, 2, 4)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    votes = next(each for each in kinds.kinds_of(batch) if each.column == "点赞数")
    looked = browser.post(
        f"{page}kinds/?reason={votes.reason}", {"old": ["五"], "new": ["5"], "action": "preview"}
    )
    assert "of the first 3 rows 3 would be kept" in looked.text
    correcting.correct_kind(batch, votes, {"五": "5"}, by=LI, now=NOW)
    fields = {"seen": "0", "f3": "2020/1/4 8:00:00"}
    assert "the row keeps its format" in browser.post(f"{page}5/check/", fields).text
    too_long = browser.post(f"{page}5/", {**fields, "f4": "x" * 40_000})
    assert (too_long.status_code, "E-REPAIR-VALUE" in too_long.text) == (422, True)
    assert browser.post(f"{page}5/", fields).status_code == 302
    corrected = run(repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch)
    assert (corrected.state, corrected.read, corrected.kept, corrected.refused) == (State.LOADED, 6, 6, 0)
    with original_path(corrected.sha256).open("rb") as copy:
        made = openpyxl.load_workbook(copy).active
    sent = openpyxl.load_workbook(path).active
    assert {
        cell.coordinate: cell.value
        for row in made.iter_rows()
        for cell in row
        if cell.value != sent[cell.coordinate].value
    } == {"G2": "5", "G3": "5", "G4": "5", "D5": "2020/1/4 8:00:00"}
    assert "2020/1/4 8:00:00" in browser.get(f"/data/originals/{corrected.number}/5/").text


def test_answers_of_one_row_of_a_questionnaire_are_put_right_each(
    tmp_path: Path,
    enter: Callable[..., Client],  # noqa: F811
) -> None:
    layout = load_layout("cmcc_satisfaction_2022")
    columns = ("用户id", *layout.source.columns[1:])
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [each.removesuffix(" (2)") for each in columns])
        sheet.write_row(1, 0, [1, 10, 9])
        sheet.write_row(2, 0, [2, "#N/A", "#N/A", 8])
        sheet.write_row(3, 0, ["U-3", 11, 9])
    batch = loaded(path, layout.name)
    assert (batch.read, batch.kept, batch.refused) == (7, 3, 4)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/3/"
    listed = {row.line: row for row in browser.get(page.removesuffix("3/")).context["rows"]}
    assert {(fault.title, fault.value) for fault in listed[4].faults} == {
        ("用户id", "U-3"), ("语音通话整体满意度", "11"),
    }  # fmt: skip
    assert len(listed[4].faults) == 2  # each is said once, not for each answer
    odd = browser.get(page.replace("/3/", "/4/")).context
    assert ([line.name for line in odd["wrong"]], odd["loose"]) == (["用户id", "语音通话整体满意度"], [])
    assert browser.post(page.replace("/3/", "/4/"), {"seen": "0", "f0": "3", "f1": "10"}).status_code == 302
    shown = browser.get(page).text
    assert shown.count('aria-invalid="true"') == 2
    assert "语音通话整体满意度" in shown
    fields = {"seen": "0", "f1": "7", "f2": ""}  # one is answered, one was no answer
    assert "the row keeps its format" in browser.post(f"{page}check/", fields).text
    assert browser.post(page, fields).status_code == 302
    assert set(Repair.objects.filter(line=3).values_list("line", "column", "new")) == {
        (3, "语音通话整体满意度", "7"), (3, "网络覆盖与信号强度", ""),
    }  # fmt: skip
    corrected = run(repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch)
    assert (corrected.state, corrected.read, corrected.kept, corrected.refused) == (State.LOADED, 6, 6, 0)
