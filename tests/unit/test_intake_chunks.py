"""A stretch of lines is parsed right to the line, or not at all."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canton.intake.parsing import QuotingError, split
from canton.intake.steps.chunks import Parsed, Shape, parse

COLUMNS = ("a", "b", "c")
AHEAD = 1000  # bytes of the file before the stretch


def parsed(content: bytes, *, first: int = 2, quote: str | None = '"') -> Parsed | None:
    """The stretch as the steps hand it over, with what a look at the whole file says of it."""
    try:
        content.decode()
        foreign = False
    except UnicodeDecodeError:
        foreign = True
    shape = Shape(COLUMNS, ",", quote, b'"' in content, foreign, b"\r\n" in content)
    count = len(content.removesuffix(b"\n").split(b"\n"))
    found = parse(pa.py_buffer(content), first, count, shape, start=AHEAD)
    if found is not None:
        for line, start in zip(found.lines.tolist(), found.starts.tolist(), strict=True):
            assert content[: start - AHEAD].count(b"\n") == line - first
            assert start == AHEAD or content[start - AHEAD - 1] == ord("\n")
    return found


def rows(found: Parsed | None) -> dict[int, tuple[str, ...]]:
    assert found is not None
    columns = [column.to_pylist() for column in found.rows.columns]
    values = [tuple(value or "" for value in row) for row in zip(*columns, strict=True)]
    return dict(zip(found.lines.tolist(), values, strict=True))


def broken(found: Parsed | None) -> list[tuple[int, str]]:
    assert found is not None
    return [(record.line, record.reason) for record in found.broken]


def by_the_letter(line: str) -> list[str] | None:
    try:
        values = split(line, ",", '"')
    except QuotingError:
        return None
    return values if len(values) == len(COLUMNS) else None


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.text(alphabet='ab", 张', max_size=12), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_what_is_taken_is_what_the_letters_say(lines: list[str], end: str, ended: bool) -> None:
    found = parsed((end.join(lines) + (end if ended else "")).encode())
    if found is None:
        return
    wanted = {number: by_the_letter(line) for number, line in enumerate(lines, 2) if line}
    assert rows(found) == {number: tuple(values) for number, values in wanted.items() if values is not None}
    assert [line for line, _ in broken(found)] == [
        number for number, values in wanted.items() if values is None
    ]


def test_plain_lines_are_always_taken() -> None:
    found = parsed("1,2,3\n\n4,,张\n5,6\n7,8,9,0\nx,y,z".encode(), first=10)
    assert rows(found) == {10: ("1", "2", "3"), 12: ("4", "", "张"), 15: ("x", "y", "z")}
    assert broken(found) == [(13, "row:too_few_fields"), (14, "row:too_many_fields")]


def test_lines_that_are_not_utf8_are_named_and_left_out() -> None:
    found = parsed(b"1,2,3\n\xff,2,3\n4,5,6\n7\n")
    assert rows(found) == {2: ("1", "2", "3"), 4: ("4", "5", "6")}
    assert broken(found) == [(3, "row:encoding"), (5, "row:too_few_fields")]


@pytest.mark.parametrize("line", ['"a""b",",",""', '"",x,"y,z"', 'O"Brien,b,c', '"""",b,"c"'])
def test_marks_around_whole_values_are_understood(line: str) -> None:
    assert rows(parsed(f"1,2,3\n{line}\n".encode()))[3] == tuple(by_the_letter(line) or ())


@pytest.mark.parametrize(
    "line", ['""a,b,c', '"a" ,b,c', ' "a",b,c', '"a,"b",c', '"a,b,c', '"a\nb",c,d', '1,"2"3,4']
)
def test_marks_that_leave_a_doubt_are_left_to_the_letter(line: str) -> None:
    assert parsed(f"1,2,3\n{line}\n".encode()) is None


def test_without_a_quotation_mark_marks_are_letters() -> None:
    assert rows(parsed(b'"a,"b"",c\n', quote=None))[2] == ('"a', '"b""', "c")
