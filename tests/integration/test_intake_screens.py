"""The terminal's pages as the server answers them: a stopped batch is run again by who may, and only then."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from contact_files import rows, write
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from test_intake_batches import handed_in

from canton.audit.models import Entry
from canton.centres.selectors import Operator, own
from canton.intake import services, terminal
from canton.intake.choices import State, Step
from canton.intake.forms import filters_from
from canton.intake.models import Batch
from canton.intake.services import running
from canton.kernel.errors import CantonError

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
BUTTON = "run-again/"

pytestmark = pytest.mark.usefixtures("centres", "home")
Enter = Callable[..., Client]


@pytest.fixture
def enter(clerk: Callable[..., object]) -> Enter:
    """A browser of somebody who has signed in, in English unless told."""

    def sign_in(role: str = "data_processing", *, language: str = "en", **where: object) -> Client:
        browser = Client()
        browser.cookies["canton_language"] = language
        browser.force_login(clerk(role, **where), backend="canton.accounts.backends.RoleBackend")  # type: ignore[arg-type]
        return browser

    return sign_in


def broken(*_: object) -> None:
    raise RuntimeError("nobody foresaw this")


@pytest.fixture
def stopped(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """A batch whose check failed in a way nobody foresaw, and whose job is over."""
    batch = handed_in(write(tmp_path / "a.csv", rows(3)), period="1999-01", sequence=1).batch
    with monkeypatch.context() as patch, pytest.raises(CantonError):
        patch.setitem(running.STAGES, Step.CHECK, broken)  # type: ignore[arg-type]
        services.run(batch.number, clock=lambda: NOW)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    batch.refresh_from_db()
    return batch


def waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name="intake.run", status="todo").count()


def test_a_stopped_batch_is_run_again_once(enter: Enter, stopped: Batch) -> None:
    assert stopped.state == State.FAILED
    browser, page = enter(), f"/data/batches/{stopped.number}/"
    assert BUTTON in browser.get(page).text
    done = browser.post(f"{page}{BUTTON}", follow=True)
    assert done.redirect_chain == [(page, 302)]
    assert "A worker goes on with the batch." in done.text
    assert BUTTON not in done.text  # it is in hand
    assert waiting() == 1
    [entry] = Entry.objects.filter(action="intake.run_again")
    assert (entry.target, entry.centre) == (stopped.number, "4401")

    again = browser.post(f"{page}{BUTTON}")
    assert again.status_code == 422
    assert f"The batch {stopped.number} does not stand still" in again.text
    assert "data-live=" not in again.text  # its address cannot be fetched again
    assert (waiting(), Entry.objects.filter(action="intake.run_again").count()) == (1, 1)

    services.run(stopped.number, clock=lambda: NOW)
    stopped.refresh_from_db()
    assert (stopped.state, stopped.kept) == (State.LOADED, 3)
    assert browser.post(f"{page}{BUTTON}").status_code == 422


@pytest.mark.parametrize(
    ("role", "centre", "status"),
    [("statistics", "44", 403), ("agent", "44", 403), ("data_processing", "4403", 404)],
)
def test_only_who_may_and_has_it_in_his_scope_runs_it_again(
    enter: Enter, stopped: Batch, role: str, centre: str, status: int
) -> None:
    from canton.centres.models import Centre

    browser, page = enter(role, centre=Centre.objects.get(code=centre)), f"/data/batches/{stopped.number}/"
    shown = browser.get(page)
    assert BUTTON not in shown.text
    assert browser.post(f"{page}{BUTTON}").status_code == status
    assert waiting() == 0


def test_looking_at_the_address_runs_nothing(enter: Enter, stopped: Batch) -> None:
    assert enter().get(f"/data/batches/{stopped.number}/{BUTTON}").status_code == 405


def test_a_period_reads_as_people_write_one(enter: Enter, tmp_path: Path) -> None:
    batch = handed_in(write(tmp_path / "a.csv", rows(3)), period="19981025-1122T18", sequence=1).batch
    named = '<span title="19981025-1122T18">{}</span>'
    chinese, english = "1998年10月25日至1998年11月22日18时", "25 Oct 1998 to 22 Nov 1998, 18:00"
    for language, words in (("zh-hans", chinese), ("en", english)):
        browser = enter(language=language)
        listed = browser.get("/data/batches/?period=19981025-1122T18").text
        assert listed.count(named.format(words)) == 2  # above the arrivals and in the row
        assert listed.count(words) > 2  # and the condition that is on
        assert named.format(words) in browser.get(f"/data/batches/{batch.number}/").text


def test_what_needs_work_stands_first_then_the_newest(province: object, tmp_path: Path) -> None:
    for number, state in enumerate(("loaded", "failed", "refused", "checking", "loaded", "failed", "failed")):
        path = write(tmp_path / f"{number}.csv", rows(1, first=number))
        made = handed_in(path, period="1999-01", sequence=number).batch
        facts = {"state": state, "received_at": NOW + timedelta(minutes=number)}
        Batch.objects.filter(pk=made.pk).update(error_code="E-X", **facts)
    newest = Batch.objects.get(sequence=6)
    Batch.objects.filter(sequence=5).update(replaced_by=newest)  # asks for nothing any more

    def shown(**asked: str) -> list[int | None]:
        mine, filters = terminal.visible(Operator(own())), filters_from(asked)
        found = terminal.named(mine, filters, now=NOW)
        return [each.sequence for each in terminal.listed(found, filters)]

    assert shown() == [6, 1, 2, 3, 5, 4, 0]
    assert shown(sort="-received") == [6, 5, 4, 3, 2, 1, 0]
    assert shown(sort="nonsense") == shown()
    assert shown(q="GZ-CONTACTS") == shown()  # capitals or not
    assert shown(q="1999-01-3") == [3]
    assert shown(q="%") == []


def test_many_batches_ask_the_database_no_more_often(
    enter: Enter, tmp_path: Path, django_assert_num_queries: Callable[..., Any]
) -> None:
    def more(first: int, last: int) -> None:
        for number in range(first, last):
            batch = handed_in(write(tmp_path / f"{number}.csv", rows(2, first=2 * number))).batch
            services.run(batch.number, clock=lambda: NOW)

    browser = enter()
    more(0, 1)
    with CaptureQueriesContext(connection) as alone:
        assert browser.get("/data/batches/").text.count('class="steps4"') == 1
    more(1, 5)
    with django_assert_num_queries(len(alone)):
        listed = browser.get("/data/batches/").text
    assert listed.count('class="steps4"') == 5
    assert listed.count('<rect class="done"') == 4 * 5
