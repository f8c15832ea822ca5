"""The other real tables come in through layouts of the house; code that knows no Canton counts the same."""

import csv
import json
import re
import zipfile
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
from intake_files import process

from canton.centres.segment_list import read as read_segments
from canton.intake import steps
from canton.intake.layout import load_layout
from canton.intake.plan import Context, compile_plan
from canton.intake.steps.kept import rows_kept

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not beside the project")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@cache
def sheet(name: str) -> list[dict[str, str]]:
    """The filled rows of a workbook's first sheet by letters of the column, read from its XML alone."""
    with zipfile.ZipFile(DATA / name) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(part.text or "" for part in each.iter(f"{MAIN}t")) for each in shared]
        content = book.read("xl/worksheets/sheet1.xml")
    rows = []
    for row in re.findall(rb"<row [^>]*>(.*?)</row>", content, re.DOTALL):
        cells = re.findall(rb'<c r="([A-Z]+)\d+"([^>]*)>.*?<v>([^<]*)</v>', row)
        found = {
            column.decode(): texts[int(value)] if b't="s"' in how else value.decode()
            for column, how, value in cells
        }
        if any(value.strip() for value in found.values()):
            rows.append(found)
    return rows


def counted(path: Path, layout: str, folder: Path) -> tuple[steps.Checked, Counter[tuple[str, str]]]:
    """What the check finds, and how often each question was answered so, without making the rows."""
    opened = steps.InputFile(
        path, compile_plan(load_layout(layout), Context(centre="4401")), beside=folder / "copy"
    )
    checked = steps.check(opened, into=folder / "check")
    with duckdb.connect() as engine, opened.feed(engine, exact=checked.exact):
        rows = rows_kept(folder / "check", opened.plan)
        answers = engine.execute(f"select question, answer, count(*) from {rows} group by all").fetchall()
    return checked, Counter({(question, answer): n for question, answer, n in answers})


def test_a_second_questionnaire_of_other_columns(tmp_path: Path) -> None:
    path = DATA / "cmcc_satisfaction_2022" / "附件3语音业务用户满意度预测数据.xlsx"
    header, *rows = sheet(str(path.relative_to(DATA)))
    answers = Counter(
        column for row in rows for column, value in row.items() if column != "A" and value.strip()
    )
    checked, said = counted(path, "cmcc_satisfaction_2022_unscored", tmp_path)
    assert (checked.read, checked.kept, checked.reasons) == (answers.total(), answers.total(), {})
    assert said.total() == checked.kept
    asked = {"complained": "是否投诉", "sex": "性别", "unlimited_plan": "是否不限量套餐到达用户"}
    letters = {name: column for column, name in header.items()}
    assert len({question for question, _answer in said}) == len(header) - 1
    for question, name in asked.items():
        wanted = Counter(row[letters[name]] for row in rows if letters[name] in row)
        assert {answer: n for (each, answer), n in said.items() if each == question} == wanted
    elsewhere = [column for column, name in header.items() if name == "其他，请注明"]
    ticked = [sum(row[column] != "-1" for row in rows) for column in elsewhere]
    assert [said["elsewhere", "yes"], said["other_problem", "yes"]] == ticked


def test_labelled_messages_and_the_categories_they_are_filed_under(tmp_path: Path) -> None:
    _header, *rows = sheet("gov_messages_tipdm2020/附件2.xlsx")
    first = {row["A"]: row for row in reversed(rows)}
    found = process(
        DATA / "gov_messages_tipdm2020" / "附件2.xlsx", tmp_path, layout="gov_messages_2020_labelled"
    )
    assert (found.checked.read, found.checked.kept) == (len(rows), len(first))
    assert found.checked.reasons == {"case_id:unique": len(rows) - len(first)}
    assert {key: row["filed_under"] for key, row in found.kept.items()} == {
        key: row["F"] for key, row in first.items()
    }
    _header, *tree = sheet("gov_messages_tipdm2020/附件1.xlsx")
    (tmp_path / "tree").mkdir()
    kept = process(
        DATA / "gov_messages_tipdm2020" / "附件1.xlsx", tmp_path / "tree", layout="gov_categories_2020"
    )
    assert (kept.checked.read, kept.checked.refused) == (len(tree), 0)
    paths = sorted((row["top"], row["above"], row["name"]) for row in kept.rows)
    assert paths == sorted((row["A"].strip(), row["B"].strip(), row["C"].strip()) for row in tree)
    assert {row["F"] for row in rows} <= {row["top"] for row in kept.rows}


def table(name: str, *, end: str | None = None) -> list[dict[str, str]]:
    with (DATA / name).open(newline=end, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_calls_counted_every_five_minutes(tmp_path: Path) -> None:
    rows = table("bank_calls_5min/bank_calls.csv")
    found = process(DATA / "bank_calls_5min" / "bank_calls.csv", tmp_path, layout="bank_calls_5min")
    assert (found.checked.read, found.checked.refused) == (len(rows), 0)
    by_day: Counter[str] = Counter()
    for row in rows:
        by_day[row["DateTime"][:10]] += int(float(row["Calls"]))
    made: Counter[str] = Counter()
    for each in found.rows:
        made[str(each["day"])] += each["offered"]
    assert made == by_day


def test_shifts_become_hours_signed_in(tmp_path: Path) -> None:
    path = DATA / "bank1999_calls" / "shifts.csv"
    header, *rows = [line.split(",") for line in path.read_bytes().decode().split("\r") if line]
    on = {(header[at], int(row[0]) - 1) for row in rows for at in range(2, 10) if row[at] == "1"}
    found = process(path, tmp_path, layout="technion1999_shifts")
    assert (found.checked.read, found.checked.refused) == (len(on), 0)
    assert {(row["agent"], row["started"].hour) for row in found.rows} == on
    assert {(row["ended"] - row["started"]).seconds for row in found.rows} == {3600}


def test_sizes_of_cities(tmp_path: Path) -> None:
    rows = table("guangdong/city_weights.csv")
    found = process(DATA / "guangdong" / "city_weights.csv", tmp_path, layout="guangdong_city_weights")
    assert (found.checked.read, found.checked.refused) == (3 * len(rows), 0)
    own = {row["place"]: row["amount"] for row in found.rows if row["measure"] == "own_segments"}
    assert own == {row["city"]: int(row["mobile_segments_china_mobile"]) for row in rows}


def test_mobile_networks_of_the_world(tmp_path: Path) -> None:
    path = DATA / "mcc_mnc" / "mcc-mnc-list.json"
    rows: list[dict[str, Any]] = json.loads(path.read_bytes())
    wrong = {number for number, row in enumerate(rows, 1) if not re.fullmatch("[0-9]{2,3}", row["mnc"])}
    again, seen = set(), set()
    for number, row in enumerate(rows, 1):
        key = (row["mcc"], row["mnc"], row["countryCode"])
        again |= {number} if key in seen else set()
        seen.add(key)
    found = process(path, tmp_path, layout="mcc_mnc_list")
    assert (found.checked.read, found.checked.kept) == (len(rows), len(rows) - len(wrong | again))
    assert found.checked.reasons == {"mnc:pattern": len(wrong), "mcc:unique": len(again)}
    assert {line for line, _code in found.reasons} == wrong | again
    good = [row for number, row in enumerate(rows, 1) if number not in wrong | again]
    working = sum(row["status"] in ("Operational", "Temporary operational") for row in good)
    states = Counter(row["status"] for row in found.rows)
    assert states["operational"] == working
    assert states["closed"] == sum(row["status"] in ("Not operational", "Returned spare") for row in good)
    assert Counter(row["mnc"] for row in found.rows) == Counter(row["mnc"] for row in good)
    assert found.checked.repairs == {}


def test_number_segments_go_into_the_number_table_by_their_own_import() -> None:
    path = DATA / "guangdong" / "phone_segments_guangdong.csv"
    with (ROOT / "canton" / "centres" / "data" / "centres.csv").open(encoding="utf-8") as file:
        cities = {row["name"]: row["code"] for row in csv.DictReader(file) if row["tier"] == "city"}
    wanted = {row["segment7"]: cities[row["city"]] for row in table("guangdong/phone_segments_guangdong.csv")}
    found = read_segments(path.read_bytes(), cities, today=date(2026, 11, 23), called={"segment": "segment7"})
    assert {prefix: home for prefix, (home, _since) in found.wanted.items()} == wanted
    assert found.refused == []


@pytest.mark.parametrize(
    "name",
    [
        "bank_calls_5min", "cmcc_satisfaction_2022_unscored", "gov_categories_2020",
        "gov_messages_2020_labelled", "guangdong_city_weights", "mcc_mnc_list", "technion1999_shifts",
    ],
)  # fmt: skip
def test_each_says_in_both_languages_what_it_is_for(name: str) -> None:
    assert load_layout(name).notes.en.isascii()
    assert re.search("[\u4e00-\u9fff]", load_layout(name).notes.zh)
