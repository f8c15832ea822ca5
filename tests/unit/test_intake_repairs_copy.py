"""Corrected copies differ in the fields that were corrected, and in nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canton.intake.parsing import QuotingError, split
from canton.intake.repair.mending import WHOLE, Change, Unwritable, Written, segments, write_corrected

PLAIN = Written("utf-8", ",", '"', ("a", "b", "c"))


@pytest.mark.parametrize("delimiter", [",", "\t", " "])
@given(text=st.text(alphabet='ab", \t\n', max_size=12))
def test_fields_are_where_the_check_finds_them(delimiter: str, text: str) -> None:
    try:
        values = split(text, delimiter, '"')
    except QuotingError:
        with pytest.raises(QuotingError):
            segments(text, delimiter, '"')
        return
    parts = segments(text, delimiter, '"')
    assert delimiter.join(parts) == text
    assert [split(part, delimiter, '"')[0] for part in parts] == values


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_only_the_field_differs(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ["a,b,c", '语音, "x, ""y""" ,3', "1,,3", '"q",2,3', "last,2,3"]
    source, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(end.join(lines).encode(encoding))
    written = Written(encoding, ",", '"', ("a", "b", "c"))
    changes = {
        2: Change(1, {"a": "网站"}),
        4: Change(1, {"a": 'new "one"', "c": "x,y"}),
        5: Change(1, {WHOLE: "1,2,三"}),
    }
    size = write_corrected(source, copy, changes, written)
    wanted = ["a,b,c", '网站, "x, ""y""" ,3', "1,,3", '"new ""one""",2,"x,y"', "1,2,三"]
    assert copy.read_bytes() == end.join(wanted).encode(encoding)
    assert size == len(copy.read_bytes())


def test_a_record_of_several_lines_keeps_them(tmp_path: Path) -> None:
    source, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(b'a,b,c\n1,"two\nlines",3\n4,5,6\n')
    write_corrected(source, copy, {2: Change(2, {"a": "9"}), 4: Change(1, {"c": "7"})}, PLAIN)
    assert copy.read_bytes() == b'a,b,c\n9,"two\nlines",3\n4,5,7\n'
    with pytest.raises(Unwritable):
        write_corrected(source, copy, {2: Change(2, {"b": "one"})}, PLAIN)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (PLAIN, "two\nlines"),
        (PLAIN, "a\rb"),
        (Written("utf-8", "\t", None, ("a", "b", "c")), "tab\tin"),
        (Written("ascii", ",", '"', ("a", "b", "c")), "语"),
    ],
)
def test_what_the_file_cannot_hold_is_said(written: Written, value: str) -> None:
    record = written.delimiter.join("123")
    with pytest.raises(Unwritable) as said:
        written.mended(record, {"a": value})
    assert said.value.code == "E-REPAIR-VALUE"


def test_any_value_is_read_back_as_it_was_given() -> None:
    for value in ('"', 'a"b', " x ", ",", "", "plain", "'"):
        made = PLAIN.mended("1,2,3", {"b": value})
        assert PLAIN.values(made) == {"a": "1", "b": value, "c": "3"}
    assert PLAIN.values("1,2") is None
    assert PLAIN.values('"1,2,3') is None
