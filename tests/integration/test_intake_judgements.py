"""Codes of texts in batches: read once, in doubt left to people, decided, taken back, learnt from."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

import duckdb
import pytest
from case_files import case, write
from click.testing import CliRunner
from django.db import transaction
from test_intake_batches import NOW, handed_in

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.centres.services.editing import Editor
from canton.cli import main
from canton.codes.models import Label
from canton.codes.services import Wanted, add_text_rule, change_threshold
from canton.intake import services
from canton.intake.choices import Step
from canton.intake.judgements import Decision, Judgement
from canton.intake.judging_errors import DecidedMeanwhile, NoSuchCode, NothingToUndo, NotJudgeable
from canton.intake.layout import load_layout
from canton.intake.models import Batch
from canton.intake.services import judging, running
from canton.kernel import bootstrap
from canton.records import selectors as records
from canton.records.models import Load

pytestmark = pytest.mark.usefixtures("centres", "home")
TEXTS = [
    "家里信号很差",
    "信号差，话费也多扣了",
    "你好",
    "信号差",
]  # surely 0101; in doubt; nothing; the sender's own
CONTENT = [case(n, text) for n, text in enumerate(TEXTS[:3])] + [case(3, TEXTS[3], category="0802")]


@pytest.fixture
def by(province: Centre) -> Editor:
    return Editor("20416", province)


@pytest.fixture
def rules(by: Editor) -> None:
    add_text_rule(Wanted("0101", "words", "信号 差", 90), by=by, now=NOW)
    add_text_rule(Wanted("0201", "words", "话费 扣", 80), by=by, now=NOW)


def accepted(path: Path, **changes: object) -> Batch:
    return handed_in(path, layout=load_layout("cases-1.1"), **changes).batch


def taken_in(path: Path, **changes: object) -> Batch:
    return services.run(accepted(path, **changes).number, clock=lambda: NOW).batch


def stored() -> list[tuple[object, ...]]:
    """(case, code, class, by what) of every row a reader finds, by case."""
    files = records.files("cases", centres=["4401"], start=date(1999, 1, 1), end=date(1999, 1, 2))
    names = [str(file) for file in files]
    columns = "case_id, category, category_head, split_part(code_by, ':', 1)"
    return duckdb.execute(f"select {columns} from read_parquet(?) order by 1", [names]).fetchall()


FOUND = [
    ("T00000", "0101", "01", "rule"), ("T00001", None, None, None), ("T00002", None, None, None),
    ("T00003", "0802", "08", "sender"),
]  # fmt: skip


def test_killed_between_classifying_and_sorting_it_has_the_codes_of_before(
    rules: None, by: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = accepted(write(tmp_path / "a.csv", CONTENT))

    def die(_work: object) -> None:
        raise KeyboardInterrupt  # nothing is written down any more, as when the process is killed

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(running, "STAGES", {**running.STAGES, Step.SORT: die})
        services.run(batch.number, clock=lambda: NOW)
    add_text_rule(Wanted("0202", "words", "你好", 100), by=by, now=NOW)
    change_threshold(10, by=by, now=NOW)
    services.run(batch.number, clock=lambda: NOW)
    assert stored() == FOUND
    told = {step.step: step.detail for step in batch.steps.all()}
    assert told["classify"]["texts"] == {"rule": 1, "waiting": 2}
    assert told["load"]["waiting"] == 2
    first, second = Judgement.objects.order_by("line")
    assert (first.line, first.proposed, first.method.partition(":")[0]) == (3, "0101", "rule")
    assert first.confidence == pytest.approx(0.9 * 0.9 / 1.7, abs=1e-3)
    assert [code for code, _confidence in first.others] == ["0101", "0201"]
    assert (second.line, second.proposed, second.confidence, second.others) == (4, "", 0, [])


def test_a_decision_reaches_the_rows_is_learnt_from_and_can_be_taken_back(
    rules: None, by: Editor, tmp_path: Path
) -> None:
    batch = taken_in(write(tmp_path / "a.csv", CONTENT))
    row = Judgement.objects.get(line=3)
    with pytest.raises(NoSuchCode):
        judging.decide(row, "0999", seen=0, by=by, now=NOW)
    judging.decide(row, "0201", seen=0, by=by, now=NOW)
    with pytest.raises(DecidedMeanwhile, match="20416"):
        judging.decide(row, "0101", seen=0, by=Editor("20417", by.centre), now=NOW)
    assert judging.apply(batch.number, now=NOW) == 1
    assert judging.apply(batch.number, now=NOW) == 0
    assert stored() == [FOUND[0], ("T00001", "0201", "02", "person"), *FOUND[2:]]
    assert Load.objects.filter(withdrawn_at=None).count() == 1
    label = Label.objects.get()
    assert (label.text, label.code_id, label.source) == (
        TEXTS[1].replace("，", ","),
        "0201",
        f"a.csv {batch.number}:3",
    )

    judging.decide(row, "0202", seen=1, by=Editor("20417", by.centre), now=NOW)
    assert Label.objects.get().code_id == "0202"
    judging.take_back(row, by=by, now=NOW)
    assert not Label.objects.exists()
    assert list(Decision.objects.values_list("before", "code", "made_by")) == [
        ("0202", "", "20416"), ("0201", "0202", "20417"), ("", "0201", "20416"),
    ]  # fmt: skip
    kept = list(
        Entry.objects.filter(target=f"{batch.number}:3").order_by("pk").values_list("action", flat=True)
    )
    assert kept == ["intake.decide_code", "intake.decide_code", "intake.undo_code"]


def test_what_was_decided_outlives_a_corrected_batch_and_nothing_is_decided_in_the_old_one(
    rules: None, by: Editor, tmp_path: Path
) -> None:
    name = {"period": "1999-01", "sequence": 1}
    taken_in(write(tmp_path / "a.csv", CONTENT), **name)
    early, late = Judgement.objects.order_by("line")
    judging.decide(early, "0201", seen=0, by=by, now=NOW)
    second = accepted(write(tmp_path / "b.csv", [*CONTENT, case(4, "话费多扣")]), **name)

    loading = running.STAGES[Step.LOAD]

    def decided_at_the_last_moment(work: object) -> None:
        judging.decide(late, "0601", seen=0, by=by, now=NOW)
        loading(work)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(running, "STAGES", {**running.STAGES, Step.LOAD: decided_at_the_last_moment})
        services.run(second.number, clock=lambda: NOW)
    assert [row[1] for row in stored()] == ["0101", "0201", None, "0802", "0201"]
    assert judging.apply(second.number, now=NOW) == 1
    assert [row[1] for row in stored()] == ["0101", "0201", "0601", "0802", "0201"]
    carried = Judgement.objects.get(batch=second, line=3)
    assert (carried.code, carried.decided_by, carried.proposed) == ("0201", "20416", "0101")
    for act in (
        lambda: judging.take_back(early, by=by, now=NOW),
        lambda: judging.decide(early, "0101", seen=1, by=by, now=NOW),
    ):
        with pytest.raises(NotJudgeable), transaction.atomic():
            act()
    assert Label.objects.count() == 2
    judging.take_back(carried, by=by, now=NOW)
    assert Label.objects.get().code_id == "0601"
    judging.apply(second.number, now=NOW)
    assert [row[1:] for row in stored()][1] == (None, None, None)
    with pytest.raises(NothingToUndo):
        judging.take_back(carried, by=by, now=NOW)


def test_without_rules_and_model_every_text_waits_and_labels_are_trained_with(
    by: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ready", nullcontext)
    said = {"0101": "这里第{}天信号很弱", "0801": "第{}次收到垃圾短信"}
    texts = [(text.format(n), code) for code, text in said.items() for n in range(30)]
    batch = taken_in(write(tmp_path / "工单.csv", [case(n, text) for n, (text, _code) in enumerate(texts)]))
    assert Judgement.objects.filter(code="").count() == 60
    for row, (_text, code) in zip(Judgement.objects.order_by("line"), texts, strict=True):
        judging.decide(row, code, seen=0, by=by, now=NOW)
    assert judging.apply(batch.number, now=NOW) == 60
    assert [row[1] for row in stored()] == [code for _text, code in texts]
    shown = taken_in(write(tmp_path / "demo.csv", [case(99, "演示的文本")]))
    judging.decide(Judgement.objects.get(batch=shown), "0601", seen=0, by=by, now=NOW)

    file = tmp_path / "more.csv"
    file.write_text("text,code,source\n信号真弱,0101,工单\n", encoding="utf-8")
    answer = CliRunner().invoke(main, ["classify", "train", "--labels", str(file)])
    assert answer.exit_code == 0, answer.output
    assert "labels      61, refused 1" in answer.stdout
    assert "E-LABEL-GENERATED" in answer.stderr
    assert "accuracy    1.0000 (held out)" in answer.stdout
    exported = CliRunner().invoke(main, ["classify", "labels", "--out", str(tmp_path / "all.csv")])
    assert exported.exit_code == 0, exported.output
    lines = (tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[:2] == ["text,code,source", f"这里第0天信号很弱,0101,工单.csv {batch.number}:2"]
    assert len(lines) == 62
    taken_in(write(tmp_path / "c.csv", [case(80, "村里第5天信号很弱"), case(81, "Ω")]))
    codes = {row[0]: (row[1], row[3]) for row in stored()}
    assert (codes["T00080"], codes["T00081"]) == (("0101", "model"), (None, None))
