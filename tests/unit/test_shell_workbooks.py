"""Workbooks are streamed, say what they were given, and hold nothing that runs."""

import csv
from datetime import date, datetime

import openpyxl
import pytest

from canton.shell import exports

HARMFUL = ["=1+1", "=cmd|' /C calc'!A0", "+86138", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "http://example.com/"]


def read(path):
    book = openpyxl.load_workbook(path)
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def test_text_never_becomes_a_formula_or_a_link(tmp_path):
    path = tmp_path / "rows.xlsx"
    exports.write_xlsx(path, HARMFUL, [HARMFUL])
    sheet = openpyxl.load_workbook(path).active
    for row in sheet.iter_rows():
        for cell, given in zip(row, HARMFUL, strict=True):
            assert cell.data_type == "s"
            assert cell.hyperlink is None
            assert cell.value == (given if given.startswith("http") else "'" + given.replace("\r", "_x000D_"))
    exports.write_csv(tmp_path / "rows.csv", HARMFUL, [HARMFUL])
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not any(cell.startswith(exports.FORMULA_STARTS) for line in csv.reader(file) for cell in line)


def test_values_keep_their_kind_and_long_ones_their_digits(tmp_path):
    row = ["汉字", 7, 1.5, True, None, datetime(1999, 1, 2, 3, 4, 5), date(1999, 1, 2), 2**60, "x" * 40_000]  # noqa: DTZ001
    exports.write_xlsx(tmp_path / "rows.xlsx", ["a"] * len(row), [row])
    [[_, found]] = read(tmp_path / "rows.xlsx")
    assert found[:6] == row[:6]
    assert found[6] == datetime(1999, 1, 2)  # noqa: DTZ001
    assert found[7] == str(2**60)
    assert len(found[8]) == exports.CELL_CHARACTERS


@pytest.mark.parametrize(
    ("name", "sheets"), [("", ["Sheet1", "Sheet2", "Sheet3"]), ("行", ["行", "行 2", "行 3"])]
)
def test_more_rows_than_a_sheet_has_go_on_the_next_one(tmp_path, monkeypatch, name, sheets):
    monkeypatch.setattr(exports, "SHEET_ROWS", 4)
    exports.write_xlsx(tmp_path / "rows.xlsx", ["n"], ([n] for n in range(8)), sheet=name)
    assert openpyxl.load_workbook(tmp_path / "rows.xlsx").sheetnames == sheets
    assert read(tmp_path / "rows.xlsx") == [[["n"], [0], [1], [2]], [["n"], [3], [4], [5]], [["n"], [6], [7]]]


def test_columns_fit_and_a_mean_is_shown_short_and_kept_whole(tmp_path):
    path, mean = tmp_path / "rows.xlsx", 1234.56789
    exports.write_book(
        path, [exports.Sheet("平均", ["name", "mean"], [["分类投诉处理结果不满意", mean]], {1: 2})]
    )
    sheet = openpyxl.load_workbook(path)["平均"]
    assert sheet["B2"].value == mean
    assert sheet["B2"].number_format == "#,##0.00"
    assert 24 <= sheet.column_dimensions["A"].width <= 26
    assert sheet["A2"].number_format == "General"
