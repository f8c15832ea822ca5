"""A dataset is a descriptor, a questionnaire a layout, a new version stands beside the old: without code."""

import json
from pathlib import Path
from typing import Any

import pytest
from intake_files import GOOD, process, row, text

from canton.exchange import formats
from canton.exchange.formats import descriptor
from canton.intake.layout import load_layout, own_layout, read_layout


@pytest.mark.parametrize("name", sorted({each.name for each in formats.all()}))
def test_the_examples_of_every_format_come_through_its_own_layout(name: str, tmp_path: Path) -> None:
    format_ = formats.get(name)
    known = {
        "categories": frozenset({"0203"}),
        "centre": format_.examples[0][format_.columns.index("centre")],
    }
    content = text(format_.examples, header=format_.columns)
    found = process(content, tmp_path, layout=f"{name}-{format_.version}", context=known)
    assert (found.checked.kept, found.checked.reasons) == (len(format_.examples), {})
    at = format_.columns.index("centre")
    assert found.rows[0]["centre"] == format_.examples[0][at]
    assert [each["line"] for each in sorted(found.rows, key=lambda each: each["line"])] == [2, 3]


@pytest.mark.parametrize(
    ("name", "change", "reasons"),
    [
        ("cases", {"state": "closed", "closed": ""}, {"closed:missing"}),
        ("cases", {"answered": "2026-11-01 00:00:00"}, {"answered:before_opened"}),
        ("cases", {"nature": "moan", "description": ""}, {"nature:code", "description:required"}),
        ("agents", {"ended": "2026-11-08 08:00:00"}, {"ended:before_started"}),
        ("agents", {"contact_id": "c"}, {"contact_id:unexpected"}),
        ("surveys", {"score": "11"}, {"score:above_scale"}),
        ("surveys", {"score": ""}, {"score:missing"}),
        (
            "volumes",
            {"answered": "119", "length_seconds": "0"},
            {"answered:above_offered", "length_seconds:range"},
        ),
        ("networks", {"mnc": "1", "status": "gone"}, {"mnc:pattern", "status:code"}),
        ("bases", {"amount": "-1", "listed": "2026-02-30"}, {"amount:range", "listed:type"}),
        ("categories", {"top": "", "level": "0"}, {"top:required", "level:range"}),
        ("customers", {"month": "2026-13"}, {"month:type"}),
        ("customers", {"arrears_fen": "-1", "left": "maybe"}, {"arrears_fen:range", "left:type"}),
    ],
)
def test_the_rules_of_every_format_refuse_what_breaks_them(
    name: str, change: dict[str, str], reasons: set[str], tmp_path: Path
) -> None:
    format_ = formats.get(name)
    values = dict(zip(format_.columns, format_.examples[0], strict=True)) | change
    content = text([[*values.values()]], header=format_.columns)
    known = {"categories": frozenset({"0203"}), "centre": values["centre"]}
    found = process(content, tmp_path, layout=f"{name}-{format_.version}", context=known)
    assert set(found.checked.reasons) == reasons


def newer() -> Any:
    """Contacts 1.1 as they might be agreed one day: a skill more, and the category under another name."""
    content = json.loads(formats.get("contacts", "1.0").document)
    content["version"], content["canton:roles"] = "1.1", {"category": "kind"}
    content["canton:changes"] = {"en": "With the skill.", "zh": "增加技能。"}
    for field in content["fields"]:
        field["name"] = field["name"].replace("category", "kind")
    skill = {**content["fields"][-1], "name": "skill", "title": "Skill", "description": "Skill asked for."}
    content["fields"].append(skill)
    content["canton:examples"] = []
    return descriptor.read(json.dumps(content).encode())


def test_two_versions_of_a_dataset_stand_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = formats.get("contacts", "1.0"), newer()
    monkeypatch.setattr(formats, "all", lambda: (new, old))
    assert formats.get("contacts") is new
    assert formats.get("contacts", "1.0") is old
    assert new.roles["category"] == "kind"
    for each, more in ((old, []), (new, ["english"])):
        (tmp_path / each.version).mkdir()
        found = process(
            text([[*GOOD.values(), *more]], header=each.columns),
            tmp_path / each.version,
            layout=own_layout(each),
        )
        assert found.checked.kept == 1
        assert found.rows[0].get("skill") == (more[0] if more else None)
    with pytest.raises(ValueError, match="nobody plays"):
        descriptor.read(new.document.replace(b'"category": "kind"', b'"singer": "kind"'))
    assert load_layout("contacts-1.0").format is old
    assert row()[0] == "c-1"


SHOP = ["卡号", "日期", "推荐意愿", "等候", "想说的话"]


def test_another_questionnaire_needs_a_layout_only(tmp_path: Path) -> None:
    score = {"equals": [{"column": "题"}, {"constant": "推荐意愿"}]}
    document = {
        "name": "shops",
        "dataset": "surveys",
        "version": "1.0",
        "notes": {"en": "", "zh": ""},
        "kind": "text",
        "encoding": "auto",
        "delimiter": "\t",
        "trim": True,
        "columns": [{"name": "卡号", "required": True}, {"name": "日期"}],
        "melt": {"columns": SHOP[2:], "name": "题", "value": "答"},
        "tables": {
            "q": {"codes": {"推荐意愿": "nps", "等候": "wait", "想说的话": "words"}},
            "k": {"codes": {"推荐意愿": "score", "等候": "choice", "想说的话": "text"}},
        },
        "fields": {
            "respondent": {"column": "卡号"},
            "centre": {"context": "centre"},
            "survey": {"constant": "shops-2026-11"},
            "question": {"codes": "q", "of": {"column": "题"}},
            "kind": {"codes": "k", "of": {"column": "题"}},
            "answer": {"column": "答"},
            "score": {"when": [[score, {"number": {"column": "答"}}]], "else": {"empty": "number"}},
            "scale": {"when": [[score, {"constant": 10}]], "else": {"empty": "number"}},
            "answered": {"moment": [{"column": "日期"}], "forms": ["%Y年%m月%d日"]},
        },
    }
    rows = ["C1\t2026年11月1日\t9\t短\t 很好 ", "C2\t2026年11月2日\t11\t\t", "\t2026年11月2日\t3\t长\t"]
    content = "\n".join(["\t".join(SHOP), *rows, ""]).encode("gb18030")
    found = process(content, tmp_path, layout=read_layout(document))
    kept = {(each["respondent"], each["question"]): (each["answer"], each["score"]) for each in found.rows}
    assert kept == {("C1", "nps"): ("9", 9), ("C1", "wait"): ("短", None), ("C1", "words"): ("很好", None)}
    assert found.reasons == [
        (3, "score:above_scale"),
        (4, "卡号:required"),
        (4, "卡号:required"),
    ]
    assert [each[4] for each in found.refused][1:] == [",2026年11月2日,推荐意愿,3", ",2026年11月2日,等候,长"]
