"""Values of code tables are shown by their words, rules between columns too; files keep their codes."""

import pytest
from django.utils import translation

from canton.exchange import formats
from canton.exchange.formats.words import rule_text, word
from canton.intake import wording


def test_every_value_of_every_code_table_has_words_in_both_languages() -> None:
    for format_ in formats.all():
        for field in format_.fields:
            for value in field.enum:
                for language in ("zh-hans", "en"):
                    with translation.override(language):
                        said = word(field.name, value)
                    assert said, (format_.name, field.name, value)
                    assert said.isascii() is (language == "en"), (field.name, value, said)


@pytest.mark.parametrize(("column", "value"), [("outcome", "lost"), ("agent", "answered"), ("outcome", "")])
def test_what_is_in_no_code_table_has_no_word(column: str, value: str) -> None:
    assert word(column, value) == ""


def test_a_rule_speaks_of_the_word_and_not_of_the_code() -> None:
    rules = {rule.name: rule for rule in formats.get("contacts", "1.0").rules}
    with translation.override("zh-hans"):
        assert rule_text(rules["answered:missing"]) == "结果为“接通”时必须有接通时间。"
        assert rule_text(rules["queued:before_started"]) == "排队时间不早于开始时间。"
        reason = wording.reason("answered:unexpected", formats.get("contacts", "1.0"))
        assert reason == "不符规则：结果为“放弃”时接通时间必须为空"
    with translation.override("en"):
        text = "A contact with outcome “answered” has a time of answer."
        assert rule_text(rules["answered:missing"]) == text
