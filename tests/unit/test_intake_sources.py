"""Files as cities have them come in, each row under its own number; what is none is refused whole."""

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from intake_files import Outcome, process

from canton.intake import refusals
from canton.intake.layout import read_layout
from canton.intake.plan import Context, compile_plan
from canton.intake.preflight import examine

HEADER = ["编号", "时间", "话务员", "状态", "结束"]
NINE = datetime.fromisoformat("2026-11-08T09:14:02")
FORMS = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"]


def layout(**written: Any) -> Any:
    """Agents' states from a file of five columns, however it is written."""
    return read_layout(
        {
            "name": "states",
            "dataset": "agents",
            "version": "1.0",
            "notes": {"en": "", "zh": ""},
            "trim": True,
            "columns": [{"name": each} for each in HEADER],
            "tables": {"state": {"codes": {"闲": "ready", "忙": "busy"}}},
            "fields": {
                "agent": {"column": "话务员"},
                "centre": {"context": "centre"},
                "state": {"codes": "state", "of": {"column": "状态"}},
                "started": {"moment": [{"column": "时间"}], "forms": FORMS},
                "ended": {"moment": [{"column": "结束"}], "forms": FORMS},
                "contact_id": {"column": "编号"},
            },
            **written,
        }
    )


TEXT = {"kind": "text", "encoding": "utf-8", "delimiter": ",", "quote": '"'}


def states(found: Outcome) -> list[tuple[str, str, int]]:
    rows = sorted(found.rows, key=lambda each: each["line"])
    return [(each["agent"], str(each["started"]), each["line"]) for each in rows]


def book(path: Path, fill: Callable[[Any, Any], None], **options: Any) -> Path:
    with xlsxwriter.Workbook(path, options) as made:
        fill(made, made.add_worksheet("说明"))
    return path


def filled(sheet: Any, day: Any, at: int = 0) -> None:
    sheet.write_row(at, 0, HEADER)
    sheet.write_row(at + 1, 0, ["", None, "A1", "闲", None])
    for column in (1, 4):
        sheet.write_datetime(at + 1, column, NINE, day)


@pytest.mark.parametrize("epoch", [False, True])
def test_a_workbook_gives_its_sheet_its_formulas_merges_and_dates(tmp_path: Path, epoch: bool) -> None:
    def fill(made: Any, first: Any) -> None:
        first.write(0, 0, "nothing of use")
        sheet, day = made.add_worksheet("明细"), made.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.merge_range(0, 0, 0, 4, "十一月话务员状态")
        filled(sheet, day, at=2)
        sheet.merge_range(4, 2, 5, 2, "A2")  # one name over two rows
        for row, state in ((4, "闲"), (5, "忙")):
            sheet.write_formula(row, 3, '="x"', None, state)
            sheet.write_string(row, 1, f"2026/11/8 9:{row}0")
            sheet.write_string(row, 4, "2026-11-08 10:00:00")
        sheet.write_row(8, 0, ["", "2026-11-08 09:00:00", "A3", "睡", "2026-11-08 08:00:00"])

    path = book(tmp_path / "a.xlsx", fill, date_1904=epoch)
    found = process(path, tmp_path, layout=layout(kind="xlsx", sheet="明细", header=3))
    assert states(found) == [
        ("A1", "2026-11-08 09:14:02", 4),
        ("A2", "2026-11-08 09:40:00", 5),
        ("A2", "2026-11-08 09:50:00", 6),
    ]
    assert found.reasons == [(9, "state:code"), (9, "ended:before_started")]
    assert found.refused[0][1:3] == ("状态", "睡")


def test_a_cell_that_has_no_value_costs_its_row_and_a_column_nobody_wants_costs_nothing(
    tmp_path: Path,
) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append([*HEADER, "合计"])
    good = ["", "2026-11-08 09:00:00", "A1", "闲", "2026-11-08 09:10:00", "=1+1"]
    sheet.append(good)
    sheet.append([*good[:2], "=1+1", *good[3:]])
    sheet.append([good[0], 99_999_999, *good[2:]])
    sheet["B4"].number_format = "yyyy-mm-dd"
    made.save(tmp_path / "a.xlsx")
    found = process(tmp_path / "a.xlsx", tmp_path, layout=layout(kind="xlsx"))
    assert states(found) == [("A1", "2026-11-08 09:00:00", 2)]
    assert found.reasons == [(3, "row:formula"), (4, "row:date")]


def zipped(path: Path, sheet: bytes) -> Path:
    """A sound workbook whose sheet is another."""
    source = book(path.with_suffix(".made"), lambda _made, first: first.write_row(0, 0, HEADER))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(
                part.filename, sheet if part.filename.endswith("sheet1.xml") else old.read(part.filename)
            )
    return path


def bomb(path: Path) -> None:
    zipped(path, b"<worksheet><sheetData>" + b" " * (12 << 20))


def laughs(path: Path) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    zipped(
        path,
        entities + b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData>',
    )


def halved(path: Path) -> None:
    zipped(path, b"")
    path.write_bytes(path.read_bytes()[:-200])


def no_sheet(path: Path) -> None:
    book(path, lambda made, first: filled(first, made.add_format({"num_format": "hh:mm"})))


@pytest.mark.parametrize(
    ("make", "failure"),
    [
        (bomb, refusals.WorkbookBomb),
        (laughs, refusals.DamagedFile),
        (halved, refusals.DamagedFile),
        (lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 500), refusals.DamagedFile),
        (
            lambda path: path.write_bytes(
                bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 900 + "EncryptedPackage".encode("utf-16-le")
            ),
            refusals.EncryptedWorkbook,
        ),
        (
            lambda path: path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 900),
            refusals.OtherKind,
        ),
        (lambda path: path.write_text("a,b\n1,2\n"), refusals.OtherKind),
        (no_sheet, refusals.UnknownSheet),
    ],
)
def test_what_is_no_workbook_or_a_dangerous_one_is_refused_whole(
    make: Callable[[Path], object], failure: type[refusals.FileRefused], tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    make(path)
    refused(path, failure, tmp_path, kind="xlsx", sheet="明细" if make is no_sheet else None)


def refused(
    path: Path, failure: type[refusals.FileRefused], folder: Path, **written: Any
) -> refusals.FileRefused:
    plan = compile_plan(layout(**written), Context(centre="4401"))
    with pytest.raises(failure) as raised:
        examine(path, plan, beside=folder / "copy.csv")
    assert type(raised.value) is failure
    assert raised.value.message % {}
    return raised.value


LINES = [
    ",".join(HEADER),
    *(f",2026-11-08 09:0{i}:00,陈{i},闲,2026-11-08 10:00:00" for i in range(4)),
    "",
]


@pytest.mark.parametrize(
    ("declared", "written", "code"),
    [
        ("utf-8", "gb18030", "E-FILE-IS-GB18030"),
        ("gb18030", "utf-8", "E-FILE-IS-UTF8"),
        ("gbk", "utf-8-sig", "E-FILE-IS-UTF8"),
    ],
)
def test_a_wrong_encoding_is_told_by_what_it_looks_like(
    declared: str, written: str, code: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes("\n".join(LINES).encode(written))
    told = refused(tmp_path / "a.csv", _class_of(code), tmp_path, **{**TEXT, "encoding": declared})
    assert told.code == code


def _class_of(code: str) -> type[refusals.FileRefused]:
    known = (refusals.LooksLikeUtf8, refusals.LooksLikeGb18030)
    return next(each for each in known if each.code == code)


@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
def test_an_encoding_that_is_not_declared_is_found(written: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("\n".join(LINES).encode(written))
    plan = compile_plan(layout(**{**TEXT, "encoding": "auto"}), Context(centre="4401"))
    facts = examine(tmp_path / "a.csv", plan, beside=tmp_path / "copy.csv")
    assert "陈3" in facts.lines.get(5).decode()


def test_text_with_its_header_further_down_and_its_columns_in_another_order(tmp_path: Path) -> None:
    head = "十一月报表;;\n制表: 王;;\n结束;状态;话务员;备注;时间;编号\n"
    row = "2026-11-08 10:00:00;{};{};x;2026-11-08 09:00:00;{}\n"
    rows = row.format("闲", "A1", "") + "1;2\n" + row.format("忙", "A2", "c1")
    (tmp_path / "a.csv").write_bytes((head + rows).encode("gb18030"))
    written = {"kind": "text", "encoding": "auto", "delimiter": ";", "quote": None, "header": 3}
    found = process(tmp_path / "a.csv", tmp_path, layout=layout(**written))
    assert [(agent, line) for agent, _, line in states(found)] == [("A1", 4), ("A2", 6)]
    assert found.reasons == [(5, "row:too_few_fields")]


@pytest.mark.parametrize("measure", ["bytes", "characters"])
def test_text_of_fixed_width_is_cut_at_its_positions(measure: str, tmp_path: Path) -> None:
    wide = measure == "bytes"

    def line(number: str, name: str, state: str) -> str:
        name = name + " " * (8 - len(name.encode("gb18030")) if wide else 8 - len(name))
        return f"{number:<6}2026-11-08 09:00:00{name}{state}2026-11-08 10:00:00"

    last = 2 if wide else 1
    places = [[1, 6], [7, 25], [26, 33], [34, 33 + last], [34 + last, 52 + last]]
    content = "\n".join([line("", "陈一", "闲"), line("", "A2", "忙"), line("", "A3", "闲") + "tail", ""])
    (tmp_path / "a.txt").write_bytes(content.encode("gb18030"))
    columns = [{"name": name, "at": at} for name, at in zip(HEADER, places, strict=True)]
    written = {"kind": "fixed", "encoding": "gb18030", "measure": measure, "columns": columns}
    found = process(tmp_path / "a.txt", tmp_path, layout=layout(**written))
    assert [(agent, line) for agent, _, line in states(found)] == [("陈一", 1), ("A2", 2)]
    assert found.reasons == [(3, "row:too_many_fields")]


def test_parquet_gives_its_values_as_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "编号": pa.array([None, 7], pa.int64()),
            "时间": pa.array([NINE, NINE + timedelta(minutes=5)], pa.timestamp("us")),
            "话务员": pa.array(["A1", "A2"]).dictionary_encode(),
            "状态": ["闲", "忙"],
            "结束": pa.array([NINE - timedelta(hours=7)] * 2, pa.timestamp("ms", "UTC")),
            "其他": pa.array([[1], [2]]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found = process(tmp_path / "a.parquet", tmp_path, layout=layout(kind="parquet"))
    assert states(found) == [("A1", "2026-11-08 09:14:02", 1), ("A2", "2026-11-08 09:19:02", 2)]
    assert found.kept["A2"]["contact_id"] == "7"
    assert str(found.kept["A1"]["ended"]) == "2026-11-08 10:14:02"  # eight hours east of UTC


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        ({**{each: ["x"] for each in HEADER}, "时间": [[1, 2]]}, refusals.WrongColumnType),
        ({"编号": ["x"]}, refusals.WrongHeader),
        (b"PAR1" + b"\0" * 40, refusals.DamagedFile),
        (b"a,b\n", refusals.OtherKind),
    ],
)
def test_a_parquet_file_of_wrong_types_or_none_is_refused_whole(
    content: Any, failure: type[refusals.FileRefused], tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        pq.write_table(pa.table(content), path)
    refused(path, failure, tmp_path, kind="parquet")


def test_a_workbook_handed_in_as_text_is_told_to_be_one(tmp_path: Path) -> None:
    book(tmp_path / "a.csv", lambda _made, first: first.write(0, 0, "x"))
    refused(tmp_path / "a.csv", refusals.OtherKind, tmp_path, **TEXT)
