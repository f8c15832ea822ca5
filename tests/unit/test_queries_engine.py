"""A query gives the rows a plain loop over the same rows gives; values are values and never SQL."""
# ruff: noqa: DTZ001 (data files carry the local wall clock, without a zone)

import threading
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from canton.queries import document, engine, words
from canton.queries.builder import Builder
from canton.queries.catalogue import Catalogue
from canton.queries.compiler import compile_query
from canton.queries.engine import Watch
from canton.queries.errors import (
    BadShape,
    Cancelled,
    FigureOfNothing,
    MissingValue,
    NoFigure,
    NumberProtected,
    TooSlow,
    UnknownColumn,
    UnknownDataset,
    UnknownOperator,
    WrongValue,
)

TODAY = date(1999, 1, 10)
WATCH = Watch(30)
TEXT, NUMBER, MOMENT = pa.string(), pa.int32(), pa.timestamp("us")
CONTACT = {"contact_id": TEXT, "centre": TEXT, "channel": TEXT, "number": TEXT, "category": TEXT,
           "started": MOMENT, "wait_seconds": NUMBER, "agent": TEXT, "outcome": TEXT, "resolved": pa.bool_(),
           "day": pa.date32(), "home_city": TEXT, "batch": TEXT, "line": pa.int64()}  # fmt: skip
SURVEY = {
    "respondent": TEXT,
    "centre": TEXT,
    "question": TEXT,
    "score": NUMBER,
    "contact_id": TEXT,
    "answered": MOMENT,
}
ROWS = [
    {
        "contact_id": f"c{n}", "centre": ("4401", "4403")[n % 2], "channel": "voice",
        "number": None if n % 9 == 0 else f"13812{n:06}", "category": ("0101", None, "0201")[n % 3],
        "started": datetime(1999, 1, 1 + n % 9, n % 24, 30), "wait_seconds": n % 37,
        "agent": ("ANNA", "O'BRIEN", "50%_x", None)[n % 4],
        "outcome": ("answered", "abandoned", "ivr")[n % 3],
        "resolved": (True, False, None)[n % 3], "day": date(1999, 1, 1 + n % 9), "home_city": "4401",
        "batch": "GZ-contacts-1", "line": n + 2,
    }
    for n in range(200)
]  # fmt: skip
SCORES = [
    {"respondent": f"r{n}", "centre": ROWS[n]["centre"], "question": "q1", "score": n % 5 + 1,
     "contact_id": f"c{n}", "answered": datetime(1999, 1, 9)}
    for n in range(0, 200, 4)
]  # fmt: skip


def write(path, rows, columns):
    held = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()}
    pq.write_table(pa.table(held), path)
    return [path]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    return {
        "contacts": write(folder / "contacts.parquet", ROWS, CONTACT),
        "surveys": write(folder / "surveys.parquet", SCORES, SURVEY),
    }


def plan(unmasked=False, **asked):
    return compile_query(document.read({"dataset": "contacts"} | asked), today=TODAY, unmasked=unmasked)


def ids(files, where, **more):
    found = engine.first(plan(where=where, columns=["contact_id"], **more), files, 1000, WATCH)
    return {row[0] for row in found}


def by_hand(test):
    return {row["contact_id"] for row in ROWS if test(row)}


def one(column, operator, *values):
    return {"all": [{"column": column, "is": operator, "value": list(values)}]}


def at(n):
    return datetime(1999, 1, n)


CASES = [
    (one("outcome", "equals", "answered"), lambda r: r["outcome"] == "answered"),
    (one("category", "not_equals", "0101"), lambda r: r["category"] != "0101"),
    (one("outcome", "one_of", "ivr", "abandoned"), lambda r: r["outcome"] in ("ivr", "abandoned")),
    (one("category", "none_of", "0101"), lambda r: r["category"] != "0101"),
    (one("agent", "contains", "brien"), lambda r: r["agent"] == "O'BRIEN"),
    (one("agent", "contains", "%"), lambda r: r["agent"] == "50%_x"),
    (one("agent", "starts", "AN"), lambda r: r["agent"] == "ANNA"),
    (one("wait_seconds", "more", "30"), lambda r: r["wait_seconds"] > 30),
    (one("wait_seconds", "between", 5, 7), lambda r: 5 <= r["wait_seconds"] <= 7),
    (one("wait_seconds", "at_most", 0), lambda r: r["wait_seconds"] == 0),
    (one("resolved", "equals", "false"), lambda r: r["resolved"] is False),
    (one("number", "empty"), lambda r: r["number"] is None),
    (one("agent", "filled"), lambda r: r["agent"] is not None),
    (one("started", "on", "1999-01-03"), lambda r: at(3) <= r["started"] < at(4)),
    (one("started", "during", "1999-01-03", "1999-01-05"), lambda r: at(3) <= r["started"] < at(6)),
    (one("started", "since", "1999-01-08"), lambda r: r["started"] >= at(8)),
    (one("started", "until", "1999-01-02"), lambda r: r["started"] < at(3)),
    (one("started", "before", "1999-01-02"), lambda r: r["started"] < at(2)),
    (one("started", "after", "1999-01-08T12:00:00"), lambda r: r["started"] > datetime(1999, 1, 8, 12)),
    (one("started", "last_days", 3), lambda r: r["started"] >= at(8)),
    (one("started", "this_month"), lambda r: True),
    (one("started", "last_month"), lambda r: False),
    (one("day", "on", "1999-01-03"), lambda r: r["day"] == date(1999, 1, 3)),
    (
        {"all": [*one("outcome", "equals", "answered")["all"],
                 {"any": [*one("agent", "equals", "ANNA")["all"], *one("wait_seconds", "less", 3)["all"]]}]},
        lambda r: r["outcome"] == "answered" and (r["agent"] == "ANNA" or r["wait_seconds"] < 3),
    ),
    ({"any": []}, lambda r: True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "test"), CASES, ids=lambda case: str(case)[:60] if isinstance(case, dict) else ""
)
def test_conditions_give_what_a_loop_gives(files, where, test):
    assert ids(files, where) == by_hand(test)
    asked = plan(where=where)
    assert engine.count(asked, files, WATCH) == len(by_hand(test))
    assert document.read(document.write(asked.query)) == asked.query


@pytest.mark.parametrize(
    "value",
    ["' or 1=1 --", "x'); drop view base; --", "$p0", '"', "answered' union select 1", "{0}", "\\", "%"],
)
def test_sql_in_a_value_is_only_a_value(files, value):
    assert ids(files, one("agent", "equals", value)) == set()
    assert ids(files, one("agent", "one_of", value, "ANNA")) == by_hand(lambda r: r["agent"] == "ANNA")
    with pytest.raises(UnknownColumn):
        plan(where=one(value, "equals", "x"))
    with pytest.raises(UnknownColumn):
        plan(columns=[value])
    with pytest.raises(UnknownColumn):
        plan(sort=[value])


@pytest.mark.parametrize(
    ("asked", "error", "path"),
    [
        ({"dataset": "weather"}, UnknownDataset, ""),
        ({"join": ["weather"]}, UnknownDataset, ""),
        ({"where": one("mood", "equals", "x")}, UnknownColumn, "0"),
        ({"where": one("surveys.score", "more", 1)}, UnknownColumn, "0"),
        ({"where": one("outcome", "resembles", "x")}, UnknownOperator, "0"),
        ({"where": one("wait_seconds", "contains", "1")}, UnknownOperator, "0"),
        ({"where": one("outcome", "last_days", 7)}, UnknownOperator, "0"),
        ({"where": one("wait_seconds", "more", "soon")}, WrongValue, "0"),
        ({"where": one("wait_seconds", "more", "1e400")}, WrongValue, "0"),
        ({"where": one("started", "since", "1999-02-31")}, WrongValue, "0"),
        ({"where": one("started", "last_days", 10**9)}, WrongValue, "0"),
        ({"where": one("started", "on", "9999-12-31")}, WrongValue, "0"),
        ({"where": one("resolved", "equals", "maybe")}, WrongValue, "0"),
        ({"where": one("wait_seconds", "between", 1)}, MissingValue, "0"),
        ({"where": {"all": [{"any": [*one("agent", "filled")["all"], {"column": "agent", "is": "equals"}]}]}},
         MissingValue, "0.1"),
        ({"where": one("number", "starts", "1381")}, NumberProtected, "0"),
        ({"where": one("number", "contains", "34")}, NumberProtected, "0"),
        ({"totals": {"by": ["started:week"], "figures": ["count"]}}, UnknownColumn, ""),
        ({"totals": {"by": [], "figures": ["median:wait_seconds"]}}, BadShape, ""),
        ({"totals": {"by": [], "figures": ["sum:agent"]}}, NoFigure, "figure.0"),
        ({"totals": {"by": [], "figures": ["sum:"]}}, FigureOfNothing, "figure.0"),
        ({"where": {"some": []}}, BadShape, ""),
        ({"limit": -1}, BadShape, ""),
        ({"limit": "5; drop"}, BadShape, ""),
        ({"where": {"all": [{"all": [{"all": [{"all": [{"all": []}]}]}]}]}}, BadShape, "0.0.0.0"),
        ({"where": {"all": one("agent", "filled")["all"] * 51}}, BadShape, ""),
        ({"colours": []}, BadShape, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name_and_place(asked, error, path):
    with pytest.raises(error) as refused:
        plan(**asked)
    assert refused.value.path == path
    assert refused.value.message


def test_numbers_are_masked_before_they_leave_the_engine(files):
    from canton.shell.figures import masked

    asked = {"columns": ["number"], "where": one("number", "filled")}
    numbers = {row["number"] for row in ROWS if row["number"]}
    shown = {row[0] for row in engine.first(plan(**asked), files, 1000, WATCH)}
    assert shown == {masked(number) for number in numbers}
    assert {row[0] for row in engine.first(plan(unmasked=True, **asked), files, 1000, WATCH)} == numbers
    grouped = plan(totals={"by": ["number"], "figures": ["count"]})
    groups = engine.first(grouped, files, 1000, WATCH)
    assert len(groups) == len(numbers) + 1
    assert not {row[0] for row in groups} & numbers
    short = compile_query(document.read({"dataset": "contacts", "columns": ["number"]}), today=TODAY)
    assert engine.first(short, {"contacts": []}, 5, WATCH) == []


def test_totals_equal_sums_made_by_hand(files):
    asked = plan(
        where=one("outcome", "equals", "answered"), sort=["-count"],
        totals={"by": ["centre", "started:day"],
                "figures": ["count", "sum:wait_seconds", "avg:wait_seconds", "max:wait_seconds",
                            "distinct:agent"]},
    )  # fmt: skip
    expected = {}
    for row in ROWS:
        if row["outcome"] == "answered":
            expected.setdefault((row["centre"], row["started"].date()), []).append(row)
    found = engine.first(asked, files, 1000, WATCH)
    assert [row[2] for row in found] == sorted((row[2] for row in found), reverse=True)
    assert {row[:2]: row[2:] for row in found} == {
        key: (
            len(rows), sum(r["wait_seconds"] for r in rows),
            pytest.approx(sum(r["wait_seconds"] for r in rows) / len(rows)),
            max(r["wait_seconds"] for r in rows), len({r["agent"] for r in rows} - {None}),
        )
        for key, rows in expected.items()
    }  # fmt: skip


def test_totals_are_counted_with_the_rows_they_are_made_of(files):
    asked = plan(
        where=one("outcome", "equals", "answered"), totals={"by": ["centre", "started:day"]}, limit=3
    )
    met = [row for row in ROWS if row["outcome"] == "answered"]
    assert engine.meeting(asked, files, WATCH) == len(met)
    assert engine.count(asked, files, WATCH) == 3
    tried = engine.preview(asked, files, 20, WATCH)
    assert (len(tried.rows), tried.total, tried.meeting) == (3, 3, len(met))
    assert engine.preview(plan(), files, 20, WATCH).meeting is None
    with translation.override("en"):
        assert words.groups(40, 4127) == "40 groups of 4,127 rows"


@pytest.mark.parametrize(
    ("column", "example"),
    [("satisfaction", "from 1 to 5"), ("wait_seconds", "180"), ("line", "12"), ("resolved", "yes or no")],
)
def test_the_example_of_an_error_is_one_the_column_could_hold(column, example):
    with translation.override("en"), pytest.raises(WrongValue, match=example):
        plan(where=one(column, "equals", "dissatisfied"))


def test_a_mark_is_chosen_by_its_words_and_a_condition_reads_as_a_sentence():
    with translation.override("en"):
        drawn = Builder({"dataset": "contacts", "where": one("satisfaction", "at_least", "7")}, None).root
        assert drawn.parts[0].input == "choose"
        assert dict(drawn.parts[0].choices) == {
            "1": "1 (very dissatisfied)", "2": "2 (dissatisfied)", "3": "3 (neither)", "4": "4 (satisfied)",
            "5": "5 (very satisfied)", "7": "7",
        }  # fmt: skip
        drawn = Builder({"dataset": "contacts", "where": one("satisfaction", "between", "1", "2")}, None).root
        assert drawn.parts[0].input == "choose_two"
        drawn = Builder({"dataset": "contacts", "where": one("wait_seconds", "more", "7")}, None).root
        assert drawn.parts[0].input == "number"
    asked = document.read({"dataset": "contacts", "where": {"all": [
        *one("started", "during", "2026-11-01", "2026-11-30")["all"],
        *one("satisfaction", "equals", "2")["all"], *one("started", "last_days", "7")["all"]]}})  # fmt: skip
    said = "开始时间 2026-11-01 至 2026-11-30 且 满意度 等于 2（不满意） 且 开始时间 最近 7 天"
    with translation.override("zh-hans"):
        assert words.where(asked.where, Catalogue.of("contacts"), {}) == said


def test_a_joined_dataset_is_met_by_its_keys(files):
    where = one("surveys.score", "at_least", 4)
    found = engine.first(
        plan(join=["surveys"], where=where, columns=["contact_id", "surveys.score"]), files, 1000, WATCH
    )
    assert {row[:2] for row in found} == {
        (score["contact_id"], score["score"]) for score in SCORES if score["score"] >= 4
    }
    everything = plan(join=["surveys"], columns=["contact_id", "surveys.score"])
    assert engine.count(everything, files, WATCH) == len(ROWS)  # rows without a match stay


def test_sorting_limit_and_the_place_of_each_original(files):
    asked = plan(columns=["wait_seconds"], sort=["-wait_seconds"], limit=5)
    assert engine.count(asked, files, WATCH) == 5
    found = engine.first(asked, files, 50, WATCH)
    assert [row[0] for row in found] == sorted((row["wait_seconds"] for row in ROWS), reverse=True)[:5]
    lines = {row["line"]: row["wait_seconds"] for row in ROWS}
    assert all(batch == "GZ-contacts-1" and lines[line] == wait for wait, batch, line in found)


def test_only_days_that_can_matter_are_read():
    def days(*conditions, word="all"):
        return plan(where={word: [{"column": c, "is": o, "value": list(v)} for c, o, *v in conditions]}).days

    assert days(("started", "during", "1999-01-03", "1999-01-05")) == (date(1999, 1, 3), date(1999, 1, 6))
    assert days(("started", "since", "1999-01-08"), ("day", "until", "1999-01-09")) == (
        date(1999, 1, 8), date(1999, 1, 10),
    )  # fmt: skip
    assert days(("answered", "on", "1999-01-03"))[0].year == 1
    assert days(("started", "on", "1999-01-03"), ("agent", "equals", "x"), word="any")[0].year == 1


ENDLESS = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3"


def test_a_query_that_would_run_for_an_hour_is_stopped(tmp_path, monkeypatch):
    slow = plan()
    monkeypatch.setattr(type(slow), "sql", ENDLESS)
    monkeypatch.setattr(type(slow), "counting", ENDLESS)
    before = threading.active_count()
    with pytest.raises(TooSlow) as stopped:
        engine.write(slow, {}, tmp_path / "rows.parquet", Watch(0.3))
    assert stopped.value.message
    told = []

    def unwanted(percent):
        told.append(percent)
        return False

    with pytest.raises(Cancelled):
        engine.count(slow, {}, Watch(60, unwanted))
    assert told
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == before


def test_a_result_is_read_in_pages_and_in_another_order(files, tmp_path):
    asked = plan(columns=["contact_id", "number", "wait_seconds"], sort=["wait_seconds"])
    assert engine.write(asked, files, tmp_path / "rows.parquet", WATCH) == len(ROWS)
    result = engine.Result(tmp_path / "rows.parquet", asked.shown, origin=True)
    pages = [row for at in range(0, len(ROWS), 30) for row in result.page("", at, 30)]
    assert [row[2] for row in pages] == sorted(row["wait_seconds"] for row in ROWS)
    assert [row[2] for row in result.page("-wait_seconds", 0, 3)] == [36, 36, 36]
    assert len(result.page("number; drop table x", 0, 3)) == 3
    assert len(list(result.rows())) == len(ROWS)
    result.copy(tmp_path / "copy.parquet")
    assert pq.read_schema(tmp_path / "copy.parquet").names == [
        "contact_id",
        "number",
        "wait_seconds",
        "batch",
        "line",
    ]
    assert all("****" in n for n in pq.read_table(tmp_path / "copy.parquet")["number"].to_pylist() if n)


def test_a_column_older_files_lack_is_empty(files, tmp_path):
    old = write(
        tmp_path / "old.parquet",
        [{"contact_id": "x", "started": at(1)}],
        {"contact_id": TEXT, "started": MOMENT},
    )
    assert engine.first(plan(columns=["contact_id", "satisfaction"]), {"contacts": old}, 5, WATCH) == [
        ("x", None, None, None)
    ]


def test_last_week_is_today_and_the_six_days_before():
    parameters = plan(where=one("started", "last_days", 7)).parameters
    assert sorted(parameters.values()) == [at(4), at(4) + timedelta(days=7)]
