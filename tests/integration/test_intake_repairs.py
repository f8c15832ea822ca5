"""Refused rows put right by people: corrected, taken back, written into a copy that takes over."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from contact_files import rows, write
from procrastinate.contrib.django.models import ProcrastinateJob
from test_intake_batches import handed_in

from canton.audit.models import Entry
from canton.intake import repair_rows, services
from canton.intake.choices import State
from canton.intake.mending import WHOLE
from canton.intake.models import Batch, Repair, RepairAct
from canton.intake.repair_errors import BeingApplied, NothingChanged, NotRepairable, RowMoved
from canton.intake.services import repairing
from canton.records.models import Load
from canton.records.selectors import original_path

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LI, WANG = "4401001", "4401002"

pytestmark = pytest.mark.usefixtures("centres", "home")


@pytest.fixture
def sent(tmp_path: Path) -> list[str]:
    """Lines of a file: 3 calls by "Voice", one by "语音 " of an unknown category; the others are sound."""
    content = rows(12)
    for each in content[1:4]:
        each["channel"] = "Voice"
    content[5].update(channel="语音 ", category="9999")
    return write(tmp_path / "a.csv", content).read_text("utf-8").splitlines()


def loaded(tmp_path: Path, lines: list[str], **name: object) -> Batch:
    path = tmp_path / "sent.csv"
    path.write_text("\n".join([*lines, "C9,4401,voice"]) + "\n", "utf-8")
    batch = handed_in(path, **name).batch  # type: ignore[arg-type]
    services.run(batch.number, clock=lambda: NOW)
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize("name", [{"period": "1999-01", "sequence": 1}, {}], ids=["named", "by content"])
def test_a_corrected_copy_takes_the_place_of_the_batch(
    tmp_path: Path, sent: list[str], name: dict[str, object]
) -> None:
    batch = loaded(tmp_path, sent, **name)
    assert (batch.state, batch.kept, batch.refused) == (State.LOADED, 8, 5)
    [channel, category] = sorted(repair_rows.kinds(batch), key=lambda kind: kind.column, reverse=True)
    assert (channel.reason, channel.rows, category.reason) == ("channel:code", 4, "category:code")
    proposed = {each.old: (each.rows, each.proposed) for each in repair_rows.values_of(batch, channel)}
    assert proposed == {"Voice": (3, "voice"), "语音 ": (1, "voice")}

    act = repairing.correct_kind(batch, channel, {"Voice": "voice"}, by=LI, now=NOW)
    assert act.rows == 3
    written = repair_rows.written_of(batch)
    row = repair_rows.row_of(batch, 7, written)
    assert row is not None
    repairing.correct(batch, 7, {"channel": "voice", "category": "0101"}, seen=row.version, by=LI, now=NOW)
    repairing.correct(batch, 14, {WHOLE: sent[12].replace("C000011", "C000099")}, seen=0, by=WANG, now=NOW)
    assert repair_rows.corrected_rows(batch) == 5
    before = original_path(batch.sha256).read_bytes()

    repairing.apply(batch, by=LI, now=NOW)
    with pytest.raises(BeingApplied):
        repairing.correct(batch, 7, {"category": "0102"}, seen=0, by=LI, now=NOW)
    [job] = ProcrastinateJob.objects.filter(task_name=repairing.WRITING)
    corrected = repairing.write_and_take_in(**job.args, now=NOW).batch
    again = repairing.write_and_take_in(**job.args, now=NOW)
    assert (again.batch, again.again) == (corrected, True)
    services.run(corrected.number, clock=lambda: NOW)
    corrected.refresh_from_db()
    batch.refresh_from_db()
    assert (corrected.state, corrected.kept, corrected.refused) == (State.LOADED, 13, 0)
    assert (batch.replaced_by, corrected.corrects) == (corrected, batch)
    assert corrected.original.name == "sent-corrected.csv"
    assert [(load.batch, load.rows) for load in Load.objects.filter(withdrawn_at=None)] == [
        (corrected.number, 13)
    ]
    assert {each.applied_in for each in RepairAct.objects.all()} == {corrected}

    assert original_path(batch.sha256).read_bytes() == before
    old, new = before.decode().splitlines(), original_path(corrected.sha256).read_text("utf-8").splitlines()
    differing = [number for number, pair in enumerate(zip(old, new, strict=True), 1) if pair[0] != pair[1]]
    assert differing == [3, 4, 5, 7, 14]
    assert new[2] == old[2].replace("Voice", "voice")
    with pytest.raises(NotRepairable):
        repairing.undo(act, by=LI, now=NOW)
    trail = list(Entry.objects.filter(action__startswith="intake.").values_list("action", "actor"))
    assert ("intake.correct_kind", LI) in trail
    assert ("intake.apply_repairs", LI) in trail


def test_two_people_at_one_row_and_taking_back(tmp_path: Path, sent: list[str]) -> None:
    batch = loaded(tmp_path, sent)
    written = repair_rows.written_of(batch)
    opened = repair_rows.row_of(batch, 7, written)
    assert opened is not None
    first = repairing.correct(batch, 7, {"channel": "voice"}, seen=opened.version, by=LI, now=NOW)
    with pytest.raises(RowMoved):
        repairing.correct(batch, 7, {"channel": "web"}, seen=opened.version, by=WANG, now=NOW)
    now = repair_rows.row_of(batch, 7, written)
    assert now is not None and now.values is not None
    assert now.values["channel"] == "voice"
    repairing.correct(batch, 7, {"channel": "web"}, seen=now.version, by=WANG, now=NOW)
    assert list(Repair.objects.filter(live=True).values_list("new", "old")) == [("web", "语音 ")]
    assert first is not None
    repairing.undo(first, by=LI, now=NOW)  # was corrected again: that stays
    now = repair_rows.row_of(batch, 7, written)
    assert now is not None and now.values is not None
    assert now.values["channel"] == "web"
    repairing.correct(batch, 7, {"channel": "语音 "}, seen=now.version, by=LI, now=NOW)  # as it was sent
    assert not Repair.objects.filter(live=True).exists()
    with pytest.raises(NothingChanged):
        repairing.apply(batch, by=LI, now=NOW)
