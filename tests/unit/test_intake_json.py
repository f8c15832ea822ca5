"""JSON comes in as a list of objects or as objects line by line; what is neither is refused whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from intake_files import process

from canton.intake import refusals
from canton.intake.layout import BadLayout, read_layout
from canton.intake.sources.guessing import guess

DOCUMENT: dict[str, Any] = {
    "name": "sizes",
    "dataset": "bases",
    "version": "1.0",
    "notes": {"en": "", "zh": ""},
    "kind": "json",
    "trim": True,
    "columns": [{"name": "City"}, {"name": "people"}, {"name": "said by"}],
    "fields": {
        "place": {"column": "City"},
        "centre": {"context": "centre"},
        "measure": {"constant": "population"},
        "amount": {"scaled": {"column": "people"}, "by": 100},
        "source": {"column": "said by"},
        "listed": {"moment": [{"constant": "2026-01-01"}], "forms": ["%Y-%m-%d"]},
    },
}
LAYOUT = read_layout(DOCUMENT)
ROWS = [
    '{"city": "广州", "people": 0.29, "other": {"a": 1}}',
    '{"people": "7", "city": "深圳", "said by": true}',
    '{"city": ["a"], "people": 1}',
    '{"city": null, "people": 1e3, "said by": "x\\n,\\"y"}',
]


@pytest.mark.parametrize(
    "content",
    [f"[{','.join(ROWS)}]", "\n".join(ROWS) + "\n", "\ufeff  [\n" + " ,\n ".join(ROWS) + "\n]\n"],
)
def test_objects_are_rows_and_numbers_stay_as_they_are_written(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canton.intake.sources.objects.CHUNK", 7)
    found = process(content.encode(), tmp_path, layout=LAYOUT)
    assert {key: (row["amount"], row["source"], row["line"]) for key, row in found.kept.items()} == {
        "广州": (29, None, 1),
        "深圳": (700, "true", 2),
    }
    assert found.reasons == [(3, "row:nested"), (4, "place:required"), (4, "amount:type")]


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", refusals.EmptyFile),
        (b" \n ", refusals.OtherKind),
        (b"a,b\n1,2\n", refusals.OtherKind),
        (b"[]", refusals.HeaderOnly),
        (b"[1, 2]", refusals.DamagedFile),
        (b'[{"city": "x"}', refusals.DamagedFile),
        (b'[{"city": "x"},]', refusals.DamagedFile),
        (b'[{"city": "x"}] {', refusals.DamagedFile),
        (b'[{"city": "x", "people": NaN}]', refusals.DamagedFile),
        (b'[{"city": "x", "people":', refusals.DamagedFile),
        (b'[{"city":' + b"[" * 200_000, refusals.DamagedFile),
        (b'[{"city": "' + b"x" * (2 << 20) + b'"}]', refusals.EndlessLine),
        ('[{"city": "广州"}]'.encode("gb18030"), refusals.WrongEncoding),
        ('[{"city": "广州"}]'.encode("utf-16"), refusals.WrongEncoding),
        (json.dumps([{"town": "x", "people": 1}]).encode(), refusals.WrongHeader),
        (json.dumps([{"city": "x"} | {f"k{n}": n for n in range(2_001)}]).encode(), refusals.TooManyColumns),
    ],
)
def test_what_is_no_list_of_objects_is_refused_whole(
    content: bytes, failure: type[refusals.FileRefused], tmp_path: Path
) -> None:
    with pytest.raises(failure) as raised:
        process(content, tmp_path, layout=LAYOUT)
    assert type(raised.value) is failure


def test_a_sample_of_json_is_told_from_text_that_begins_alike(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(" ".join(ROWS))
    found = guess(tmp_path / "a")
    assert (found.kind, found.columns) == ("json", ("city", "people", "other", "said by"))
    (tmp_path / "b").write_text("[city],people\nx,1\n")
    assert guess(tmp_path / "b").kind == "text"


def test_answers_a_layout_calls_none_are_no_rows(tmp_path: Path) -> None:
    melted: dict[str, Any] = {
        **DOCUMENT,
        "columns": [{"name": "city"}],
        "melt": {"columns": ["a", "b"], "name": "which", "value": "people", "without": ["0", "-"]},
        "fields": {**DOCUMENT["fields"], "source": {"column": "which"}, "place": {"column": "city"}},
    }
    content = '[{"city": "x", "a": 0, "b": 5}, {"city": "y", "a": "-", "b": " "}, {"city": "z", "a": 1}]'
    found = process(content.encode(), tmp_path, layout=read_layout(melted))
    assert [(each["place"], each["source"]) for each in found.rows] == [("x", "b"), ("z", "a")]
    assert found.checked.read == 2
    with pytest.raises(BadLayout):
        read_layout({**melted, "melt": {**melted["melt"], "without": "0"}})
