"""What a refused value was meant to be: certain where it can be nothing else, a guess, or nothing."""

import pytest

from canton.exchange import formats
from canton.intake.repair.proposals import Terms, propose
from canton.intake.repair.reckoning import reckoned, rules_of

CODES = ("01", "02", "0101", "0201", "0203", "0207", "0301")
NAMES = {"0101": ("漫游", "Roaming"), "0201": ("计费", "Charges"), "0203": ("计费", "Plan charges")}
CONTACTS = formats.get("contacts", "1.0")


def terms(column: str) -> Terms:
    field = CONTACTS.field(column)
    if column == "category":
        return Terms(field, CODES, NAMES, {"0203": 40, "0207": 2})
    return Terms(field, field.enum, {"voice": ("语音", "voice")} if field.enum else {})


@pytest.mark.parametrize(
    ("column", "old", "new", "why"),
    [
        ("category", "０２０７", "0207", "width"),
        ("category", " 0207\u3000", "0207", "width"),
        ("category", "0207 ", "0207", "blanks"),
        ("category", "02 07", "0207", "blanks"),
        ("category", "漫游", "0101", "name"),
        ("channel", "Voice", "voice", "case"),
        ("channel", "语音 ", "voice", "name"),
        ("number", "138 0013 8000", "13800138000", "blanks"),
        ("wait_seconds", "１２", "12", "width"),
        ("started", "2026/11/15 13:11:02", "2026-11-15 13:11:02", "order"),
        ("started", "2026年11月15日 13:11:02", "2026-11-15 13:11:02", "order"),
        ("started", "25/11/2026 13:11:02", "2026-11-25 13:11:02", "order"),
        ("started", "11/11/2026 13:11:02", "2026-11-11 13:11:02", "order"),
    ],
)
def test_what_can_be_nothing_else_is_certain(column: str, old: str, new: str, why: str) -> None:
    found = propose(old, terms(column))
    assert found is not None
    assert (found.new, found.sure, found.why) == (new, True, why)


@pytest.mark.parametrize(
    ("column", "old", "new", "why", "facts"),
    [
        ("category", "020", "0203", "begun", {"others": 2, "rows": 40, "all": 42}),
        ("category", "计费", "0203", "named", {"others": 1, "rows": 40, "all": 42}),
        ("channel", "voise", "voice", "near", {"others": 0, "rows": 0, "all": 0}),
        ("number", "138-0013-8000", "13800138000", "signs", {}),
        ("wait_seconds", "1,234", "1234", "signs", {}),
        ("started", "2026-11-15 13:11", "2026-11-15 13:11:00", "seconds", {}),
    ],
)
def test_what_may_be_something_else_is_a_guess_with_its_grounds(
    column: str, old: str, new: str, why: str, facts: dict[str, int]
) -> None:
    found = propose(old, terms(column))
    assert found is not None
    assert (found.new, found.sure, found.why, dict(found.facts)) == (new, False, why, facts)


@pytest.mark.parametrize(
    ("column", "old"),
    [
        ("category", "0199"), ("category", "x"), ("started", "昨天"), ("started", "05/06/2026 13:11:02"),
        ("started", "2026-11-15"), ("started", ""), ("wait_seconds", "-4"), ("wait_seconds", "99999999"),
        ("channel", "voice"),
    ],
)  # fmt: skip
def test_where_nothing_tells_it_there_is_none(column: str, old: str) -> None:
    assert propose(old, terms(column)) is None


@pytest.mark.parametrize(
    ("values", "ended"),
    [
        (
            {"answered": "2026-11-15 13:11:02", "talk_seconds": "187", "hold_seconds": "22"},
            "2026-11-15 13:14:31",
        ),
        ({"queued": "2026-11-15T23:59:50", "wait_seconds": "20"}, "2026-11-16 00:00:10"),
        (
            {"started": "2026-11-15 13:00:00", "wait_seconds": "1", "talk_seconds": "2", "hold_seconds": "3"},
            "2026-11-15 13:00:06",
        ),
        ({"answered": "2026-11-15 13:11:02", "talk_seconds": "x", "queued": "2026-11-15 13:00:00"}, None),
        ({"answered": "gestern", "talk_seconds": "1", "hold_seconds": "0"}, None),
        ({}, None),
    ],
)
def test_an_end_follows_from_other_fields_of_the_row(values: dict[str, str], ended: str | None) -> None:
    field = CONTACTS.field("ended")
    assert reckoned(rules_of(CONTACTS, "ended"), values, field.formats) == ended
    assert not rules_of(CONTACTS, "started")
