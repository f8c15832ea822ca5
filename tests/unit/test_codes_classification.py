"""What may be done to a draft of the classification, and what differs between two versions."""

from dataclasses import replace

import pytest

from canton.codes.classification import Classification, Kind, Rule, difference, mark, next_code
from canton.codes.errors import CodeExists, CodeInUse, CodePublished, NoSuchCode, WrongCode, WrongSuccessor


def kind(code: str, name: str = "名") -> Kind:
    return Kind(code, name, "Name", "fault", "network", "operations")


RULE = Rule("0102", "answer", 48, "条例", "Regulations", "law")
TREE = Classification(tuple(kind(code) for code in ("01", "0101", "0102", "02", "0201")), (RULE,))


def test_it_is_kept_and_read_again_unchanged() -> None:
    assert Classification.from_json(TREE.to_json()) == TREE


def test_a_kind_is_added_below_its_head_in_order() -> None:
    assert [each.code for each in TREE.add(kind("0103")).kinds] == [
        "01",
        "0101",
        "0102",
        "0103",
        "02",
        "0201",
    ]
    assert next_code("01", ["01", "0101", "0107", "0208"]) == "0108"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("0101", CodeExists),
        ("1", WrongCode),
        ("01a1", WrongCode),
        ("010101", WrongCode),
        ("0901", NoSuchCode),
    ],
)
def test_what_is_no_new_code_is_refused(code: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        TREE.add(kind(code))


def test_retired_codes_stay_with_their_successor_and_are_never_given_out_anew() -> None:
    later = TREE.retire("0101", "0102")
    assert later.kind("0101") == replace(kind("0101"), retired=True, successor="0102")
    with pytest.raises(CodeExists):
        later.add(kind("0101"))
    with pytest.raises(CodeInUse, match="0101"):
        later.retire("0102")
    with pytest.raises(NoSuchCode):
        later.change(kind("0101"))


@pytest.mark.parametrize(
    ("code", "successor", "error"),
    [
        ("01", "", CodeInUse),
        ("0101", "0101", WrongSuccessor),
        ("0101", "9999", WrongSuccessor),
        ("99", "", NoSuchCode),
    ],
)
def test_codes_that_cannot_be_retired_so(code: str, successor: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        TREE.retire(code, successor)


def test_moving_gives_a_new_number_takes_the_deadline_along_and_points_from_the_old() -> None:
    moved = TREE.move("0102", "02")
    old, new = moved.kind("0102"), moved.kind("0202")
    assert old is not None and new is not None
    assert (old.retired, old.successor, new.retired) == (True, "0202", False)
    assert [rule.code for rule in moved.rules] == ["0202"]
    with pytest.raises(WrongCode):
        TREE.move("0102", "01")


def test_only_what_was_never_published_is_removed() -> None:
    with pytest.raises(CodePublished):
        TREE.remove("0101", {"0101"})
    assert TREE.remove("0102", {"0101"}).kind("0102") is None
    assert TREE.remove("0102", set()).rules == ()


def test_differences_name_codes_and_deadlines_with_both_values() -> None:
    later = (
        TREE.change(kind("0101", "新名")).add(kind("0103")).retire("0201").put_rule(replace(RULE, hours=24))
    )
    found = [(each.code, each.what, each.rule) for each in difference(TREE, later)]
    assert found == [
        ("0101", "changed", ""),
        ("0103", "added", ""),
        ("0201", "retired", ""),
        ("0102", "changed", "answer"),
    ]
    assert difference(TREE, later)[0].fields == (("name", "名", "新名"),)
    assert difference(TREE, TREE) == []
    assert [each.what for each in difference(TREE, TREE.drop_rule("0102", "answer"))] == ["removed"]


def test_the_mark_of_a_code_changes_with_it() -> None:
    assert mark(kind("0101")) == mark(kind("0101")) != mark(kind("0101", "新名"))
