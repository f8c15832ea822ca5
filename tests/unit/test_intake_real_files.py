"""The layouts of the house load the real files they are for, and count as other code counts them."""

import csv
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from intake_files import process

from canton.intake.layout import load_layout

DATA = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not beside the project")


def cells(path: Path, columns: int) -> list[list[Any]]:
    """The filled rows of a workbook's first sheet, read by openpyxl alone."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(max_col=columns, values_only=True)
    return [list(row) for row in rows if any(value is not None for value in row)]


def test_a_questionnaire_of_a_mobile_operator(tmp_path: Path) -> None:
    path = DATA / "cmcc_satisfaction_2022" / "附件1语音业务用户满意度数据.xlsx"
    header, *rows = cells(path, 55)
    filled = [(row[0], place, value) for row in rows for place, value in enumerate(row[1:], 1)]
    filled = [each for each in filled if each[2] is not None and str(each[2]).strip()]
    failed = [each for each in filled if each[2] == "#DIV/0!"]
    found = process(path, tmp_path, layout="cmcc_satisfaction_2022")
    assert (found.checked.read, found.checked.refused) == (len(filled), len(failed))
    assert found.checked.reasons == {"answer:required": len(failed)}
    assert sorted(row - 1 for row, *_ in found.refused) == sorted(each[0] for each in failed)
    overall = Counter(int(str(value)) for _, place, value in filled if place == 1)
    assert Counter(row["score"] for row in found.rows if row["question"] == "overall") == overall
    elsewhere = Counter("no" if value == "-1" else "yes" for _, place, value in filled if place == 13)
    assert header[13] == "其他，请注明"
    assert Counter(row["answer"] for row in found.rows if row["question"] == "elsewhere") == elsewhere


def test_messages_to_a_government(tmp_path: Path) -> None:
    path = DATA / "gov_messages_tipdm2020" / "附件3.xlsx"
    _header, *rows = cells(path, 7)
    days = Counter(str(row[3]).split(" ", maxsplit=1)[0].replace("/", "-") for row in rows)
    found = process(path, tmp_path, layout="gov_messages_2020")
    assert (found.checked.read, found.checked.refused) == (len(rows), 0)
    months = Counter("-".join(part.zfill(2) for part in day.split("-")[:2]) for day in days.elements())
    assert Counter(f"{row['opened']:%Y-%m}" for row in found.rows) == months
    assert sum(row["agreed"] for row in found.rows) == sum(row[6] for row in rows)
    assert {row["case_id"]: row["line"] for row in found.rows} == {
        str(row[0]): line for line, row in enumerate(rows, 2)
    }


def hundredths(text: str) -> int:
    return int((Decimal(text) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_subscribers_of_a_mobile_operator(tmp_path: Path) -> None:
    path = DATA / "iranian_telecom_churn" / "Customer_Churn.csv"
    with path.open() as file:
        rows = list(csv.reader(file))[1:]
    found = process(path, tmp_path, layout="iranian_telecom_churn")
    assert (found.checked.read, found.checked.refused) == (len(rows), 0)
    assert sum(row["left"] for row in found.rows) == sum(int(row[13]) for row in rows)
    assert sum(row["value"] for row in found.rows) == sum(hundredths(row[12]) for row in rows)
    assert {row["line"]: row["call_seconds"] for row in found.rows} == {
        line: int(row[4]) for line, row in enumerate(rows, 2)
    }


def test_every_layout_of_the_house_says_in_both_languages_what_it_is_for() -> None:
    for name in ("cmcc_satisfaction_2022", "gov_messages_2020", "iranian_telecom_churn"):
        notes = load_layout(name).notes
        assert notes.en.isascii()
        assert notes.zh
