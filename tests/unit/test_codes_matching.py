"""What somebody types finds a classification code: by number, Chinese, English, pinyin or initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canton.codes.matching import Candidate, rank
from canton.codes.pinyin import syllables

WEAK = Candidate("0101", "弱覆盖", "Weak coverage", ("ruo", "fu", "gai"))
SLOW = Candidate("0103", "上网慢", "Slow mobile data", ("shang", "wang", "man"))
DATA = Candidate("0403", "上网", "Mobile data abroad", ("shang", "wang"))


@pytest.mark.parametrize(
    "text",
    [
        "0101",
        "01",
        "弱覆盖",
        "弱",
        "覆盖",
        "rfg",
        "RFG",
        "ruofugai",
        "ruo fu gai",
        "ruof",
        "fg",
        "fugai",
        "gai",
        "weak",
        "coverage",
    ],
)
def test_every_way_of_typing_finds_the_code(text: str) -> None:
    assert rank(text, WEAK) is not None


@pytest.mark.parametrize("text", ["", "   ", "0102", "弱网", "rg", "uo", "ak coverage", "rfgx"])
def test_what_is_not_in_it_does_not_find_it(text: str) -> None:
    assert rank(text, WEAK) is None


def test_the_very_name_comes_before_a_name_that_only_begins_so() -> None:
    assert rank("上网", DATA) < rank("上网", SLOW)  # type: ignore[operator]


def test_the_beginning_of_a_name_comes_before_its_middle() -> None:
    assert rank("shang", SLOW) < rank("man", SLOW)  # type: ignore[operator]


@given(start=st.integers(0, 2), length=st.integers(1, 9))
def test_pinyin_from_any_syllable_on_is_found(start: int, length: int) -> None:
    assert rank("".join(WEAK.pinyin[start:])[:length], WEAK) is not None


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    assert rank(text, WEAK) in (None, *range(8))


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("掉话/不通", "diao hua bu tong"),
        ("充值未到账", "chong zhi wei dao zhang"),
        ("推诿", "tui wei"),
        ("VoLTE 投诉", "tou su"),
        ("绿", "lv"),
    ],
)
def test_names_are_spelt_as_they_are_typed(name: str, pinyin: str) -> None:
    assert " ".join(syllables(name)) == pinyin
