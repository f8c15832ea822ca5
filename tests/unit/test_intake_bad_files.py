"""Files that are no files of rows are refused whole; those that still can be read are."""

from pathlib import Path

import pytest
from intake_files import GOOD, HEADER, process, row, text

from canton.intake import refusals
from canton.intake.plan import Limits

SMALL = Limits(file_bytes=1_000_000, line_bytes=2_000, columns=500)
HEAD = ",".join(HEADER).encode()
LINE = ",".join(row()).encode()


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", refusals.EmptyFile),
        (HEAD, refusals.HeaderOnly),
        (HEAD + b"\n", refusals.HeaderOnly),
        (HEAD + b"\n\n\n\n", refusals.HeaderOnly),
        (b"a,b,c\n1,2,3\n", refusals.WrongHeader),
        (LINE + b"\n" + LINE + b"\n", refusals.WrongHeader),
        (HEAD.replace(b"agent", b"agnet") + b"\n" + LINE, refusals.WrongHeader),
        (b"x" * 10_000, refusals.EndlessLine),
        (HEAD + b"\n" + LINE + b"\n" + b"y" * 3_000 + b"\n" + LINE, refusals.EndlessLine),
        (HEAD + b"\n" + b"y" * 300_000, refusals.EndlessLine),
        (HEAD + b"\n" + LINE[:20] + b"\0" + LINE[20:] + b"\n", refusals.NulBytes),
        (text([row()]).decode().encode("utf-16"), refusals.WrongEncoding),
        (text([row(agent="陈")] * 3).decode().encode("gb18030"), refusals.WrongEncoding),
        (
            ",".join(f"column{i}" for i in range(600)).encode()[:1_990] + b",," * 500 + b"\n",
            refusals.EndlessLine,
        ),
        (b"," * 600 + b"\n", refusals.TooManyColumns),
        (HEAD + b"\n" + b'"' + LINE + b"\n", refusals.BrokenQuoting),
        (HEAD + b"\n" + (LINE + b"\n") * 20_000, refusals.TooLarge),
    ],
)
def test_a_file_that_is_no_file_of_rows_is_refused_whole(
    content: bytes, failure: type[refusals.FileRefused], tmp_path: Path
) -> None:
    with pytest.raises(failure) as raised:
        process(content, tmp_path, limits=SMALL)
    assert raised.value.message % {}
    assert not [left for left in tmp_path.iterdir() if left.name != "upload.csv"]


def test_ten_thousand_columns_are_refused_by_their_number(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(10_000)).encode()
    with pytest.raises(refusals.TooManyColumns) as raised:
        process(header + b"\n" + b"," * 9_999 + b"\n", tmp_path)
    assert raised.value.facts == {"columns": 10_000, "limit": 2_000}


def test_nul_bytes_are_reported_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(refusals.NulBytes) as raised:
        process(HEAD + b"\n" + LINE + b"\n" + LINE + b"\0\n", tmp_path)
    assert raised.value.facts == {"line": 3}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read_the_same(end: str, tmp_path: Path) -> None:
    rows = [row(contact_id="a"), row(contact_id="b", channel="pigeon"), row(contact_id="c")]
    found = process(text(rows, end=end), tmp_path)
    assert sorted(found.kept) == ["a", "c"]
    assert found.kept["c"]["recording"] == "a.wav"
    assert found.refused == [(3, "channel", "pigeon", "channel:code", ",".join(rows[1]))]


def test_mixed_line_ends_are_read_row_by_row(tmp_path: Path) -> None:
    lines = [",".join(row(contact_id=name)).encode() for name in "abcd"]
    content = HEAD + b"\r\n" + lines[0] + b"\n" + lines[1] + b"\r\n\n" + lines[2] + b"\r\n" + lines[3]
    found = process(content, tmp_path)
    assert {name: kept["line"] for name, kept in found.kept.items()} == {"a": 2, "b": 3, "c": 5, "d": 6}
    assert {kept["recording"] for kept in found.kept.values()} == {"a.wav"}


def test_a_stray_carriage_return_refuses_its_row_only(tmp_path: Path) -> None:
    stray = ",".join(row(contact_id="b", agent="A\r1"))
    content = HEAD + b"\n" + LINE + b"\n" + stray.encode() + b"\n"
    found = process(content, tmp_path)
    assert list(found.kept) == ["c-1"]
    assert found.reasons == [(3, "row:line_end")]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    found = process(b"\xef\xbb\xbf" + text([row(), row(contact_id="x", roaming="moon")]), tmp_path)
    assert list(found.kept) == ["c-1"]
    assert found.reasons == [(3, "roaming:code")]


@pytest.mark.parametrize("line", [LINE + b",more", LINE + b","])
def test_a_field_more_refuses_the_row(line: bytes, tmp_path: Path) -> None:
    found = process(HEAD + b"\n" + line + b"\n" + LINE + b"\n", tmp_path)
    assert found.refused == [(2, "", "21", "row:too_many_fields", line.decode())]
    assert found.kept["c-1"]["line"] == 3


def test_a_field_less_refuses_the_row(tmp_path: Path) -> None:
    short = ",".join(row()[:-1])
    found = process(HEAD + b"\n" + short.encode() + b"\n" + LINE, tmp_path)
    assert found.refused == [(2, "", "19", "row:too_few_fields", short)]


def test_ten_thousand_fields_in_a_row_refuse_the_row(tmp_path: Path) -> None:
    found = process(HEAD + b"\n" + b"," * 10_000 + b"\n" + LINE, tmp_path)
    assert found.reasons == [(2, "row:too_many_fields")]
    assert (found.checked.read, found.checked.kept) == (2, 1)


def test_one_open_quotation_mark_costs_one_row(tmp_path: Path) -> None:
    lines = [row(contact_id=f"n{number}", agent="a, b") for number in range(50)]
    content = text(lines).splitlines()
    content[10] = content[10].replace(b'"a, b"', b'"a, b')
    found = process(b"\n".join(content) + b"\n", tmp_path)
    assert found.reasons == [(11, "row:quoting")]
    assert found.checked.kept == 49
    assert found.kept["n49"]["line"] == 51


def test_bytes_of_another_encoding_refuse_their_row(tmp_path: Path) -> None:
    content = text([row(contact_id=name, agent="李雷") for name in "abc"])
    lines = content.splitlines()
    lines[2] = lines[2].replace("李雷".encode(), b"L\xe9vy")
    found = process(b"\n".join(lines), tmp_path)
    assert found.reasons == [(3, "row:encoding")]
    assert "L\\xe9vy" in found.refused[0][4]
    assert found.kept["c"]["agent"] == "李雷"


def test_a_layout_may_be_in_gb18030(tmp_path: Path) -> None:
    from canton.intake.layout import load_layout, read_layout

    layout = read_layout({**load_layout("contacts-1.0").document, "name": "gb", "encoding": "GB18030"})
    rows = [row(contact_id=f"r{n}", agent="韩梅梅") for n in range(4)]
    content = text([*rows, row(contact_id="bad", agent="韩", outcome="某")]).decode().encode("gb18030")
    lines = content.splitlines()
    lines[2] = lines[2].replace("韩梅梅".encode("gb18030"), b"\xff\xff")
    found = process(b"\n".join(lines), tmp_path, layout=layout)
    assert sorted(found.kept) == ["r0", "r2", "r3"]
    assert found.kept["r3"]["agent"] == "韩梅梅"
    assert [(each[0], each[2], each[3]) for each in found.refused] == [
        (3, "", "row:encoding"),
        (6, "某", "outcome:code"),
    ]
    assert found.refused[0][4].startswith("r1,4401")


def test_the_format_and_the_example_agree() -> None:
    assert tuple(GOOD) == HEADER
