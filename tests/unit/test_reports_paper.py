"""A report on paper: whole, with the heads of its table on every page and the pages numbered."""

from datetime import UTC, datetime
from itertools import pairwise

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


def test_a_matrix_of_all_cities_breaks_no_name_and_keeps_within_the_page() -> None:
    cities = ("Guangzhou", "Shaoguan", "Shenzhen", "Zhanjiang", "Yangjiang", "Qingyuan", "Zhongshan") * 3
    cells = [{"text": "12,112", "kind": ""} for _city in range(len(cities) + 1)]
    line = {"name": "Real-name registration", "aside": "0501", "cells": cells}
    matrix = {"title": "Category × city", "heads": ["", *cities, "Total"], "lines": [line] * 3,
              "total": line, "long": True, "dense": True}  # fmt: skip
    with translation.override("en"):
        document = paper.laid_out(sheet() | {"tables": [matrix], "lying": True}, now=NOW)
    page = document.pages[0]._page_box
    boxes = [box for box in page.descendants() if getattr(box, "text", None)]
    assert [box.text for box in boxes if box.text in cities] == list(cities)
    margin = page.position_x + page.margin_left + page.width
    assert max(box.position_x + box.width for box in boxes) <= margin
    heads = [box for box in boxes if box.text in cities]
    figures = [box for box in boxes if box.text == "12,112"][: len(cells)]
    for left, right in (*pairwise(heads), *pairwise(figures)):
        assert left.position_x + left.width < right.position_x
