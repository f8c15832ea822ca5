"""What staff see of a value that may identify a subscriber."""

import pytest

from canton.exchange import formats
from canton.intake.originals import shown_value

CONTACTS = formats.get("contacts", "1.0")


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("number", "13800138000", "138****8000"),
        ("number", "", ""),
        ("contact_id", "13800138000", "13800138000"),
        ("started", "1999-01-31 23:59:59", "1999-01-31 23:59:59"),
        ("msisdn", "13800138000", "138****8000"),
        ("", "C1,4401,voice,+8613800138000,none", "C1,4401,voice,+86138****8000,none"),
        ("", "C1,4401,voice,none", "C1,4401,voice,none"),
    ],
)
def test_numbers_are_masked_wherever_they_stand(column: str, value: str, shown: str) -> None:
    assert shown_value(CONTACTS, column, value) == shown


def test_without_a_format_everything_that_looks_like_a_number_is_masked() -> None:
    assert shown_value(None, "contact_id", "13800138000") == "138****8000"
