"""Codes read from the texts of a file, where the sender left them empty: the same every time."""

import time
from pathlib import Path

import pytest
from intake_files import process, read, row, text

from canton.codes.text.classifier import Classifier
from canton.codes.text.rules import RuleOfText
from canton.exchange import formats
from canton.exchange.formats.descriptor import read as read_descriptor
from canton.intake.texts import Said, TextReader

CASES = formats.get("cases", "1.1")
RULES = (
    RuleOfText("7", "0101", "words", "信号 差", 0.9),
    RuleOfText("8", "0201", "words", "话费 扣", 0.8),
    RuleOfText("9", "0103", "pinyin", "wang su", 0.75),
)
READER = TextReader(Classifier(RULES, None, frozenset({"0101", "0103", "0201"}), 0.7))


def lines(*texts: str, code: str = "") -> bytes:
    rows = [",".join(CASES.columns)]
    for number, said in enumerate(texts):
        values = {"case_id": f"T{number}", "centre": "4401", "nature": "complaint", "channel": "web",
            "subject": said[:20] if number % 2 else "", "description": said or " ", "category": code,
            "opened": f"2026-11-08 0{number % 10}:00:00"}  # fmt: skip
        rows.append(",".join(values.get(name, "") for name in CASES.columns))
    return "\n".join(rows).encode()


def codes_of(folder: Path, content: bytes, reader: TextReader | None) -> list[tuple[object, ...]]:
    codes = frozenset({"0101", "0103", "0601", "0801"})
    made = process(content, folder, layout="cases-1.1", context={"texts": reader, "categories": codes})
    kept = [made.kept[key] for key in sorted(made.kept)]
    return [(row["category"], row["category_head"], row["code_by"], row["code_confidence"]) for row in kept]


def test_what_is_surely_read_is_given_and_the_rest_is_left_to_a_person(tmp_path: Path) -> None:
    content = lines("信号很差", "信号差话费多扣", "网速慢得很", "你好")
    found = codes_of(tmp_path, content, READER)
    assert [row[:3] for row in found] == [
        ("0101", "01", "rule:7"), (None, None, None), ("0103", "01", "rule:9"), (None, None, None),
    ]  # fmt: skip
    assert [row[3] for row in found] == pytest.approx([0.9, 0.81 / 1.7, 0.75, 0], abs=1e-3)
    waiting = read(f"'{tmp_path}/classify/judgements.parquet'")
    assert [(row["line"], row["key"], row["code"]) for row in waiting] == [
        (3, "4401\x1fT1", "0101"), (5, "4401\x1fT3", ""),
    ]  # fmt: skip
    assert waiting[0]["text"] == "信号差话费多扣\n信号差话费多扣"  # subject and description
    before = [(tmp_path / "classify" / f"{name}.parquet").read_bytes() for name in ("texts", "judgements")]
    codes_of(tmp_path, content, READER)
    assert [
        (tmp_path / "classify" / f"{name}.parquet").read_bytes() for name in ("texts", "judgements")
    ] == before


@pytest.mark.parametrize(
    ("reader", "code", "said"),
    [
        (READER, "0801", ("0801", "08", "sender", None)),
        (None, "", (None, None, None, None)),
        (TextReader(Classifier((), None, frozenset(), 0.7)), "", (None, None, None, 0)),
    ],
)
def test_a_code_of_the_sender_stays_and_without_a_reader_there_is_none(
    tmp_path: Path, reader: TextReader | None, code: str, said: tuple[object, ...]
) -> None:
    assert codes_of(tmp_path, lines("信号很差", code=code), reader) == [said]


def test_what_a_person_decided_of_the_row_goes_before_all_rules() -> None:
    row = Said(2, "4401\x1fT1", "信号差")
    reader = TextReader(READER.classifier, {row.fingerprint: ("0601", "20416")})
    found = reader.read([row, Said(3, "4401\x1fT2", "信号差")])
    assert [(each.code, each.by, each.confidence) for each in found] == [
        ("0601", "person:20416", 1.0), ("0101", "rule:7", 0.9),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n", "信" * (1 << 20), "\x00😀" * 1000, "a" * 2000])
def test_no_text_is_too_empty_or_too_long(text: str) -> None:
    began = time.perf_counter()
    [found] = READER.classifier.classify([text])
    assert (found.code, READER.classifier.alternatives(text)) == ("", ())
    assert time.perf_counter() - began < 2


def test_a_format_without_text_has_none_of_it(tmp_path: Path) -> None:
    made = process(text([row()]), tmp_path, context={"texts": READER})
    assert not {"code_by", "code_confidence"} & set(made.rows[0])
    assert not list((tmp_path / "classify").glob("*.parquet"))


def test_a_descriptor_that_names_a_column_it_has_not_is_not_sound() -> None:
    assert CASES.text is not None
    assert (CASES.text.columns, CASES.text.code) == (("subject", "description"), "category")
    assert formats.get("contacts").text is None
    with pytest.raises(ValueError, match="wording"):
        read_descriptor(CASES.document.replace(b'["subject", "description"]', b'["wording"]'))


def test_the_version_names_rules_model_and_confidence() -> None:
    versions = {
        Classifier(rules, None, frozenset(), enough).version
        for rules, enough in ((RULES, 0.7), (RULES[:2], 0.7), (RULES, 0.8), (RULES[::-1], 0.7))
    }
    assert len(versions) == 3
