"""The usual spellings of a time, each with an example, and which of them the values of a sample have."""

from collections.abc import Sequence
from datetime import datetime

FORMS: tuple[tuple[str, str], ...] = (
    ("%Y-%m-%d %H:%M:%S", "2026-11-15 13:11:02"),
    ("%Y-%m-%d %H:%M", "2026-11-15 13:11"),
    ("%Y/%m/%d %H:%M:%S", "2026/11/15 13:11:02"),
    ("%Y/%m/%d %H:%M", "2026/11/15 13:11"),
    ("%Y-%m-%dT%H:%M:%S", "2026-11-15T13:11:02"),
    ("%Y.%m.%d %H:%M:%S", "2026.11.15 13:11:02"),
    ("%Y.%m.%d %H:%M", "2026.11.15 13:11"),
    ("%Y%m%d%H%M%S", "20261115131102"),
    ("%Y%m%d %H:%M:%S", "20261115 13:11:02"),
    ("%Y%m%d %H%M%S", "20261115 131102"),
    ("%Y年%m月%d日 %H:%M:%S", "2026年11月15日 13:11:02"),
    ("%Y年%m月%d日 %H:%M", "2026年11月15日 13:11"),
    ("%Y年%m月%d日 %H时%M分%S秒", "2026年11月15日 13时11分02秒"),
    ("%Y年%m月%d日 %H时%M分", "2026年11月15日 13时11分"),
    ("%Y年%m月%d日%H时%M分", "2026年11月15日13时11分"),
    ("%d.%m.%Y %H:%M:%S", "15.11.2026 13:11:02"),
    ("%d.%m.%Y %H:%M", "15.11.2026 13:11"),
    ("%d/%m/%Y %H:%M:%S", "15/11/2026 13:11:02"),
    ("%d/%m/%Y %H:%M", "15/11/2026 13:11"),
    ("%d/%m/%Y %I:%M:%S %p", "15/11/2026 01:11:02 PM"),
    ("%d/%m/%Y %I:%M %p", "15/11/2026 01:11 PM"),
    ("%m/%d/%Y %H:%M:%S", "11/15/2026 13:11:02"),
    ("%m/%d/%Y %H:%M", "11/15/2026 13:11"),
    ("%m/%d/%Y %I:%M:%S %p", "11/15/2026 01:11:02 PM"),
    ("%m/%d/%Y %I:%M %p", "11/15/2026 01:11 PM"),
    ("%Y-%m-%d", "2026-11-15"),
    ("%Y/%m/%d", "2026/11/15"),
    ("%Y年%m月%d日", "2026年11月15日"),
    ("%Y%m%d", "20261115"),
    ("%d.%m.%Y", "15.11.2026"),
    ("%d/%m/%Y", "15/11/2026"),
    ("%m/%d/%Y", "11/15/2026"),
)
USUAL = tuple(form for form, _example in FORMS)
TURNED = {"%d/%m/": "%m/%d/", "%m/%d/": "%d/%m/"}
LOOKED_AT = 2_000  # rows of a sample
FIRST = 50  # values that every form is tried on
MOST = 0.8  # of them are of the form; the others are dirt


def guessed(values: Sequence[str]) -> str:
    """The usual form that most values have; "" when there is none, or day and month may be exchanged.

    05/06/2026 does not say which is which; 25/06/2026 among the values does.
    """
    first = values[:FIRST]
    form = max(USUAL, key=lambda each: _how_many(first, each))
    if not first or _how_many(first, form) < MOST * len(first):
        return ""
    turned = TURNED.get(form[:6], form[:6]) + form[6:]
    if turned == form:
        return form
    so, other = _how_many(values, form), _how_many(values, turned)
    return {so > other: form, other > so: turned}.get(True, "")


def _how_many(values: Sequence[str], form: str) -> int:
    return sum(_has(each, form) for each in values)


def _has(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True
