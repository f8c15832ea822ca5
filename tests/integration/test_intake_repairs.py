"""Refused rows put right by people: corrected, taken back, written into a copy that takes over."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from contact_files import rows, write
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from test_intake_batches import handed_in
from test_intake_packages import deliver  # noqa: F401 - a fixture

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.intake import services
from canton.intake.choices import State
from canton.intake.layout import load_layout
from canton.intake.models import Batch, Delivery, Repair, RepairAct
from canton.intake.repair import kinds
from canton.intake.repair import rows as repair_rows
from canton.intake.repair.answering import corrected_lines
from canton.intake.repair.errors import BeingApplied, NothingChanged, NotRepairable, RowMoved
from canton.intake.repair.mending import WHOLE
from canton.intake.repair.refused import Refused, path_of
from canton.intake.repair.services import correcting, limiting, repairing
from canton.intake.repair.tolerance import Tolerance, TooManyRefused, require_tolerable, too_many
from canton.intake.repair.written import written_of
from canton.records.models import Load
from canton.records.selectors import original_path

LOG = (  # noqa: SIM905 - as the call log of 1999 is written
    "vru+line call_id customer_id priority type date vru_entry vru_exit vru_time q_start q_exit q_time"
    " outcome ser_start ser_exit ser_time server"
).split()
CALL = (  # noqa: SIM905
    "AA0999 70001 0 1 PS 990704 9:10:05 9:10:15 10 9:10:15 9:10:40 25 AGENT 9:10:39 9:14:39 240 SOMEBODY"
).split()
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LI, WANG = "4401001", "4401002"

pytestmark = pytest.mark.usefixtures("centres", "home")


@pytest.fixture
def sent(tmp_path: Path) -> list[str]:
    """Lines of a file: 3 calls by "Voice", one by "语音 " of an unknown category; 8 sound ones."""
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
    [channel, category] = sorted(kinds.kinds_of(batch), key=lambda kind: kind.column, reverse=True)
    assert (channel.reason, channel.rows, category.reason) == ("channel:code", 4, "category:code")
    proposed = {
        each.old: (each.rows, each.proposal.new, each.proposal.sure)
        for each in kinds.values_of(batch, channel)
    }
    assert proposed == {"Voice": (3, "voice", True), "语音 ": (1, "voice", True)}

    act = correcting.correct_kind(batch, channel, {"Voice": "voice"}, by=LI, now=NOW)
    assert act.rows == 3
    row = repair_rows.row_of(batch, 7, written_of(batch))
    assert row is not None
    repairing.correct(batch, 7, {"channel": "voice", "category": "0101"}, seen=row.version, by=LI, now=NOW)
    repairing.correct(batch, 14, {WHOLE: sent[12].replace("C000011", "C000099")}, seen=0, by=WANG, now=NOW)
    assert len(corrected_lines(batch)[0]) == 5
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
    assert (batch.replaced_by, corrected.corrects, corrected.original.name) == (
        corrected, batch, "sent-corrected.csv",
    )  # fmt: skip
    assert [(load.batch, load.rows) for load in Load.objects.filter(withdrawn_at=None)] == [
        (corrected.number, 13)
    ]
    assert {each.applied_in for each in RepairAct.objects.all()} == {corrected}

    assert original_path(batch.sha256).read_bytes() == before
    old, new = (each.decode().splitlines() for each in (before, original_path(corrected.sha256).read_bytes()))
    differing = [number for number, pair in enumerate(zip(old, new, strict=True), 1) if pair[0] != pair[1]]
    assert differing == [3, 4, 5, 7, 14]
    assert new[2] == old[2].replace("Voice", "voice")
    with pytest.raises(NotRepairable):
        repairing.undo(act, by=LI, now=NOW)
    trail = set(Entry.objects.filter(action__startswith="intake.").values_list("action", "actor"))
    assert {("intake.correct_kind", LI), ("intake.apply_repairs", LI)} <= trail


def test_two_people_at_one_row_and_taking_back(tmp_path: Path, sent: list[str]) -> None:
    batch = loaded(tmp_path, sent)
    written = written_of(batch)
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


@pytest.fixture
def enter(clerk: Callable[..., object]) -> Callable[..., Client]:
    """A browser of somebody who has signed in, in English."""

    def sign_in(role: str = "data_processing", **where: object) -> Client:
        browser = Client()
        browser.cookies["canton_language"] = "en"
        browser.force_login(clerk(role, **where), backend="canton.accounts.backends.RoleBackend")  # type: ignore[arg-type]
        return browser

    return sign_in


def test_the_screens_from_the_list_to_the_run(
    tmp_path: Path, sent: list[str], enter: Callable[..., Client], settings: object
) -> None:
    batch = loaded(tmp_path, sent, period="1999-01", sequence=1)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    assert page in browser.get(f"/data/batches/{batch.number}/").text
    assert "Nothing was corrected yet" in browser.get(page).text

    one = browser.get(f"{page}7/")
    assert one.text.count('aria-invalid="true"') == 2  # channel and category
    assert 'value="138****8000" disabled' in one.text  # nothing is wrong with the number
    fields = {"seen": "0", "f2": "voice", "f5": "0101"}
    assert "the row keeps its format" in browser.post(f"{page}7/check/", fields).text
    still = browser.post(f"{page}7/check/", {**fields, "f5": "1", "f13": "x", "f12": "-1"}).text
    assert "3 reasons would still refuse the row" in still
    saved = browser.post(f"{page}7/", {**fields, "action": "next"})
    assert (saved.status_code, saved.url) == (302, f"{page}14/")
    late = enter().post(f"{page}7/", {**fields, "f2": "web"})
    assert late.status_code == 409
    assert "Somebody else has corrected this row" in late.text
    assert '<span class="now">voice</span>' in late.text  # beside his own
    assert '<option value="web" selected>' in late.text
    assert "The row as a whole" in browser.get(f"{page}14/").text
    wide = browser.post(f"{page}14/", {"seen": "0", "whole": "a\nb"})
    assert (wide.status_code, "E-REPAIR-VALUE" in wide.text) == (422, True)

    kinds = f"{page}kinds/?reason=channel:code"
    assert '<option value="voice" selected>' in browser.get(kinds).text  # proposed
    mapping = {"old": ["Voice"], "new": ["voice"]}
    looked = browser.post(kinds, {**mapping, "action": "preview"}).text
    assert "of the first 3 rows 3 would be kept" in looked
    assert "Correct 3 rows" in looked
    assert Repair.objects.filter(live=True).count() == 2
    settings.CANTON_REPAIR_ROWS = 2  # type: ignore[attr-defined]
    refused = browser.post(kinds, {**mapping, "action": "save"})
    assert (refused.status_code, "E-REPAIR-ROWS" in refused.text) == (422, True)
    settings.CANTON_REPAIR_ROWS = 3  # type: ignore[attr-defined]
    assert browser.post(kinds, {**mapping, "action": "save"}).status_code == 302
    act = RepairAct.objects.get(kind="kind")
    assert browser.post(f"{page}acts/{act.pk}/undo/").status_code == 302
    assert browser.post(f"{page}acts/{act.pk}/undo/").status_code == 422
    assert Repair.objects.filter(live=True).count() == 2  # of the one row
    assert "corrected already" in browser.get(f"{page}?state=corrected").text
    assert len(browser.get(f"{page}?state=open").context["rows"]) == 4


def test_rows_go_back_to_the_city_or_are_run_again(
    tmp_path: Path, sent: list[str], enter: Callable[..., Client]
) -> None:
    batch = loaded(tmp_path, sent, period="1999-01", sequence=1)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    assert browser.post(f"{page}apply/").status_code == 422  # nothing to run
    assert browser.post(f"{page}7/", {"seen": "0", "f2": "voice"}).status_code == 302
    assert browser.post(f"{page}send-back/", {"note": "请核对渠道"}).status_code == 302
    assert "请核对渠道" in browser.get(page).text
    assert browser.post(f"{page}send-back/").status_code == 422
    assert browser.post(f"{page}recall/").status_code == 302
    assert browser.post(f"{page}apply/").status_code == 302
    assert "A corrected copy is being written" in browser.get(page).text
    assert browser.post(f"{page}7/", {"seen": "0", "f2": "web"}).status_code == 422
    seen = set(Entry.objects.filter(centre="4401").values_list("action", flat=True))
    assert {"intake.send_back", "intake.recall", "intake.apply_repairs", "intake.correct_row"} <= seen


@pytest.mark.parametrize(
    ("role", "centre", "status"), [("statistics", "44", 403), ("data_processing", "4403", 404)]
)
def test_only_who_may_and_has_it_in_his_scope_corrects(
    tmp_path: Path, sent: list[str], enter: Callable[..., Client], role: str, centre: str, status: int
) -> None:
    batch = loaded(tmp_path, sent)
    other, page = enter(role, centre=Centre.objects.get(code=centre)), f"/data/batches/{batch.number}/repair/"
    assert page not in other.get(f"/data/batches/{batch.number}/").text
    got = [other.get(page), other.get(f"{page}7/"), other.get(f"{page}kinds/"), other.post(f"{page}apply/")]
    assert [answer.status_code for answer in got] == [status] * 4


def test_two_hundred_reasons_on_one_row_are_all_shown(
    tmp_path: Path, sent: list[str], enter: Callable[..., Client]
) -> None:
    batch = loaded(tmp_path, sent)
    many = [Refused(7, "channel", "语音 ", f"channel:{number}", sent[6]) for number in range(200)]
    columns = [list(each) for each in zip(*map(astuple, many), strict=True)]
    pq.write_table(pa.table(columns, names=["line", "column", "value", "reason", "raw"]), path_of(batch))
    page = enter().get(f"/data/batches/{batch.number}/repair/7/")
    assert "200 reasons" in page.text
    assert page.text.count("channel:") == 200


@pytest.mark.parametrize(
    ("read", "refused", "share", "most", "whole"),
    [
        (1000, 501, 0.5, None, True),
        (1000, 500, 0.5, None, False),
        (99, 99, 0.5, None, False),  # too small to be judged by a share
        (99, 11, None, 10, True),
        (10, 10, None, 10, False),
        (10**9, 10**9, None, None, False),
    ],
)
def test_a_file_with_too_many_refused_rows_is_refused_whole(
    read: int, refused: int, share: float | None, most: int | None, whole: bool
) -> None:
    assert too_many(read, refused, Tolerance(share, most)) is whole


def test_limits_are_data(enter: Callable[..., Client]) -> None:
    require_tolerable("contacts", read=1000, refused=500)
    browser, page = enter(), "/data/refusal-limits/"
    wrong = browser.post(page, {"dataset": "contacts", "share": "101", "action": "save"})
    assert wrong.status_code == 422
    browser.post(page, {"dataset": "contacts", "share": "1", "rows": "", "action": "save"})
    with pytest.raises(TooManyRefused) as said:
        require_tolerable("contacts", read=1000, refused=11)
    assert said.value.code == "E-BATCH-TOO-MANY-REFUSED"
    require_tolerable("cases", read=1000, refused=500)
    browser.post(page, {"dataset": "contacts", "action": "default"})
    require_tolerable("contacts", read=1000, refused=500)
    assert Entry.objects.filter(action="intake.change_limit", target="contacts").count() == 2
    assert enter(centre=Centre.objects.get(code="4401")).get(page).status_code == 403


def test_a_file_refused_for_too_many_rows_is_put_right_and_loaded(
    tmp_path: Path, enter: Callable[..., Client]
) -> None:
    limiting.change_limit("contacts", Tolerance(rows=3), by=LI, now=NOW)
    path = write(tmp_path / "a.csv", [{**each, "channel": "Voice"} for each in rows(4)])
    batch = handed_in(path).batch
    services.run(batch.number, clock=lambda: NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.error_code) == (State.REFUSED, "E-BATCH-TOO-MANY-REFUSED")
    browser, page = enter(), f"/data/batches/{batch.number}/"
    shown = browser.get(page).text
    assert "4 of 4 rows were refused" in shown
    assert f"{page}repair/" in shown
    assert browser.get(f"{page}repair/").context["open"] == 4
    [kind] = kinds.kinds_of(batch)
    correcting.correct_kind(batch, kind, {"Voice": "voice"}, by=LI, now=NOW)
    corrected = repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch
    services.run(corrected.number, clock=lambda: NOW)
    batch.refresh_from_db()
    assert batch.replaced_by == corrected
    assert Load.objects.get(withdrawn_at=None).rows == 4


def test_the_same_file_sent_again_by_itself_does_not_undo_corrections(
    tmp_path: Path,
    sent: list[str],
    deliver: Callable[..., object],  # noqa: F811
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(sent) + "\n", "utf-8")
    deliver(path)
    batch = Batch.objects.get()
    services.run(batch.number, clock=lambda: NOW)
    [kind, *_] = kinds.kinds_of(batch)
    correcting.correct_kind(batch, kind, {"Voice": "voice"}, by=LI, now=NOW)
    corrected = repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch
    services.run(corrected.number, clock=lambda: NOW)
    deliver(path)
    assert Batch.objects.count() == 2
    assert [(each.batch, each.again) for each in Delivery.objects.all()] == [
        (batch, False),
        (corrected, True),
    ]
    assert handed_in(path, period="1999-01", sequence=1).batch not in (batch, corrected)  # a person may


def call(**values: str) -> str:
    return "\t".join({**dict(zip(LOG, CALL, strict=True)), **values}.values())


def log(*lines: str) -> bytes:
    return "\r\n".join(["\t".join(LOG), *lines, ""]).encode()


def test_a_log_in_a_layout_of_its_own_is_put_right(tmp_path: Path, enter: Callable[..., Client]) -> None:
    path = tmp_path / "log.txt"
    good, bad = call(), call(call_id="70002", date="991332", priority="9")
    path.write_bytes(log(good, bad, "cut\tshort"))
    batch = handed_in(path, layout=load_layout("technion1999")).batch
    services.run(batch.number, clock=lambda: NOW)
    batch.refresh_from_db()
    assert (batch.kept, batch.refused) == (1, 2)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    fields = {"seen": "0", "f5": "990705", "f3": "1"}
    assert "the row keeps its format" in browser.post(f"{page}3/check/", fields).text
    assert browser.post(f"{page}3/", fields).status_code == 302
    third = call(call_id="70003")
    assert (
        browser.post(f"{page}4/", {"seen": "0", "whole": third.replace("70003", "70004")}).status_code == 302
    )
    seen = Repair.objects.get(column=WHOLE).pk
    assert browser.post(f"{page}4/", {"seen": seen, "f1": "70003"}).status_code == 302  # by its fields since
    assert Repair.objects.get(column=WHOLE, live=True).new == third
    corrected = repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch
    wanted = log(good, call(call_id="70002", date="990705"), third)
    assert original_path(corrected.sha256).read_bytes() == wanted
