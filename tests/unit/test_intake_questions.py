"""The workshop without a page: questions offered at once, times told apart and subtracted, words."""

from typing import Any

import pytest
from django.utils import translation

from canton.exchange import formats
from canton.intake.layout import read_layout
from canton.intake.shapes import BadLayout
from canton.intake.workshop import between
from canton.intake.workshop import drawing as workshop
from canton.intake.workshop.mapping import Line, applied, lines_of, to_choose
from canton.intake.workshop.time_forms import guessed
from canton.intake.workshop.words import said

SURVEYS = formats.get("surveys")
WIDE: dict[str, Any] = {"name": "x", "columns": [{"name": "单号"}, {"name": "满意度"}], "fields": {}}


@pytest.mark.parametrize(
    ("language", "called", "score"),
    [("zh-hans", ("题目", "答复"), "评分"), ("en", ("Question", "Answer"), "score")],
)
def test_question_and_answer_are_offered_before_anything_is_saved(
    language: str, called: tuple[str, str], score: str
) -> None:
    with translation.override(language):
        offered = dict(workshop._asked(WIDE, SURVEYS))
        assert offered == dict(zip(("question", "answer"), called, strict=True))
        made, _ = applied(WIDE, SURVEYS, [Line("kind", "constant", "", score)])
        assert made["fields"] == {"kind": {"constant": "score"}}
        made, _ = applied(WIDE, SURVEYS, [Line("kind", "table", "单号", f"A = {score}\nB = text")])
        assert made["tables"]["kind"]["codes"] == {"A": "score", "B": "text"}
    assert not workshop._asked(WIDE, formats.get("agents"))
    long = {**WIDE, "columns": [{"name": "question"}, {"name": "b"}]}
    assert not workshop._asked(long, SURVEYS)


def test_what_is_wrong_is_said_by_titles_and_never_with_a_number() -> None:
    wrong = BadLayout(layout="x", where="fields.respondent", what="the file has no column 'A13048777910'")
    with translation.override("zh-hans"):
        assert said(wrong, SURVEYS) == "受访者：文件现在没有“A130****7910”列，请另选。"
        assert to_choose(SURVEYS, [Line("respondent"), Line("channel", "column"), Line("score")]) == [
            "受访者", "渠道",
        ]  # fmt: skip


def test_the_form_of_a_time_is_told_from_its_values() -> None:
    assert guessed(["2026-11-15 13:11", "2026-1-5 9:00"]) == "%Y-%m-%d %H:%M"
    assert guessed(["15.11.2026"]) == "%d.%m.%Y"
    assert guessed(["昨天"]) == guessed([]) == ""
    assert guessed(["05/06/2026 09:00"]) == ""  # of May or of June: a person says which
    assert guessed(["25/06/2026 09:00"]) == "%d/%m/%Y %H:%M"
    assert guessed(["08/11/2026 01:11:02 PM"]) == ""
    early, late = ["08/11/2026 01:11:02 PM"] * 900, "13/11/2026 09:00:00 AM"
    assert guessed([*early, late]) == "%d/%m/%Y %I:%M:%S %p"
    assert guessed([*early, "11/13/2026 09:00:00 AM"]) == "%m/%d/%Y %I:%M:%S %p"
    assert guessed(["2026/11/3 9:05:07"] * 9 + ["2026/13/41 25:00:00"]) == "%Y/%m/%d %H:%M:%S"  # dirt


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ({"column": "没有"}, "得分：文件现在没有“没有”列，请另选。"),
        ({"sum": [{"column": "单号"}]}, "得分：文本与数值不能并用。"),
        ({"codes": "x", "of": {"column": "单号"}}, "得分：版式没有名为“x”的对照表。"),
        ({"lift": {"column": "单号"}}, '得分：“{"column": "单号"}”是文本，此处应为时间。'),
        ("单号", '得分：“单号”不是表达式；表达式形如 {"column": "..."}。'),
    ],
)
def test_what_is_wrong_with_an_expression_is_said_in_the_readers_language(
    expression: object, told: str
) -> None:
    document = {
        **WIDE, "dataset": "surveys", "version": "1.0", "notes": {"zh": "", "en": ""}, "encoding": "utf-8",
        "delimiter": ",", "fields": {"score": expression},
    }  # fmt: skip
    with pytest.raises(BadLayout) as raised:
        read_layout(document)
    with translation.override("zh-hans"):
        assert said(raised.value, SURVEYS).replace("数值与文本", "文本与数值") == told


def test_lines_of_a_list_that_cannot_be_read_are_told_and_the_others_stay() -> None:
    text = "网速 = 评分\n其他\n* =\n意见 = 闲谈\n网速 = 自由文本"
    lines = [Line("kind", "table", "单号", text), Line("respondent", "column", "单号")]
    with translation.override("zh-hans"):
        made, faults = applied(WIDE, SURVEYS, lines)
    assert list(made["fields"]) == ["respondent"]
    assert faults["kind"].startswith(
        "第 2 行：“其他”无法识别，请写成“原值 = 标准值”；第 3 行：其他值如何处理"
    )
    assert "第 4 行：“闲谈”不在可选值之中：评分 · 选择" in faults["kind"]


def test_all_other_values_of_a_list_and_a_score_of_score_questions_alone_come_back_as_they_were_said() -> (
    None
):
    lines = [
        Line("kind", "table", "单号", "网速 = score", rest="empty"),
        Line("score", "column", "满意度", only=True),
        Line("scale", "constant", "", "10", only=True),
    ]
    made, faults = applied(WIDE, SURVEYS, lines)
    assert not faults
    assert made["tables"]["kind"] == {"codes": {"网速": "score"}, "unlisted": "empty"}
    assert [each for each in lines_of(made, SURVEYS) if each.how != "none"] == lines
    with translation.override("zh-hans"):
        assert applied(WIDE, SURVEYS, lines[1:])[1]["score"] == "请先确定“题型”取自何处"


def test_yes_and_no_are_said_as_people_say_them() -> None:
    contacts = formats.get("contacts")
    line = Line("resolved", "table", "Solved?", "Y = yes\nN = No\n? = 是\n- = ")
    document, faults = applied({"fields": {}}, contacts, [line])
    assert not faults
    assert document["tables"]["resolved"]["codes"] == {"Y": "true", "N": "false", "?": "true", "-": ""}
    with translation.override("en"):
        _, faults = applied({"fields": {}}, contacts, [Line("resolved", "table", "Solved?", "Y = solved")])
    assert faults == {"resolved": "line 1: “solved” is none of: yes · no"}


def test_seconds_between_two_times_are_made_of_what_the_times_are_made_of() -> None:
    contacts, read_as = formats.get("contacts"), "%d/%m/%Y %I:%M:%S %p"
    typed = [
        Line("wait_seconds", "between", "", "started answered"),  # stands before what it is made of
        Line("started", "time", "Arrived", read_as),
        Line("answered", "time", "Picked up", read_as),
    ]
    document, faults = applied({"fields": {}}, contacts, typed)
    arrived, taken = ({"moment": [{"column": each}], "forms": [read_as]} for each in ("Arrived", "Picked up"))
    assert not faults
    assert document["fields"]["wait_seconds"] == {"seconds_between": [arrived, taken]}
    assert typed[0] in lines_of(document, contacts)

    for line, wrong in (
        (Line("wait_seconds", "between", "", "started ended"), "say first what “Ended” is made of"),
        (Line("wait_seconds", "between", "", "started agent"), "choose the two times"),
        (Line("wait_seconds", "between"), "choose the two times"),
    ):
        with translation.override("en"):
            document, faults = applied({"fields": {}}, contacts, [*typed[1:], line])
        assert faults == {"wait_seconds": wrong}
        assert "wait_seconds" not in document["fields"]
    assert between.offered(contacts.field("agent"), contacts) == []
