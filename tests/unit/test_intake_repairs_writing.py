"""Corrected copies of workbooks, Parquet, fixed width, text with its header below: nothing else differs."""

import zipfile
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from canton.intake.repair.copies.holder import Holder
from canton.intake.repair.copies.objects import Objects
from canton.intake.repair.copies.parquet import Table
from canton.intake.repair.copies.texts import Fixed, delimited
from canton.intake.repair.copies.workbooks import Workbook
from canton.intake.repair.mending import WHOLE, Unwritable
from canton.intake.sources import objects
from canton.intake.sources.model import Kind, Source

COLUMNS = ("号码", "类别", "数量")
SHEET = Source(Kind.XLSX, "utf-8", columns=COLUMNS, header=2)


def corrected(holder: Holder, original: Path, changes: Mapping[int, Mapping[str, str]]) -> Path:
    """The copy; made twice, it is the same bytes, and the original stays."""
    before = original.read_bytes()
    copies = [original.with_name(name) for name in ("once", "again")]
    for copy in copies:
        holder.write(original, copy, changes)
    assert copies[0].read_bytes() == copies[1].read_bytes()
    assert original.read_bytes() == before
    return copies[0].rename(original.with_name(f"copy{original.suffix}"))


def cells_of(path: Path) -> dict[str, Any]:
    """Every cell of the first sheet, formulas as they are written, with its number format."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    found = {each.coordinate: (each.value, each.number_format) for row in sheet.iter_rows() for each in row}
    return {place: held for place, held in found.items() if held[0] is not None}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        day, sheet = made.add_format({"num_format": "yyyy-mm-dd"}), made.add_worksheet("九月")
        sheet.write_row("A1", ["标题 <&>"])
        sheet.write_row("A2", ["号码", "备注", "类别", "数量", "日期", "合计"])
        for row in (3, 4, 5, 6):
            sheet.write_row(row - 1, 0, [f"1380000000{row}", "无", "语音", 10 * row])
            sheet.write_datetime(row - 1, 4, datetime.fromisoformat(f"2026-11-0{row}"), day)
            sheet.write_formula(row - 1, 5, f"=D{row}*2", None, 20 * row)
        sheet.merge_range("C4:C6", "短信")
        sheet.merge_range("A8:B8", "完")
        made.add_worksheet("其他").write("A1", "留")
    return path


def test_of_a_workbook_only_the_cells_named_differ(book: Path) -> None:
    before = cells_of(book)
    copy = corrected(Workbook(SHEET), book, {3: {"类别": "网页 <x>", "数量": "31"}, 4: {"数量": "4o"}})
    after = cells_of(copy)
    assert {place: after[place][0] for place in after if after[place] != before.get(place)} == {
        "C3": "网页 <x>", "D3": 31, "D4": "4o",
    }  # fmt: skip
    assert after.keys() == before.keys()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(copy) as new:
        assert old.namelist() == new.namelist()
        same = [name for name in old.namelist() if old.read(name) == new.read(name)]
    assert set(old.namelist()) - set(same) == {"xl/worksheets/sheet1.xml"}


def test_a_corrected_cell_of_merged_ones_leaves_the_others_their_value(book: Path) -> None:
    copy = corrected(Workbook(SHEET), book, {5: {"类别": "voice"}})
    sheet = openpyxl.load_workbook(copy).worksheets[0]
    assert [sheet[place].value for place in ("C3", "C4", "C5", "C6")] == ["语音", "短信", "voice", "短信"]
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A8:B8"]
    first = corrected(Workbook(SHEET), book, {4: {"类别": ""}})
    sheet = openpyxl.load_workbook(first).worksheets[0]
    assert [sheet[place].value for place in ("C4", "C5", "C6")] == [None, "短信", "短信"]


def test_formulas_that_hung_on_a_corrected_one_keep_their_value(tmp_path: Path, book: Path) -> None:
    """Written as Excel writes: a formula shared by the cells below, a chain of formulas, cells left out."""
    parts = {
        "xl/worksheets/sheet1.xml": b'<?xml version="1.0"?><x:worksheet xmlns:x='
        b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>'
        b'<x:c r="C1" t="inlineStr"><x:is><x:t>c</x:t></x:is></x:c></x:row>'
        b'<x:row r="2"><x:c r="A2"><x:f t="shared" ref="A2:A4" si="0">B2*2</x:f><x:v>4</x:v></x:c></x:row>'
        b'<x:row r="3"><x:c r="A3"><x:f t="shared" si="0"/><x:v>6</x:v></x:c><x:c r="D3"/></x:row>'
        b'<x:row r="4"><x:c r="A4"><x:f t="shared" si="0"></x:f><x:v>8</x:v></x:c></x:row>'
        b"</x:sheetData></x:worksheet>",
        "xl/calcChain.xml": b"<calcChain/>",
    }
    path = tmp_path / "shared.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts.get(name) or old.read(name))
    source = Source(Kind.XLSX, "utf-8", columns=("a", "c"))
    copy = corrected(Workbook(source), path, {2: {"a": "7"}, 3: {"c": "neu"}})
    sheet = openpyxl.load_workbook(copy).worksheets[0]
    assert [[each.value for each in row] for row in sheet["A2:C4"]] == [
        [7, None, None], [6, None, "neu"], [8, None, None],
    ]  # fmt: skip
    with zipfile.ZipFile(copy) as made:
        assert "xl/calcChain.xml" not in made.namelist()
    kept = corrected(Workbook(source), path, {4: {"a": "9"}})
    assert openpyxl.load_workbook(kept).worksheets[0]["A3"].value.startswith("=")


def test_of_a_parquet_file_only_the_values_named_differ(tmp_path: Path) -> None:
    moments = [datetime.fromisoformat(f"2026-11-0{day}") for day in range(1, 7)]
    table = pa.table({
        "号码": pa.array([*"abcde", None]),
        "类别": pa.array(["x", "y", "x", None, "y", "x"]).dictionary_encode(),
        "数量": pa.array([1, 2, 3, 4, 5, None], pa.int16()),
        "时刻": pa.array(moments, pa.timestamp("us", "UTC")),
        "费": pa.array([Decimal("1.10")] * 6, pa.decimal128(9, 2)),
        "别的": pa.array([[1], [2], None, [], [5], [6]]),
    })  # fmt: skip
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, row_group_size=4, compression="zstd")
    wanted = Source(Kind.PARQUET, "utf-8", columns=("号码", "类别", "数量", "时刻", "费"))
    holder = Table(wanted, table.schema)
    changes = {
        6: {"号码": "F", "数量": "60"}, 2: {"类别": "z"}, 4: {"类别": ""},
        1: {"时刻": "2026-12-01 08:00:00", "费": "2.5"},
    }  # fmt: skip
    copy = corrected(holder, path, changes)
    rows = table.to_pylist()
    rows[5] |= {"号码": "F", "数量": 60}
    rows[1]["类别"], rows[3]["类别"] = "z", None
    rows[0] |= {"时刻": datetime.fromisoformat("2026-12-01T00:00:00+00:00"), "费": Decimal("2.50")}
    made = pq.ParquetFile(copy)
    assert made.read().to_pylist() == rows
    assert made.schema_arrow.equals(table.schema)
    assert (made.num_row_groups, made.metadata.row_group(0).column(0).compression) == (2, "ZSTD")
    for column, value in (("数量", "40000"), ("数量", "x"), ("时刻", "gestern"), ("费", "1.234")):
        with pytest.raises(Unwritable, match=value):
            holder.require(column, value)


def test_of_fixed_width_only_the_places_named_differ(tmp_path: Path) -> None:
    source = Source(
        Kind.FIXED, "gb18030", header=0, columns=COLUMNS, places=((1, 4), (5, 10), (11, 13))
    )  # fmt: skip
    lines = ["0001语音    1甲", "0002短信    2", "0003语音", "kaputt"]
    path = tmp_path / "a.txt"
    path.write_bytes("\r\n".join([*lines, ""]).encode("gb18030"))
    holder = Fixed(source, "gb18030")
    changes = {
        1: {"类别": "网页", "数量": "33"}, 2: {"数量": "44"}, 3: {"数量": "5"}, 4: {WHOLE: "0004语音    9"},
    }  # fmt: skip
    copy = corrected(holder, path, changes)
    wanted = ["0001网页   33甲", "0002短信   44", "0003语音  5", "0004语音    9"]
    assert copy.read_bytes().decode("gb18030").split("\r\n") == [*wanted, ""]
    assert holder.record("0004语音    9") == ("0004", "语音", "9")
    for column, value in (("类别", "四个汉字"), ("数量", " 1"), ("数量", "1\n")):
        with pytest.raises(Unwritable):
            holder.require(column, value)
    with pytest.raises(Unwritable):
        holder.record("0004语音    9000")


def test_below_a_title_a_record_of_several_lines_is_found(tmp_path: Path) -> None:
    lines = ["Bericht;2026", "类别;x;号码;数量", '语音;"zwei\nZeilen";1;"3"', "短信;;2;4", "kaputt"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    source = Source(Kind.TEXT, "utf-8", delimiter=";", header=2, columns=COLUMNS)
    holder = delimited(source, lines[1], "utf-8")
    changes = {3: {"数量": "30", "类别": "a;b"}, 6: {WHOLE: "网页;;3;5"}}
    copy = corrected(holder, path, changes)
    wanted = [*lines[:2], '"a;b";"zwei\nZeilen";1;"30"', lines[3], "网页;;3;5", ""]
    assert copy.read_text("utf-8") == "\n".join(wanted)
    assert holder.record("网页;;3;5") == ("3", "网页", "5")
    assert holder.record("kaputt") is None


@pytest.mark.parametrize("chunk", [7, 1 << 16], ids=["in small pieces", "at once"])
@pytest.mark.parametrize("shape", ["[%s]\r\n", "\ufeff%s\n"], ids=["list", "marked, object by object"])
def test_of_a_json_file_only_the_values_named_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, chunk: int
) -> None:
    monkeypatch.setattr(objects, "CHUNK", chunk)
    between = ",\r\n  " if "[" in shape else "\n"
    rows = [
        '{ "号码" : "1", "类别":"a,\\"b\\\\", "数量": 1.50, "别的": {"数量": [1, {"}": 2}]} }',
        '{"数量": 7, "号码": null, "类别": true, "数量" : 8}',
        "{ }",
        '{"号 码": "x",\r\n "类别": "\\u7532\\r"}',
    ]
    path = tmp_path / "a.json"
    path.write_bytes((shape % between.join(rows)).encode())
    changes = {
        1: {"类别": '换"\\\n'}, 2: {"数量": "9.0", "号码": "13800000000", "类别": "false"},
        3: {"号码": "", "类别": "新"}, 4: {"号 码": "", "数量": "3"},
    }  # fmt: skip
    copy = corrected(Objects(Source(Kind.JSON, "utf-8", columns=COLUMNS)), path, changes)
    made = [
        rows[0].replace('"a,\\"b\\\\"', '"换\\"\\\\\\n"'),
        '{"数量": 7, "号码": "13800000000", "类别": false, "数量" : 9.0}',
        '{"类别": "新" }',
        '{"号 码": "",\r\n "类别": "\\u7532\\r", "数量": "3"}',
    ]
    assert copy.read_bytes().decode() == shape % between.join(made)
    with pytest.raises(Unwritable):
        Objects(Source(Kind.JSON, "utf-8")).require("号码", "\ud800")
