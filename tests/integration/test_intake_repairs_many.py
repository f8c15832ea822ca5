"""Many rows corrected by a worker, in pieces; chosen rows sent back; JSON; what was filed stays."""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from contact_files import row, rows, write
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from test_intake_batches import handed_in
from test_intake_packages import deliver  # noqa: F401 - a fixture
from test_intake_repairs import enter  # noqa: F401 - a fixture

from canton.exchange.choices import NoticeKind
from canton.exchange.models import Incoming, Notice, Outgoing
from canton.exchange.returned import Returned, read
from canton.exchange.services.notices import TAKEN
from canton.intake import services, tasks
from canton.intake.layout import load_layout, read_layout
from canton.intake.models import Batch, Repair, RepairAct, SentBack
from canton.intake.repair import kinds
from canton.intake.repair.errors import BeingCorrected
from canton.intake.repair.filling import Filling
from canton.intake.repair.mending import Unwritable
from canton.intake.repair.services import correcting, repairing, taking_back
from canton.records.models import Load
from canton.records.selectors import original_path
from canton.reports import paper
from canton.reports.models import FiledReport

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LI = "4401001"
pytestmark = pytest.mark.usefixtures("centres", "home")


def run(batch: Batch) -> Batch:
    services.run(batch.number, clock=lambda: NOW)
    batch.refresh_from_db()
    return batch


@pytest.fixture
def batch(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """Seven calls with the channel "Voice" among twelve; more than two are left to the worker, by threes."""
    settings.CANTON_REPAIR_AT_ONCE = 2  # type: ignore[attr-defined]
    monkeypatch.setattr(correcting, "PIECE", 3)
    content = [row(number, channel="Voice" if number < 7 else "voice") for number in range(12)]
    return run(handed_in(write(tmp_path / "a.csv", content)).batch)


def lines(**of: object) -> list[int]:
    return sorted(Repair.objects.filter(live=True, **of).values_list("line", flat=True))


def test_many_rows_are_written_piece_by_piece_and_once_whatever_is_killed(
    batch: Batch,
    enter: Callable[..., Client],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [kind] = kinds.kinds_of(batch)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    wish = {"old": ["Voice"], "new": ["voice"], "action": "save"}
    assert browser.post(f"{page}kinds/?reason={kind.reason}", wish).url == page  # type: ignore[attr-defined]
    act = RepairAct.objects.get()
    assert (act.stage, act.rows, act.done) == ("writing", 7, 1)
    shown = browser.get(page).text
    assert 'aria-valuemax="7" aria-valuenow="1"' in shown and "Cancel, and take back" in shown
    with pytest.raises(BeingCorrected):
        repairing.correct(batch, 9, {"channel": "web"}, seen=0, by=LI, now=NOW)

    written = Filling.filled

    def dies(self: Filling, each: object) -> object:
        if each.line == 7:  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        return written(self, each)  # type: ignore[arg-type]

    monkeypatch.setattr(Filling, "filled", dies)
    [job] = ProcrastinateJob.objects.filter(task_name=repairing.PIECEWISE)
    with pytest.raises(KeyboardInterrupt):
        tasks.go_on_correcting(**job.args)
    assert lines() == [2, 3, 4, 5]  # what was committed, as far as the act says
    monkeypatch.setattr(Filling, "filled", written)
    tasks.go_on_correcting(**job.args)
    tasks.go_on_correcting(**job.args)
    act.refresh_from_db()
    assert (act.stage, act.done, act.rows, lines()) == ("done", 7, 7, [2, 3, 4, 5, 6, 7, 8])

    assert browser.post(f"{page}acts/{act.pk}/undo/").status_code == 302
    assert len(lines()) == 7  # the worker does it
    tasks.go_on_correcting(act.pk)
    assert lines() == []
    assert "taken back" in browser.get(page).text


def test_a_correction_under_way_is_cancelled_or_given_up_as_a_whole(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    [kind] = kinds.kinds_of(batch)
    act = correcting.correct_kind(batch, kind, {"Voice": "voice"}, by=LI, now=NOW)
    assert correcting._step(act.pk, NOW)
    assert lines() == [2, 3, 4, 5]
    repairing.undo(act, by=LI, now=NOW)
    correcting.go_on(act.pk, now=NOW)
    act.refresh_from_db()
    assert (lines(), act.stage, act.undone_by) == ([], "done", LI)

    written = Filling.filled

    def full(self: Filling, each: object) -> object:
        if each.line == 6:  # type: ignore[attr-defined]
            raise Unwritable(value="voice", why="gb18030")
        return written(self, each)  # type: ignore[arg-type]

    monkeypatch.setattr(Filling, "filled", full)
    again = correcting.correct_kind(batch, kind, {"Voice": "voice"}, by=LI, now=NOW)
    correcting.go_on(again.pk, now=NOW)
    again.refresh_from_db()
    assert (lines(), again.stage, again.error_code) == ([], "done", "E-REPAIR-VALUE")
    assert kinds.kinds_of(batch)[0].open == 7


def test_an_end_that_is_missing_is_reckoned_where_the_row_says_it(
    tmp_path: Path,
    enter: Callable[..., Client],  # noqa: F811
) -> None:
    content = rows(6)
    for each in content[:3]:
        each["ended"] = ""
    content[2]["talk_seconds"] = "x"
    batch = run(handed_in(write(tmp_path / "a.csv", content)).batch)
    browser, page = enter(), f"/data/batches/{batch.number}/repair/kinds/?reason=ended:required"
    assert "just so in 3 of 3 kept rows of this batch" in browser.get(page).text
    wish = {"old": [""], "new": [""], "reckon": [""]}
    looked = browser.post(page, {**wish, "action": "preview"}).text
    assert "1999-01-01 09:01:10" in looked and "its other fields do not say it" in looked
    assert browser.post(page, {**wish, "action": "save"}).status_code == 302
    assert list(Repair.objects.values_list("line", "new")) == [
        (2, "1999-01-01 08:01:10"), (3, "1999-01-01 09:01:10"),
    ]  # fmt: skip


@pytest.fixture
def came(tmp_path: Path, deliver: Callable[..., Incoming]) -> Incoming:  # noqa: F811
    """A package of eight calls: four with another channel, one of them and one more with a wrong category."""
    content = rows(8)
    for each in content[:4]:
        each["channel"] = "Voice"
    content[3]["category"] = content[5]["category"] = "9999"
    incoming = deliver(write(tmp_path / "a.csv", content))
    run(Batch.objects.get())
    return incoming


def told() -> Iterator[Returned]:
    for each in Outgoing.objects.filter(dataset="notice").order_by("pk"):
        with zipfile.ZipFile(each.packed_path) as package:
            content = json.loads(package.read("data/notice.json"))
            if content["kind"] == NoticeKind.SENT_BACK:
                yield read(content)


def test_chosen_rows_go_back_and_the_city_sees_just_these(
    came: Incoming,
    enter: Callable[..., Client],  # noqa: F811
) -> None:
    batch = Batch.objects.get()
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    nothing = browser.post(f"{page}send-back/", {"scope": "ticked"})
    assert (nothing.status_code, "E-REPAIR-NOTHING-CHOSEN" in nothing.text) == (422, True)
    ticked = {"scope": "ticked", "line": ["2", "5", "9", "x"], "note": "请核对"}  # line 9 was kept
    assert browser.post(f"{page}send-back/", ticked).status_code == 302
    shown = browser.get(page).text
    assert "2 rows sent back to the city" in shown and "You may still correct these rows here" in shown
    assert browser.post(f"{page}send-back/?reason=channel:code", {"scope": "listed"}).status_code == 302
    assert browser.post(f"{page}send-back/", {"scope": "all"}).status_code == 302
    assert browser.post(f"{page}send-back/", {"scope": "all"}).status_code == 422
    assert [(each.rows, sorted({line for line, *_ in each.listed}), each.only) for each in told()] == [
        (2, [2, 5], ""), (2, [3, 4], "channel:code"), (1, [7], ""),
    ]  # fmt: skip
    first = next(told())
    assert [(each.code, each.rows) for each in first.reasons] == [("channel:code", 2), ("category:code", 1)]
    TAKEN[NoticeKind.SENT_BACK](came, {"kind": "sent_back", **first.content()}, NOW)
    listed = enter("transmission").get(f"/exchange/notices/{Notice.objects.get().pk}/rows.csv")
    text = b"".join(listed.streaming_content).decode()  # type: ignore[attr-defined]
    assert [each.split(",")[0] for each in text.split("\r\n")[1:-1]] == ["2", "5", "5"]
    assert len(browser.get(f"{page}?state=sent").context["rows"]) == 5
    parts = SentBack.objects.order_by("pk")
    assert browser.post(f"{page}recall/", {"sent": parts[0].pk}).status_code == 302
    assert len(browser.get(f"{page}?state=sent").context["rows"]) == 3


def test_a_json_file_is_put_right_and_runs_again(tmp_path: Path) -> None:
    layout = load_layout("gov_messages_2020").document | {"kind": "json", "name": "messages_json"}
    good = {"留言编号": "1", "留言用户": "A1", "留言主题": "路灯", "留言时间": "2020/1/1 8:00:00",
            "留言详情": "坏了", "反对数": 0, "点赞数": 5}  # fmt: skip
    content = [good, good | {"留言编号": "2", "点赞数": "五"}, good | {"留言编号": "3", "留言时间": "昨天"}]
    path = tmp_path / "留言.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
    batch = run(handed_in(path, layout=read_layout(layout)).batch)
    assert (batch.read, batch.kept, batch.refused) == (3, 1, 2)
    votes = next(each for each in kinds.kinds_of(batch) if each.column == "点赞数")
    correcting.correct_kind(batch, votes, {"五": "7"}, by=LI, now=NOW)
    repairing.correct(batch, 3, {"留言时间": "2020/1/3 8:00:00"}, seen=0, by=LI, now=NOW)
    corrected = run(repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch)
    assert (corrected.kept, corrected.refused, corrected.repaired) == (3, 0, 2)
    was, now = path.read_text("utf-8"), original_path(corrected.sha256).read_text("utf-8")
    assert now == was.replace('"五"', '"7"').replace('"昨天"', '"2020/1/3 8:00:00"')


def test_what_was_filed_stays_when_rows_are_run_again_and_taken_back(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    enter: Callable[..., Client],  # noqa: F811
) -> None:
    monkeypatch.setattr(paper, "pdf", lambda sheet, *, now, told: f"%PDF- {now} {sheet['title']}".encode())
    content = [row(0), row(1, channel="Voice"), row(2)]
    batch = run(handed_in(write(tmp_path / "a.csv", content)).batch)
    asked = {"centre": "4401", "from": "1999-01-01", "to": "1999-01-02"}
    analyst = enter("statistics")
    assert analyst.post("/reports/traffic/file/", asked | {"note": "一月"}).status_code == 302
    filed = FiledReport.objects.get()
    forms = [each for each in filed.files.values_list("form", flat=True) if each != "sheet"]

    def opened() -> list[bytes]:
        return [analyst.get(f"/reports/filed/{filed.pk}/{form}/").content for form in forms]

    def loaded() -> int:
        return sum(Load.objects.filter(withdrawn_at=None).values_list("rows", flat=True))

    before = opened()
    assert (len(before), all(before), loaded()) == (len(forms), True, 2)
    [kind] = kinds.kinds_of(batch)
    correcting.correct_kind(batch, kind, {"Voice": "voice"}, by=LI, now=NOW)
    corrected = run(repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch)
    assert (loaded(), opened() == before) == (3, True)
    taking_back.take_back(corrected, by=LI, now=NOW)
    assert (loaded(), opened() == before) == (2, True)
