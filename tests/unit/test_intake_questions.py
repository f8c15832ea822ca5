"""Questionnaires in the workshop: questions are offered at once, kinds of questions are said in words."""

from typing import Any

import pytest
from django.utils import translation

from canton.exchange import formats
from canton.intake.layout import read_layout
from canton.intake.shapes import BadLayout
from canton.intake.workshop import views as workshop
from canton.intake.workshop.mapping import Line, applied, to_choose
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
        made = applied(WIDE, SURVEYS, [Line("kind", "constant", "", score)])
        assert made["fields"] == {"kind": {"constant": "score"}}
        made = applied(WIDE, SURVEYS, [Line("kind", "table", "单号", f"A = {score}\nB = text")])
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
