"""Rows sent back to the city by a notice; a corrected copy that was loaded taken back."""

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from contact_files import rows, write
from django.test import Client
from test_intake_batches import handed_in
from test_intake_packages import deliver  # noqa: F401 - a fixture
from test_intake_repairs import enter  # noqa: F401 - a fixture

from canton.exchange.choices import NoticeKind
from canton.exchange.models import Incoming, Notice
from canton.exchange.returned import read
from canton.exchange.services.notices import TAKEN
from canton.intake import services
from canton.intake.choices import State
from canton.intake.feeds import batches
from canton.intake.models import Batch, RepairAct, SentBack
from canton.intake.repair import kinds
from canton.intake.repair.errors import NotTheNewest
from canton.intake.repair.models import Returning
from canton.intake.repair.services import correcting, repairing, returning, taking_back
from canton.records.errors import Swept
from canton.records.models import Load

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LI = "4401001"
pytestmark = pytest.mark.usefixtures("centres", "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Six calls: one has the channel "Voice", one a formula for a channel."""
    content = rows(6)
    content[1]["channel"], content[3]["channel"] = "Voice", "=1+1"
    return write(tmp_path / "a.csv", content)


def run(batch: Batch, at: datetime = NOW) -> Batch:
    services.run(batch.number, clock=lambda: at)
    batch.refresh_from_db()
    return batch


def visible() -> dict[str, int]:
    return dict(Load.objects.filter(withdrawn_at=None).values_list("batch", "rows"))


def fed() -> list[dict[str, object]]:
    return batches(["4401"], date(2026, 11, 1), date(2026, 11, 30)).to_pylist()  # type: ignore[no-any-return]


def test_the_city_hears_which_rows_came_back_and_its_batch_closes_it(
    file: Path,
    enter: Callable[..., Client],  # noqa: F811
    deliver: Callable[..., Incoming],  # noqa: F811
) -> None:
    incoming = deliver(file)
    batch = run(Batch.objects.get())
    made = returning.send_back(batch, note="请核对渠道", by=LI, now=NOW)
    assert made.outgoing is not None
    with zipfile.ZipFile(made.outgoing.packed_path) as package:
        content = json.loads(package.read("data/notice.json"))
    told = read(content)
    assert (told.batch, told.package, told.rows, told.note) == (
        batch.number,
        incoming.sha256,
        2,
        "请核对渠道",
    )
    assert [(line, column, value) for line, column, value, _ in told.listed] == [
        (3, "channel", "Voice"), (5, "channel", "=1+1"),
    ]  # fmt: skip
    assert told.complete

    # what comes to a city: here it is taken by this centre as if it were one
    came = deliver(file, sequence=9)
    TAKEN[NoticeKind.SENT_BACK](came, content, NOW)
    browser = enter("transmission")
    page = browser.get("/exchange/notices/").text
    assert "sent 2 rows back" in page and "请核对渠道" in page and "to put right" in page
    notice = Notice.objects.get()
    listed = browser.get(f"/exchange/notices/{notice.pk}/rows.csv")
    text = b"".join(listed.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    lines = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    assert [(line[0], line[2]) for line in lines[1:]] == [("3", "Voice"), ("5", "'=1+1")]

    answer = {"notice": made.outgoing.sha256, "by": "4401007", "reply": "明日重报"}
    TAKEN[NoticeKind.ACKNOWLEDGE](came, answer, NOW)
    made.refresh_from_db()
    assert (made.standing, made.reply) == (Returning.ANSWERED, "明日重报")
    right = rows(6)
    deliver(write(file.with_name("b.csv"), right))
    corrected = run(Batch.objects.exclude(pk=batch.pk).get(sequence=1))
    assert (corrected.kept, corrected.refused) == (6, 0)
    assert SentBack.objects.get().standing == Returning.REPLACED

    TAKEN[NoticeKind.RECALL](came, {"notice": came.sha256, "by": LI}, NOW)
    assert "nothing has to be sent" in browser.get("/exchange/notices/").text


@pytest.mark.parametrize("name", [{"period": "1999-01", "sequence": 1}, {}], ids=["named", "by content"])
def test_a_loaded_correction_is_taken_back_in_one_act(
    file: Path,
    enter: Callable[..., Client],  # noqa: F811
    name: dict[str, object],
) -> None:
    batch = run(handed_in(file, **name).batch)  # type: ignore[arg-type]
    [kind] = kinds.kinds_of(batch)
    correcting.correct_kind(batch, kind, {"Voice": "voice"}, by=LI, now=NOW)
    corrected = run(repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch)
    assert visible() == {corrected.number: 5}
    [counted] = [each for each in fed() if each["batch"] == corrected.number]  # as 批次质量 reads it
    assert (counted["kept"], counted["repaired"]) == (5, 1)
    assert {"kind": "repair", "code": "person:corrected", "rows": 1} in counted["reasons"]
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    assert "Take back the corrected copy" in browser.get(page).text
    assert browser.post(f"{page}take-back/").status_code == 302
    assert visible() == {batch.number: 4}
    assert browser.post(f"{page}take-back/").status_code == 422
    batch.refresh_from_db()
    corrected.refresh_from_db()
    assert (batch.replaced_by, corrected.replaced_by, corrected.state) == (None, batch, State.LOADED)
    assert "taken back by" in browser.get(page).text
    assert "took this corrected copy back" in browser.get(f"/data/batches/{corrected.number}/").text
    told = {each["batch"]: each for each in fed()}
    assert (told[batch.number]["replaced"], told[batch.number]["correction"]) == (False, False)
    assert told[corrected.number]["replaced"] is True
    with pytest.raises(NotTheNewest):
        taking_back.take_back(corrected, by=LI, now=NOW)

    [act] = RepairAct.objects.all()  # open again: more is corrected, and it is run anew
    assert act.applied_in is None
    correcting.correct_kind(batch, kind, {"=1+1": "web"}, by=LI, now=NOW)
    again = run(repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch)
    assert visible() == {again.number: 6}
    assert (again.kept, again.repaired) == (6, 2)
    with pytest.raises(Swept):
        taking_back.take_back(again, by=LI, now=NOW + timedelta(days=2))
    assert visible() == {again.number: 6}
