"""Layouts are data users edit: a bad one is refused with a reason, and none reaches the engine as SQL."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from intake_files import process

from canton.intake.layout import BadLayout, UnknownLayout, load_layout, names, read_layout

Change = Callable[[dict[str, Any]], object]
SIMPLE: dict[str, Any] = {
    "name": "simple",
    "dataset": "contacts",
    "version": "1.0",
    "notes": {"en": "", "zh": ""},
    "encoding": "utf-8",
    "delimiter": ";",
    "quote": '"',
    "columns": [
        {"name": "id"},
        {"name": "when"},
        {"name": "clock"},
        {"name": "kind"},
        {"name": "a"},
        {"name": "b"},
    ],
    "tables": {"kind": {"codes": {"T": "voice", "M": "email"}}},
    "values": [
        ["at", {"moment": [{"column": "when"}, {"column": "clock"}], "forms": ["%d.%m.%Y %H:%M"]}],
        ["secs", {"number": {"column": "a"}}],
    ],
    "fields": {
        "contact_id": {"concat": [{"constant": "S'"}, {"column": "id"}]},
        "centre": {"context": "centre"},
        "channel": {"codes": "kind", "of": {"column": "kind"}},
        "roaming": {"constant": "none"},
        "language": {"constant": "zh"},
        "started": {"value": "at"},
        "answered": {"later": [{"value": "at"}, {"value": "secs"}]},
        "ended": {"later": [{"value": "at"}, {"sum": [{"value": "secs"}, {"number": {"column": "b"}}]}]},
        "wait_seconds": {
            "seconds_between": [{"value": "at"}, {"later": [{"value": "at"}, {"value": "secs"}]}]
        },
        "talk_seconds": {"column": "b"},
        "hold_seconds": {"constant": 0},
        "wrap_seconds": {"constant": 0},
        "outcome": {
            "when": [[{"filled": {"column": "a"}}, {"constant": "answered"}]],
            "else": {"constant": "ivr"},
        },
    },
}


def test_a_layout_computes_what_the_format_wants(tmp_path: Path) -> None:
    lines = ["id;when;clock;kind;a;b", '1;24.12.2026;18:30;T;20;"100"', "2;24.12.2026;18:30;X;1;2"]
    content = "\n".join([*lines, "3;31.02.2026;1:00;M;1;2", ""]).encode()
    found = process(content, tmp_path, layout=read_layout(SIMPLE))
    assert found.kept["S'1"]["ended"].isoformat() == "2026-12-24T18:32:00"
    assert found.kept["S'1"]["wait_seconds"] == 20
    assert [each[:4] for each in found.refused] == [
        (3, "kind", "X", "channel:code"),
        (4, "when, clock", "31.02.2026 1:00", "started:type"),
        (4, "when, clock, a, b", "31.02.2026 1:00 1 2", "ended:type"),
        (4, "when, clock, a", "31.02.2026 1:00 1", "wait_seconds:type"),
        (4, "when, clock, a", "31.02.2026 1:00 1", "answered:missing"),
    ]


def test_the_house_layouts_are_sound() -> None:
    assert {"contacts-1.0", "surveys-1.0", "technion1999", "cmcc_satisfaction_2022"} <= set(names())
    assert all(load_layout(name).name == name for name in names())
    with pytest.raises(UnknownLayout):
        load_layout("../plan")


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(sql="drop table x"),
        lambda d: d.pop("encoding"),
        lambda d: d.update(encoding="rot13"),
        lambda d: d.update(delimiter=";;"),
        lambda d: d.update(delimiter="\n"),
        lambda d: d.update(quote="x"),
        lambda d: d.update(version="9.9"),
        lambda d: d["columns"].append({"name": "id"}),
        lambda d: d["columns"].append({"name": "z", "sql": "1"}),
        lambda d: d["columns"].append({"name": "z", "pattern": "(?=look)"}),
        lambda d: d["columns"].append({"name": "z", "pattern": "["}),
        lambda d: d["columns"].append({"name": "z", "type": "moment"}),
        lambda d: d["columns"].append({"name": "z", "type": "blob"}),
        lambda d: d["fields"].update(colour={"constant": "red"}),
        lambda d: d["fields"].update(agent={"column": "nobody"}),
        lambda d: d["fields"].update(agent={"sql": "1; drop"}),
        lambda d: d["fields"].update(agent="id"),
        lambda d: d["fields"].update(agent={"value": "later"}),
        lambda d: d["fields"].update(agent={"sum": [{"column": "a"}]}),
        lambda d: d["fields"].update(agent={"first": [{"column": "a"}, {"value": "at"}]}),
        lambda d: d["fields"].update(agent={"codes": "missing", "of": {"column": "a"}}),
        lambda d: d["fields"].update(agent={"concat": []}),
        lambda d: d["fields"].update(started={"constant": 5}),
        lambda d: d["tables"]["kind"].update(unlisted="guess"),
        lambda d: d["tables"]["kind"]["codes"].update(N=5),
        lambda d: d.update(repairs=[["x:y", {"column": "a"}]]),
        lambda d: d.update(repairs=[["no code", {"filled": {"column": "a"}}]]),
        lambda d: d.update(fields="format"),
    ],
)
def test_a_bad_layout_is_refused_when_it_is_read(change: Change) -> None:
    document = deepcopy(SIMPLE)
    change(document)
    with pytest.raises(BadLayout) as raised:
        read_layout(document)
    assert raised.value.code == "E-LAYOUT-INVALID"
    assert raised.value.message


def test_an_expression_nested_without_end_is_refused() -> None:
    document, expression = deepcopy(SIMPLE), {"column": "a"}
    for _ in range(200):
        expression = {"concat": [expression]}
    document["fields"]["agent"] = expression
    with pytest.raises(BadLayout):
        read_layout(document)


def test_the_keys_of_an_expression_stand_in_any_order(tmp_path: Path) -> None:
    document = json.loads(json.dumps(SIMPLE, sort_keys=True))  # as a database may give it back
    content = b"id;when;clock;kind;a;b\n1;24.12.2026;18:30;T;20;100\n"
    assert process(content, tmp_path, layout=read_layout(document)).checked.kept == 1


def test_names_and_constants_of_a_layout_are_only_text(tmp_path: Path) -> None:
    document = deepcopy(SIMPLE)
    evil = "a\"; attach 'x' as y; --"
    document["columns"][4]["name"] = evil
    document["values"] = [
        [evil, {"number": {"column": evil}}],
        document["values"][0],
        ["secs", {"value": evil}],
    ]
    document["fields"]["outcome"] = {"constant": "answered"}
    document["fields"]["agent"] = {"constant": "'; drop table x; --"}
    header = ["id", "when", "clock", "kind", evil, "b"]
    quoted = ";".join('"' + each.replace('"', '""') + '"' for each in header)
    content = f"{quoted}\n1;24.12.2026;18:30;T;20;100\n".encode()
    found = process(content, tmp_path, layout=read_layout(document))
    assert found.kept["S'1"]["agent"] == "'; drop table x; --"
