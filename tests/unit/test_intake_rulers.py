"""Columns of fixed width are proposed from a sample, and a layout made of the proposal reads the file."""

from pathlib import Path
from typing import Any

import pytest
from intake_files import process

from canton.intake.layout import read_layout
from canton.intake.sources.guessing import Guess, guess, look
from canton.intake.sources.model import Kind
from canton.intake.sources.rulers import pieces, proposed
from canton.intake.workshop.services import written


def wide(text: str, width: int, encoding: str | None = "gb18030") -> str:
    """Text filled up with blanks to a width in bytes of an encoding, or in characters."""
    return text + " " * (width - (len(text) if encoding is None else len(text.encode(encoding))))


def lines(encoding: str | None) -> list[str]:
    people = [("A1024", "陈一", "闲", 7), ("A7", "欧阳娜娜", "忙", 120), ("B22", "李", "小休", 35)]
    return [
        wide(number, 6, encoding) + "2026-11-08 09:00:00" + wide(name, 8, encoding)
        + wide(state, 4, encoding) + f"{count:>5}" + "2026/11/08"
        for number, name, state, count in people
    ]  # fmt: skip


STANDS = ((1, 6), (7, 25), (26, 33), (34, 38), (39, 42), (43, 52))


@pytest.mark.parametrize("encoding", ["gb18030", None])
def test_columns_are_told_by_blanks_alignment_letters_and_dates(encoding: str | None) -> None:
    made = lines(encoding)
    found = proposed(made, encoding)
    assert (found[:3], found[-1], len(found)) == (STANDS[:3], STANDS[-1], len(STANDS))
    assert found[3][0] == 34
    assert [piece.strip() for piece in pieces(made[1], STANDS, encoding)] == [
        "A7", "2026-11-08 09:00:00", "欧阳娜娜", "忙", "120", "2026/11/08",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sample", "places"),
    [
        ([], ()),
        (["", "  "], ()),
        (["one"], ((1, 3),)),
        (["ab  1", "a   22"], ((1, 4), (5, 6))),
        (["a    1", "bcd 22", "c  333"], ((1, 6),)),
        (["2026年11月08日天河", "2026年11月09日越秀"], ((1, 18),)),
        (["0001张三13800138000", "0002李四13800138001"], ((1, 4), (5, 8), (9, 19))),
        (["x\ty", "z\tw"], ((1, 2), (3, 3))),
    ],
)
def test_what_samples_come_to(sample: list[str], places: tuple[tuple[int, int], ...]) -> None:
    assert proposed(sample, "gb18030") == places


def test_no_sample_breaks_it() -> None:
    odd = ["𠮷\x00 \u3000é", "\ud7ff" * 9, "a" * 5_000 + " b", " "]
    for counted in (None, "gb18030", "utf-8"):
        found = proposed(odd, counted)
        assert [last + 1 for _first, last in found[:-1]] == [first for first, _last in found[1:]]


@pytest.mark.parametrize(("encoding", "said"), [("gb18030", "gb18030"), ("utf-8", "auto")])
def test_a_proposal_is_a_layout_that_reads_its_file(encoding: str, said: str, tmp_path: Path) -> None:
    head = wide("工号", 6) + wide("开始", 19) + wide("姓名", 8) + "状态" + "   次" + wide("止", 10)
    path = tmp_path / "a.txt"
    path.write_bytes("\r\n".join([head, *lines("gb18030"), ""]).encode(encoding))
    found = guess(path)
    assert (found.kind, found.encoding, found.measure, found.header) == ("fixed", said, "bytes", 1)
    assert found.places == STANDS
    assert found.columns == ("工号", "开始", "姓名", "状态", "次", "止")
    moment: dict[str, Any] = {"moment": [{"column": "开始"}], "forms": ["%Y-%m-%d %H:%M:%S"]}
    fields = {
        "agent": {"column": "工号"}, "centre": {"context": "centre"}, "state": {"constant": "idle"},
        "started": moment, "ended": moment, "reason": {"column": "姓名"},
    }  # fmt: skip
    known = {"name": "f", "dataset": "agents", "version": "1.0", "notes": {"en": "", "zh": ""}}
    made = process(path, tmp_path, layout=read_layout({**known, **written(found), "fields": fields}))
    assert {row["agent"]: row["reason"] for row in made.rows} == {
        "A1024": "陈一", "A7": "欧阳娜娜", "B22": "李",
    }  # fmt: skip
    again = look(path, Guess(Kind.FIXED, "utf-8", header=1, measure="characters"))
    assert again.measure == "characters"


def test_text_with_a_delimiter_is_not_taken_for_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,  x\n2,yy\n")
    assert guess(tmp_path / "a.csv").kind == "text"
