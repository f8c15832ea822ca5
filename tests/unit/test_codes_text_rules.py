"""Rules that read a code from a text: what each kind holds for, where, and how sure the answer is."""

import pytest

from canton.codes.errors import WrongPattern
from canton.codes.text.rules import (
    NONE,
    Classified,
    RuleOfText,
    decide,
    matches,
    pieces,
    read,
    require,
    spans,
)


def held(kind: str, pattern: str, text: str) -> str | None:
    """What the rule holds for, its places joined by +; None when it does not hold."""
    found = spans(read(text), kind, pattern)
    return "+".join(text[start:end] for start, end in found) or None


@pytest.mark.parametrize(
    ("kind", "pattern", "text", "expected"),
    [
        ("words", "信号 差", "家里差得很，没什么信号", "信号+差"),
        ("words", "信号 差", "信号不好", None),
        ("words", "信号 差|没信号", "电梯里没信号", "没信号"),
        ("words", "没信号 -漫游", "漫游时没信号", None),
        ("words", "4g", "４Ｇ很慢", "４Ｇ"),
        ("pinyin", "xin hao", "家里新号不好", "新号"),
        ("pinyin", "xinhao", "wo de XINHAO cha", "XINHAO"),
        ("pinyin", "xin ha", "信号", None),
        ("pattern", "扣了*元", "莫名扣了我二十元钱", "扣了我二十元"),
        ("pattern", "扣了*元", "扣了" + "一" * 11 + "元", None),
        ("pattern", "##元(月租|套餐)", "说好38元套餐", "38元套餐"),
        ("pattern", "a+b", "aab", None),
    ],
)
def test_a_rule_holds_where_it_should(kind: str, pattern: str, text: str, expected: str | None) -> None:
    assert held(kind, pattern, text) == expected


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [("words", "-漫游"), ("words", "信号|"), ("words", "信号 -"), ("pinyin", "信号"), ("pinyin", "xi"),
     ("pattern", "**"), ("pattern", "(a"), ("pattern", "a|b"), ("pattern", "一*二*三*四*五")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(kind: str, pattern: str) -> None:
    with pytest.raises(WrongPattern):
        require(kind, pattern)


def test_rules_of_one_code_support_each_other_and_another_code_takes_its_share() -> None:
    signal = [RuleOfText("1", "0101", "words", "信号", 0.6), RuleOfText("2", "0101", "words", "差", 0.5)]
    roaming = RuleOfText("3", "0302", "words", "漫游", 0.8)
    text = "漫游信号差"
    assert decide(matches(read("信号差"), signal)) == Classified("0101", 0.8, "rule:1")
    assert decide(matches(read(text), [*signal, roaming])) == Classified("0101", 0.4, "rule:1")
    assert decide(matches(read("你好"), signal)) == NONE
    assert pieces("我信号差", matches(read("我信号差"), signal)) == [("我", False), ("信号差", True)]


def test_a_hostile_text_is_read_in_no_time() -> None:
    import time

    began = time.perf_counter()
    assert held("pattern", "一*一*一*二", "一" * 100_000) is None
    assert time.perf_counter() - began < 5
    assert pieces("字" * 3000, matches(read("字" * 3000), [RuleOfText("1", "0101", "words", "字", 1)]))
