"""A model of labels: refused row by row, split the same every time, kept without pickle, loaded as it was."""

import csv
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from canton.codes.errors import LabelColumns, ModelBroken, TooFewLabels
from canton.codes.text import model, samples
from canton.codes.text.samples import Labels, Sample
from canton.codes.text.segmenting import terms

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PLACES = (
    "家里",
    "电梯里",
    "办公室",
    "地下车库",
    "村口",
    "学校宿舍",
    "医院",
    "商场",
    "仓库",
    "高速路上",
    "码头",
    "公园",
)
SAID = {"0101": "{}信号很弱没有信号", "0201": "{}打电话扣的话费太多", "0801": "在{}老是收到垃圾短信"}


def written(file: Path, rows: list[tuple[str, str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text", "code", "source"), *rows])
    return file


def rows_of(codes: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(said.format(place), code, "人工标注") for code, said in codes.items() for place in PLACES]


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Labels:
    file = written(tmp_path_factory.mktemp("labels") / "labels.csv", rows_of(SAID))
    return samples.read(file, set(SAID))


def test_rows_are_refused_one_by_one_with_their_line_and_code(tmp_path: Path) -> None:
    file = written(tmp_path / "l.csv", [
        ("信号差", "0101", "工单 1999"), ("信号差", "9999", "工单"), ("信号差", "0101", ""),
        ("信号差", "0101", "Demonstration"), ("信号差", "0101", "演示数据"), ("", "0101", "工单"),
    ])  # fmt: skip
    found = samples.read(file, {"0101"})
    assert found.samples == [Sample("信号差", "0101", "工单 1999")]
    assert [(line, why.code) for line, why in found.refused] == [
        (3, "E-LABEL-CODE"), (4, "E-LABEL-SOURCE"), (5, "E-LABEL-GENERATED"), (6, "E-LABEL-GENERATED"),
        (7, "E-LABEL-TEXT"),
    ]  # fmt: skip
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    (tmp_path / "other.csv").write_text("text,code\na,0101\n")
    with pytest.raises(LabelColumns):
        samples.read(tmp_path / "other.csv", {"0101"})


def test_numbers_of_customers_are_no_terms() -> None:
    found = terms("我的号码１３８００１３８０００信号差")
    assert not any(character.isdigit() for term in found for character in term)
    assert {"信号差", "w:信号", "#"} <= set(found)


def test_too_few_are_not_trained_with(labels: Labels) -> None:
    with pytest.raises(TooFewLabels):
        model.train(Labels(labels.samples[:10], [], labels.sha256))
    with pytest.raises(TooFewLabels):
        model.train(Labels([Sample(f"话{n}", "0101", "人") for n in range(40)], [], labels.sha256))


@pytest.mark.parametrize("codes", [2, 3])
def test_kept_and_loaded_it_says_what_the_library_says(labels: Labels, tmp_path: Path, codes: int) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    chosen = Labels([s for s in labels.samples if s.code in list(SAID)[:codes]], [], labels.sha256)
    made, scores = model.train(chosen)
    model.save(made, tmp_path / "m", labels=chosen, scores=scores, now=NOW)
    held = model.load(tmp_path / "m")
    assert held is not None
    kept = [s for s in chosen.samples if int(hashlib.sha256(s.text.encode()).hexdigest()[:8], 16) % 100 >= 20]
    counting = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=2)
    linear = LogisticRegression(max_iter=1000, C=10.0, class_weight="balanced")
    linear.fit(counting.fit_transform([s.text for s in kept]), [s.code for s in kept])
    for text in ("山上信号很弱", "话费太多了", "垃圾短信"):
        expected = linear.predict_proba(counting.transform([text]))[0]
        assert np.allclose(held.chances(text), expected, atol=1e-9)
    assert held.classify("山上没有信号").code == "0101"
    assert held.classify("ζ").code == ""
    assert scores.trained == len(kept)
    assert scores.trained + scores.held_out == len(chosen.samples)
    assert scores.accuracy > 0.8
    assert sum(held for _, held in scores.classes.values()) == scores.held_out


def test_a_model_that_was_touched_is_not_used(labels: Labels, tmp_path: Path) -> None:
    made, scores = model.train(labels)
    folder = tmp_path / "m"
    assert model.load(folder) is None
    model.save(made, folder, labels=labels, scores=scores, now=NOW)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["labels_sha256"] == labels.sha256
    assert set(manifest["libraries"]) == {"scikit-learn", "jieba", "numpy"}
    assert not list(folder.glob("*.pkl"))
    (folder / "terms.json").write_text("[]")
    with pytest.raises(ModelBroken):
        model.load(folder)
    manifest["files"]["terms.json"] = hashlib.sha256(b"[]").hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelBroken):
        model.load(folder)
