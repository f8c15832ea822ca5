"""Files for people: a spreadsheet opens them as they are meant and runs nothing in them."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canton.shell import exports


def content(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_csv_has_a_byte_order_mark_and_crlf_and_reads_back() -> None:
    rows = [("广州", 1, 0.5), ('with "quotes", comma', None, -3), ("two\nlines", True, "")]
    sent = content(exports.csv_response("话务.csv", ["地市", "数", "率"], rows))
    assert sent.startswith(b"\xef\xbb\xbf")
    assert sent.count(b"\r\n") == 4
    read = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"), newline="")))
    assert read == [
        ["地市", "数", "率"],
        ["广州", "1", "0.5"],
        ['with "quotes", comma', "", "-3"],
        ["two\nlines", "True", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    assert exports.safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert exports.safe_cell(-1) == -1


@given(st.text())
def test_no_cell_of_text_begins_like_a_formula(text: str) -> None:
    assert not str(exports.safe_cell(text)).startswith(exports.FORMULA_STARTS)


def test_a_chinese_file_name_arrives_whole() -> None:
    header = exports.csv_response("广州 1 月.csv", [], [])["Content-Disposition"]
    assert "filename*=UTF-8''%E5%B9%BF%E5%B7%9E%201%20%E6%9C%88.csv" in header
    assert header.isascii()


def test_rows_are_asked_for_only_while_they_are_sent() -> None:
    asked: list[int] = []

    def rows() -> object:
        for number in range(3):
            asked.append(number)
            yield (number,)

    response = exports.csv_response("a.csv", ["n"], rows())  # type: ignore[arg-type]
    assert asked == []
    content(response)
    assert asked == [0, 1, 2]


def test_json_keeps_chinese_readable() -> None:
    response = exports.json_response("a.json", {"city": "广州"})
    assert "广州" in response.content.decode()
    assert json.loads(response.content) == {"city": "广州"}
