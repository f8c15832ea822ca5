"""A definition is checked when it is loaded: what does not fit together is named, before any report runs."""

from pathlib import Path

import pytest
from django.utils import translation

from canton.reports import definition, engine, files
from canton.reports.errors import BadDefinition, UnknownReport

GOOD = definition.FOLDER


def changed(folder: Path, words: dict[str, str] | None = None, query: dict[str, str] | None = None):
    """The traffic definition with some of its text replaced, read anew."""
    for ending, changes in ((".toml", words or {}), (".sql", query or {})):
        text = (GOOD / f"traffic{ending}").read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (folder / f"traffic{ending}").write_text(text, encoding="utf-8")
    return definition.read(folder / "traffic.toml", folder / "traffic.sql")


def test_the_traffic_definition_is_whole_and_its_sql_runs():
    traffic = engine.ready("traffic")
    assert [each.name for each in traffic.breakdowns if each.published] == [
        "hour", "day", "city", "category", "channel", "agent",
    ]  # fmt: skip
    for figure in traffic.figures:
        for said in (figure.title, figure.unit, figure.numerator, figure.source):
            assert said.zh
            assert said.en
        assert (figure.denominator is not None) == figure.is_ratio


@pytest.mark.parametrize(
    ("words", "query", "said"),
    [
        ({'counts = "offered"': 'counts = "wanted"'}, {}, "no column wanted"),
        ({"[parameters.centres]": "[parameters.desks]"}, {}, r"\$centres is not described"),
        ({}, {"$short_abandon_seconds": "5"}, "short_abandon_seconds is not in the query"),
        ({'better = "up"': 'better = "higher"'}, {}, "better 'higher'"),
        ({'format = "percent"': 'format = "per mille"'}, {}, "format 'per mille'"),
        ({'columns = ["category"]': 'columns = ["weather"]'}, {}, "does not group by weather"),
        ({'axis = "hours"': 'axis = "minutes"'}, {}, "axis 'minutes'"),
        ({'name = "ivr"': 'name = "void"'}, {}, "void comes twice"),
        ({'figure = "short_abandoned"': 'figure = "rung"'}, {}, "no figure rung"),
        ({}, {"as is_ivr": "as is_menu"}, "no column is_ivr"),
        ({'better = "neutral"\n': ""}, {}, "better is missing"),
        ({'title = { zh = "接通量", en = "Answered" }': 'title = "Answered"'}, {}, "traffic.toml"),
        ({'version = "1.0"\n': "version = \n"}, {}, "traffic.toml"),
        ({"{short_abandon_seconds}": "{patience}"}, {}, "patience is missing"),
        ({}, {"-- figures\n": ""}, "figures is missing"),
    ],
)
def test_what_does_not_fit_together_is_named(tmp_path, words, query, said):
    with pytest.raises(BadDefinition, match=said):
        changed(tmp_path, words, query)


def test_sql_that_the_engine_refuses_is_met_before_any_data(tmp_path):
    broken = changed(tmp_path, query={"outcome = 'void' as is_void": "outcome = 'void' or hollow as is_void"})
    with pytest.raises(BadDefinition, match="hollow"):
        engine.check(broken)


def test_an_unknown_report_is_refused_by_name():
    with pytest.raises(UnknownReport, match="weather"):
        definition.load("weather")


def test_a_changed_rule_changes_the_count_and_every_sentence_about_it(tmp_path):
    patient = changed(tmp_path, {"value = 5": "value = 10"})
    assert patient.rules == {"short_abandon_seconds": 10}
    assert "10 秒" in patient.short_abandon.zh
    assert "10 s" in patient.figure("short_abandoned").numerator.en


def test_the_published_definition_says_formula_population_target_and_source_of_every_figure():
    traffic = engine.ready("traffic")
    said = files.described(traffic)
    assert set(said["figures"]) == {figure.name for figure in traffic.figures}
    rate = said["figures"]["service_level"]
    assert rate["target"] == 0.85
    assert rate["numerator"]["zh"] == "15 秒内人工接通的接触"
    assert rate["denominator"]["zh"] == "呼入人工量，含放弃"
    assert "计入分母" in said["short_abandon"]["zh"]
    with translation.override("en"):
        sentence = files.in_words(traffic.figure("service_level"))
    assert "÷ Offered, abandons included (≥ 85%)" in sentence
