"""The segment of a number: only of mainland mobile numbers, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canton.centres.numbers import segment_of


@pytest.mark.parametrize(
    "number",
    ["13800138000", "+8613800138000", "8613800138000", "008613800138000", "138 0013 8000", "(138)0013-8000"],
)
def test_one_number_written_in_many_ways(number: str) -> None:
    assert segment_of(number) == "1380013"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "10086",
        "02012345678",
        "1380013800",
        "138001380001",
        "12800138000",
        "+85291234567",
        "138****8000",
        "１３８００１３８０００",
    ],
)
def test_everything_else_has_none(number: str) -> None:
    assert segment_of(number) is None


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_it_is_the_first_seven_digits(number: str) -> None:
    assert segment_of(number) == segment_of(f"+86{number}") == number[:7]


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    found = segment_of(text)
    assert found is None or (len(found) == 7 and found.isdigit())
