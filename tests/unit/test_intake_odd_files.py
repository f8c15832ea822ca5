"""Files as systems really export them, that are not what they are called: each is told for what it is."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from intake_files import process

from canton.intake import refusals
from canton.intake.layout import read_layout
from canton.intake.sources.guessing import Guess, guess, look
from canton.intake.sources.model import Kind

NAMES = ["地区", "数量", "来源"]


def layout(**written: Any) -> Any:
    """Bases of rates from a file of three columns."""
    return read_layout(
        {
            "name": "odd",
            "dataset": "bases",
            "version": "1.0",
            "notes": {"en": "", "zh": ""},
            "trim": True,
            "columns": [{"name": each} for each in NAMES],
            "fields": {
                "place": {"column": "地区"},
                "centre": {"context": "centre"},
                "measure": {"constant": "population"},
                "amount": {"column": "数量"},
                "source": {"column": "来源"},
                "listed": {"moment": [{"constant": "2026-01-01"}], "forms": ["%Y-%m-%d"]},
            },
            **written,
        }
    )


TEXT = {"kind": "text", "encoding": "auto", "delimiter": ",", "quote": '"'}
LINES = ",".join(NAMES) + "\n广州,5,甲\n深圳,6,乙\n"


def archive(*names: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as made:
            for name in names:
                made.writestr(name, "<x/>")

    return write


def content(made: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(made)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (archive("[Content_Types].xml", "word/document.xml"), "DOCX"),
        (archive("mimetype", "content.xml"), "ODS"),
        (archive("[Content_Types].xml", "xl/workbook.bin"), "XLSB"),
        (archive("a.csv"), "ZIP"),
        (content(b"PK\x03\x04" + b"\0" * 500), "ZIP"),
        (content("\ufeff\r\n<HTML><table><tr><td>地区</td></tr></table>".encode()), "HTML"),
        (content(b'<?xml version="1.0"?><Workbook/>'), "XML"),
        (content(b"%PDF-1.7\n"), "PDF"),
        (content(b"\x1f\x8b\x08\x00"), "GZIP"),
    ],
)
def test_what_is_called_a_workbook_and_is_none_is_told_by_its_kind(
    make: Callable[[Path], object], found: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    make(path)
    for read in (
        lambda: process(path, tmp_path, layout=layout(kind="xlsx")),
        lambda: process(path, tmp_path, layout=layout(**TEXT)),
        lambda: guess(path),
    ):
        with pytest.raises(refusals.FileRefused) as raised:
            read()
        if not isinstance(raised.value, refusals.DamagedFile):
            assert (raised.value.code, raised.value.facts["found"]) == ("E-FILE-KIND", found)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (LINES.encode("utf-16"), "E-FILE-IS-UTF16"),
        (LINES.encode("utf-16-le"), "E-FILE-IS-UTF16"),
        (LINES.encode("utf-16-be"), "E-FILE-IS-UTF16"),
        (b"\xef\xbb\xbf" + LINES.encode("gb18030"), "E-FILE-MARK"),
    ],
)
@pytest.mark.parametrize("encoding", ["auto", "utf-8", "gb18030"])
def test_an_encoding_nobody_may_declare_is_named(
    written: bytes, code: str, encoding: str, tmp_path: Path
) -> None:
    with pytest.raises(refusals.WrongEncoding) as raised:
        process(written, tmp_path, layout=layout(**{**TEXT, "encoding": encoding}))
    assert raised.value.code == code
    with pytest.raises(refusals.WrongEncoding) as raised:
        guess(tmp_path / "upload.csv")
    assert raised.value.code == code


def test_text_in_no_known_encoding_names_the_known_ones(tmp_path: Path) -> None:
    odd = b"\n".join([LINES.encode(), *[b"\xff\x80,1,\x81"] * 9])
    with pytest.raises(refusals.WrongEncoding) as raised:
        process(odd, tmp_path, layout=layout(**TEXT))
    assert raised.value.facts["encoding"] == "UTF-8, GB18030"


def test_names_of_merged_cells_are_seen_in_a_sample_and_a_merged_title_is_no_header(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        made.add_worksheet("旧").hide()
        sheet = made.add_worksheet("新")
        sheet.activate()
        sheet.merge_range(0, 0, 0, 2, "各地市人口")
        sheet.merge_range(1, 0, 2, 0, "地区")
        sheet.merge_range(1, 1, 1, 2, "二〇二六年")
        sheet.write_row(2, 1, NAMES[1:])
        sheet.write_row(3, 0, ["广州", 5, "甲"])
    found = guess(tmp_path / "a.xlsx")
    assert (found.sheet, found.header, list(found.columns)) == ("新", 3, NAMES)
    made_of = process(tmp_path / "a.xlsx", tmp_path, layout=layout(kind="xlsx", header=3))
    assert [(row["place"], row["amount"], row["line"]) for row in made_of.rows] == [("广州", 5, 4)]


@pytest.mark.parametrize("rows", [True, False])
def test_an_empty_chart_sheet_does_not_damage_a_workbook_and_is_told_for_what_it_is(
    tmp_path: Path, rows: bool
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "明细"
    book.active.append(NAMES)
    book.active.append(["广州", 5, "甲"])
    book.create_chartsheet("图")
    if not rows:
        del book["明细"]
    book.save(tmp_path / "a.xlsx")
    if rows:
        assert guess(tmp_path / "a.xlsx").columns == tuple(NAMES)
    with pytest.raises(refusals.ChartSheet) as raised:
        look(tmp_path / "a.xlsx", Guess(Kind.XLSX, sheet="图"))
    assert raised.value.facts == {"sheet": "图", "sheets": "明细" if rows else "-"}


def test_parquet_of_older_programs(tmp_path: Path) -> None:
    """Text without its type, NaN for what is missing."""
    columns = {
        "地区": pa.array(["广州".encode(), b"x"], pa.binary()),
        "数量": pa.array([5.0, float("nan")]),
        "来源": pa.array(["甲", "乙"]).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    found = process(tmp_path / "a.parquet", tmp_path, layout=layout(kind="parquet"))
    assert [(row["place"], row["amount"], row["source"]) for row in found.rows] == [("广州", 5, "甲")]
    assert found.reasons == [(2, "amount:required")]
    columns["地区"] = pa.array([b"\xff\xfe", b"x"], pa.binary())
    pq.write_table(pa.table(columns), tmp_path / "b.parquet")
    with pytest.raises(refusals.WrongColumnType):
        process(tmp_path / "b.parquet", tmp_path, layout=layout(kind="parquet"))


def test_two_hundred_reasons_of_one_row_are_all_told(tmp_path: Path) -> None:
    names = [f"k{number}" for number in range(197)]
    columns = [{"name": each, "required": True, "type": "integer"} for each in [*NAMES, *names]]
    rows = [dict.fromkeys([*NAMES, *names], "x"), {"地区": "1", "数量": "2", "来源": "3"}]
    written = json.dumps(rows).encode()
    found = process(written, tmp_path, layout=layout(kind="json", columns=columns))
    assert (found.checked.read, found.checked.refused) == (2, 2)
    told = [line for line, _code in found.reasons]
    assert (told.count(1), told.count(2)) == (200, 197)  # what is made of a wrong column is explained by it
