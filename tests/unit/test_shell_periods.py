"""Periods are shown as people write them, in the reader's language; their names stay in reach."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from canton.demo.plan import Span
from canton.shell import periods

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localtime", lambda: NOW)


@pytest.mark.parametrize(
    ("name", "chinese", "english"),
    [
        ("1999", "1999年", "1999"),
        ("1999-01", "1999年1月", "Jan 1999"),
        ("1999-Q3", "1999年第3季度", "Q3 1999"),
        ("2026W07", "2026年第7周", "week 7 of 2026"),
        ("2026-11-22", "11月22日", "22 Nov"),
        ("19990705", "1999年7月5日", "5 Jul 1999"),
        ("2026-11-22T09", "11月22日 9–10时", "22 Nov, 9:00–10:00"),
        ("2026-11-22T23", "11月22日 23–24时", "22 Nov, 23:00–24:00"),
        ("2026-11-22-night", "11月22日夜间", "night of 22 Nov"),
        ("20261025-1122T18", "10月25日至11月22日18时", "25 Oct to 22 Nov, 18:00"),
        ("20251225-0122", "2025年12月25日至1月22日", "25 Dec 2025 to 22 Jan"),
        ("26112218-112307", "11月22日18时至11月23日7时", "22 Nov, 18:00 to 23 Nov, 7:00"),
        ("98123122-010106", "1998年12月31日22时至1999年1月1日6时", "31 Dec 1998, 22:00 to 1 Jan 1999, 6:00"),
    ],
)
def test_a_period_is_shown_in_words(name: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert periods.written(name) == chinese
    with translation.override("en"):
        assert periods.written(name) == english


@pytest.mark.parametrize(
    "name",
    ["", "late", "1999-13", "2026-02-30", "2026W60", "2026-11-22T24", "20261025-1322T18", "0000", "<b>"],
)
def test_a_name_of_no_known_form_stands_for_itself(name: str) -> None:
    assert periods.written(name) == name


def test_every_batch_of_the_demonstration_has_words() -> None:
    for hours in (1, 9, 24, 28 * 24 + 18):
        start = datetime(2026, 10, 25, 22 if hours == 9 else 0)  # noqa: DTZ001 - wall clock
        name = Span("4401", start, datetime.fromtimestamp(start.timestamp() + hours * 3600)).period  # noqa: DTZ006
        assert periods.written(name) != name


def test_its_name_stays_as_the_tooltip() -> None:
    draw = Template("{% load look %}{{ name|period }}").render
    with translation.override("en"):
        assert draw(Context({"name": "1999-01"})) == '<span title="1999-01">Jan 1999</span>'
        assert draw(Context({"name": "<i>"})) == "&lt;i&gt;"
        assert draw(Context({"name": ""})) == "—"
