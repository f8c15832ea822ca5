"""A report on paper: whole, with the heads of its table on every page and the pages numbered."""

from datetime import UTC, datetime

from django.utils import translation

from canton.reports import paper

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LINES = 70


def sheet() -> dict[str, object]:
    """A table over the pages of two sheets."""
    cell = {"text": "7", "kind": ""}
    line = {"aside": "", "cells": [cell]}
    return {
        "title": "话务量", "version": "1.0", "centre": "广东", "period": "2026-10",
        "days": "2026-10-01 至 10-31",
        "data_as_of": "2026-11-01 02:10", "population": "全部联络", "short_abandon": "", "incomplete": [],
        "uncompared": [], "figures": [], "meanings": [], "lying": False,
        "not_printed": ["按话务员（900 行）"],
        "tables": [{
            "title": "话务员", "heads": ["工号", "接通量"], "total": line | {"name": "合计"},
            "lines": [line | {"name": f"agent-{number:03}"} for number in range(LINES)],
        }],
    }  # fmt: skip


def test_a_long_table_is_printed_whole_with_its_heads_on_every_page() -> None:
    heard: list[float] = []
    with translation.override("zh-hans"):
        document = paper.laid_out(sheet(), now=NOW, told=heard.append)
    pages = [
        [box.text for box in page._page_box.descendants() if getattr(box, "text", None)]
        for page in document.pages
    ]
    said = [text for page in pages for text in page]
    assert [f"agent-{number:03}" for number in range(LINES)] == [t for t in said if t.startswith("agent-")]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in "".join(page)
        assert "话务量" in "".join(page)
        if any(text.startswith("agent-") for text in page):
            assert "工号" in page
    assert "按话务员（900 行）" in "".join(said)
    assert heard == sorted(heard)
    assert 0 < heard[-1] < 1
