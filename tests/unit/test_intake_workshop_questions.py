"""What a column of a questionnaire seems to ask, what is still to be said of it; titles of layouts."""

import pytest
from django.utils import translation

from canton.exchange import formats
from canton.intake.workshop import questions, sample_rows, titles
from canton.intake.workshop.questions import Question


@pytest.mark.parametrize(
    ("values", "kind", "scale"),
    [
        (["9", "3", "10", "7"], "score", "10"),
        (["5", "4", "1"], "score", "5"),
        (["88", "91", "60"], "score", "100"),
        (["1", "2", "2", "1"], "choice", ""),
        (["12.5", "3"], "number", ""),
        (["0", "0", "0", "5"], "choice", ""),
        (["0", "0", "0", "5", "1"], "number", ""),
        (["0", "3", "71", "1"], "number", ""),
        (["1024", "7", "9"], "number", ""),
        (["是", "否", "是"], "choice", ""),
        (["等太久", "接通快"], "text", ""),
        (["-1", "98"], "text", ""),
        ([], "", ""),
    ],
)
def test_kind_and_full_mark_are_proposed_from_the_sample(values: list[str], kind: str, scale: str) -> None:
    assert questions.proposed("q", values) == Question("q", "", kind, scale)


def test_what_is_wanting_is_told_apart_from_what_is_wrong() -> None:
    said = [
        Question("a"),
        Question("b", kind="score"),
        Question("c", "b", "score", "0"),
        Question("d", "", "?"),
    ]
    made = ["question", "kind", "scale"]
    assert set(questions.wanting(said, made)) == {"a", "b"}
    assert set(questions.faults(said, made)) == {"b", "c", "d"}
    assert questions.wanting(said, []) == questions.faults(said, []) == {}


def test_a_title_said_in_one_language_leaves_the_other() -> None:
    both = {"title": {"zh": "回访", "en": "Call-backs"}}
    with translation.override("en"):
        assert titles.said_in(both) == "Call-backs"
        assert titles.titled(both, "Calls") == {"zh": "回访", "en": "Calls"}
        assert titles.said_in({"title": {"zh": "回访", "en": ""}}) == "回访"
    with translation.override("zh-hans"):
        assert titles.titled({}, "回访") == {"zh": "回访", "en": "回访"}
        assert titles.said_in({}) == ""


def test_a_column_called_like_a_number_is_masked_where_it_holds_one() -> None:
    made_of_it = {"fields": {"number": {"column": "单号"}}}
    hidden = sample_rows.hidden_columns(made_of_it, formats.get("surveys"), ["手机没有信号", "单号", "城市"])
    assert [*hidden] == ["手机没有信号", "单号"]
    called = hidden["手机没有信号"]
    assert sample_rows.shown("-1", hide=called) == "-1"
    assert sample_rows.shown("13800138000", hide=called) == "138****8000"
    assert "0000" not in sample_rows.shown("8612 0000123", hide=called)
    assert sample_rows.shown("W1", hide=hidden["单号"]) == "**"
