"""What a column of a city's own file is for: how its values are written, proposed and shown."""

import pytest

from canton.exchange import formats
from canton.intake.originals import shown_value

CONTACTS, CASES = formats.get("contacts", "1.0"), formats.get("cases", "1.1")


@pytest.mark.parametrize(
    ("format_", "column", "value", "shown"),
    [
        (CONTACTS, "number", "不详", "不详"),
        (CONTACTS, "Caller", "unknown", "unknown"),  # the file's own column of numbers
        (CONTACTS, "number", "13800138000", "138****8000"),
        (CONTACTS, "Caller", "１２", "**"),
        (CASES, "customer", "Li Ming", "Li***ng"),  # a name: always masked
    ],
)
def test_only_what_may_identify_somebody_is_masked(
    format_: formats.Format, column: str, value: str, shown: str
) -> None:
    assert shown_value(format_, column, value, {"Caller"}) == shown
