"""The usual spellings of a time, each with an example, and which of them the values of a sample have."""

from collections.abc import Sequence
from datetime import datetime

FORMS: tuple[tuple[str, str], ...] = (
    ("%Y-%m-%d %H:%M:%S", "2026-11-15 13:11:02"),
    ("%Y-%m-%d %H:%M", "2026-11-15 13:11"),
    ("%Y/%m/%d %H:%M:%S", "2026/11/15 13:11:02"),
    ("%Y/%m/%d %H:%M", "2026/11/15 13:11"),
    ("%Y-%m-%dT%H:%M:%S", "2026-11-15T13:11:02"),
    ("%Y%m%d%H%M%S", "20261115131102"),
    ("%Y年%m月%d日 %H:%M:%S", "2026年11月15日 13:11:02"),
    ("%d.%m.%Y %H:%M", "15.11.2026 13:11"),
    ("%Y-%m-%d", "2026-11-15"),
    ("%Y/%m/%d", "2026/11/15"),
    ("%Y%m%d", "20261115"),
    ("%d.%m.%Y", "15.11.2026"),
)


def guessed(values: Sequence[str]) -> str:
    """The first usual form all the values have; "" when there is none, or no value."""
    return next((form for form, _example in FORMS if values and all(_has(each, form) for each in values)), "")


def _has(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True
