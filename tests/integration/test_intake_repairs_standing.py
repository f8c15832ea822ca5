"""What pages say of rows that are corrected in part, and while a worker corrects many of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from contact_files import row, write
from django.test import Client
from test_intake_batches import handed_in
from test_intake_repairs import enter  # noqa: F401 - a fixture

from canton.intake import services
from canton.intake.models import Batch, RepairAct, SentBack
from canton.intake.repair import kinds
from canton.intake.repair.filling import Filling
from canton.intake.repair.mending import Unwritable
from canton.intake.repair.models import Returning
from canton.intake.repair.rows import RowList, sent_lines
from canton.intake.repair.services import correcting, repairing, returning, taking_back

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LI = "4401001"
Enter = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("centres", "home")


@pytest.fixture
def batch(tmp_path: Path, settings: object) -> Batch:
    """Four calls with the channel "Voice", the first of an unknown category too; two more are sound."""
    settings.CANTON_REPAIR_AT_ONCE = 2  # type: ignore[attr-defined]
    content = [row(number, channel="Voice" if number < 4 else "voice") for number in range(6)]
    content[0]["category"] = "9999"
    found = handed_in(write(tmp_path / "a.csv", content)).batch
    services.run(found.number, clock=lambda: NOW)
    found.refresh_from_db()
    return found


def corrected(batch: Batch) -> RepairAct:
    """All of the channel, by the worker."""
    channel = next(each for each in kinds.kinds_of(batch) if each.column == "channel")
    return correcting.correct_kind(batch, channel, {"Voice": "voice"}, by=LI, now=NOW)


def test_a_row_with_a_reason_left_is_still_to_be_corrected(batch: Batch, enter: Enter) -> None:  # noqa: F811
    act = corrected(batch)
    correcting.go_on(act.pk, now=NOW)
    assert [(state, RowList(batch, state=state).lines()) for state in ("open", "partly", "corrected")] == [
        ("open", [2]), ("partly", [2]), ("corrected", [3, 4, 5]),
    ]  # fmt: skip
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    shown = browser.get(page)
    told = {name: shown.context[name] for name in ("in_all", "corrected", "open", "partly", "touched")}
    assert told == {"in_all": 4, "corrected": 3, "open": 1, "partly": 1, "touched": 4}
    assert "corrected in part" in shown.text and "will most likely be refused again" in shown.text
    assert shown.context["latest"]["act"] == act  # with its button, above the rows
    opened = browser.get(f"{page}2/")
    untouched = browser.post(
        f"{page}3/?state=corrected", {"seen": opened.context["row"].version, "action": "next"}
    )
    assert untouched.url == f"{page}4/?state=corrected"  # type: ignore[attr-defined]  # nothing to say, on it goes
    assert (opened.context["focus"], opened.text.count(" autofocus")) == ("f5", 1)
    onward = browser.post(
        f"{page}2/?state=open", {"seen": opened.context["row"].version, "f5": "0101", "action": "next"}
    )
    assert onward.url == f"{page}?state=open"  # type: ignore[attr-defined]  # it was the last
    assert RowList(batch, state="open").lines() == RowList(batch, state="partly").lines() == []


def test_pages_wait_for_the_worker_and_lose_nothing(batch: Batch, enter: Enter) -> None:  # noqa: F811
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    act = corrected(batch)
    for address in (f"{page}2/", f"{page}kinds/"):
        assert 'aria-valuenow="1"' in browser.get(address).text
    waiting = browser.get(f"{page}standing/")
    assert ("repair/standing/" in waiting.text, "HX-Refresh" in waiting) == (True, False)
    late = browser.post(f"{page}2/", {"seen": "0", "f5": "0102"})
    assert (late.status_code, 'value="0102" selected' in late.text, "?typed=1" in late.text) == (
        422,
        True,
        True,
    )
    correcting.go_on(act.pk, now=NOW)
    assert browser.get(f"{page}standing/")["HX-Refresh"] == "true"
    through = browser.get(f"{page}standing/?typed=1")
    assert ("data-through" in through.text, "HX-Refresh" in through) == (True, False)

    browser.post(f"{page}acts/{act.pk}/undo/")
    taken = browser.get(page).text
    assert "the page shows how far it is" in taken and "4 rows to go" in taken
    assert (
        browser.post(f"{page}2/", {"seen": "0", "f5": "0102"}).context["error"].code == "E-REPAIR-TAKING-BACK"
    )


def test_a_correction_that_was_given_up_says_so_above_the_rows(
    batch: Batch,
    enter: Enter,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act, written = corrected(batch), Filling.filled

    def full(self: Filling, each: object) -> object:
        if each.line == 4:  # type: ignore[attr-defined]
            raise Unwritable(value="voice", why="gb18030")
        return written(self, each)  # type: ignore[arg-type]

    monkeypatch.setattr(Filling, "filled", full)
    correcting.go_on(act.pk, now=NOW)
    shown = enter().get(f"/data/batches/{batch.number}/repair/")
    assert "was given up, and all of it is as it was before" in shown.text
    assert (shown.context["touched"], repairing.obstacle(batch)) == (0, None)


def test_a_row_of_a_replaced_batch_leads_to_the_same_row_of_its_copy(batch: Batch, enter: Enter) -> None:  # noqa: F811
    browser, page = enter(), f"/data/batches/{batch.number}/repair/"
    browser.post(f"{page}send-back/", {"scope": "ticked", "line": ["2"]})
    assert "may still be corrected here" in browser.get(f"{page}2/").text
    repairing.correct(batch, 3, {"channel": "web"}, seen=0, by=LI, now=NOW)
    copy = repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch
    services.run(copy.number, clock=lambda: NOW)
    there = [browser.get(f"{page}{line}/").context["there"] for line in (3, 4)]
    assert there == ["", f"/data/batches/{copy.number}/repair/4/"]
    late = browser.post(f"{page}4/", {"seen": "0", "f2": "web"})
    assert (late.status_code, late.context["error"].code) == (422, "E-REPAIR-REPLACED")


def test_only_the_city_answers_what_was_sent_back_to_it(batch: Batch, enter: Enter) -> None:  # noqa: F811
    """A copy corrected here takes the open sendings over: nothing is sent twice, recall is there."""
    page = "/data/batches/{}/repair/".format
    browser = enter()
    for lines in (["2", "3"], ["4"]):
        browser.post(f"{page(batch.number)}send-back/", {"scope": "ticked", "line": lines})
    repairing.correct(batch, 3, {"channel": "web"}, seen=0, by=LI, now=NOW)
    copy = repairing.write_and_take_in(batch.number, by=LI, now=NOW).batch
    services.run(copy.number, clock=lambda: NOW)
    old, new = (browser.get(page(each.number)) for each in (batch, copy))
    assert [each["sent"].standing for each in old.context["sent_back"]] == [Returning.SENT_BACK] * 2
    assert ("answered by" in old.text, "has taken over" in old.text, ">Recall<" in old.text) == (
        False,
        True,
        False,
    )
    told = [(each["sent"].rows, each["still"], each["recall"]) for each in new.context["sent_back"]]
    assert (told, new.context["sent"]) == ([(1, 1, True), (2, 1, True)], 2)
    assert [(row.line, row.sent_back) for row in new.context["rows"]] == [(2, True), (4, True), (5, False)]
    first = SentBack.objects.get(rows=2)
    browser.post(f"{page(copy.number)}recall/", {"sent": first.pk})
    copy.refresh_from_db()
    assert sent_lines(copy) == {4}
    assert returning.send_back(copy, note="", by=LI, now=NOW).lines == [2, 5]

    taking_back.take_back(copy, by=LI, now=NOW)  # and what went back from the copy is the batch's again
    batch.refresh_from_db()
    assert sent_lines(batch) == {2, 4, 5}
