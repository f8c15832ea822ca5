"""docs/glossary.md fixes the words, and the screens use them."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = [
    row
    for row in re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    if row[0] != "English"
]
ON_SCREEN = (
    "批次", "拒收", "入库", "读入", "修正", "回执", "原始文件", "行号",
    "呼入人工量", "接通量", "放弃量", "15 秒接通率", "平均应答", "平均处理",
)  # fmt: skip


def test_each_term_has_one_row_and_both_languages() -> None:
    assert len(ROWS) > 60
    assert [term for term, count in Counter(row[0] for row in ROWS).items() if count > 1] == []
    assert [row for row in ROWS if not re.search(r"[\u4e00-\u9fff]", row[1])] == []


@pytest.mark.parametrize("word", ON_SCREEN)
def test_the_screens_use_the_words_of_the_glossary(word: str) -> None:
    catalogues = [
        *ROOT.glob("canton/*/locale/zh_Hans/LC_MESSAGES/*.po"),
        *ROOT.glob("canton/reports/definitions/*.toml"),
    ]
    assert any(word == term for row in ROWS for term in row[1].split("，"))
    assert any(word in path.read_text(encoding="utf-8") for path in catalogues)
