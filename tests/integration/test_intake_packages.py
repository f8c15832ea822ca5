"""Packages become batches; each one gets its receipt, also the second with the same file."""

import csv
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from contact_files import row, rows, write
from test_intake_batches import loaded

from canton.exchange import keys
from canton.exchange import services as exchange
from canton.exchange.choices import IncomingState
from canton.exchange.models import Incoming
from canton.exchange.receipts import ROWS_HEADER, Outcome
from canton.intake import receivers, services
from canton.intake.choices import Route
from canton.intake.errors import WrongLayout
from canton.intake.layout import UnknownLayout
from canton.intake.models import Batch
from canton.intake.services import receipts

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
Deliver = Callable[..., Incoming]

pytestmark = pytest.mark.usefixtures("centres", "home")


@pytest.fixture
def deliver(home: Path) -> Deliver:
    """A package from 4401 that the exchange has opened: deliver(file, layout="…")."""
    link = exchange.add_link(keys.card("4401"), actor="test", now=NOW)

    def make(file: Path, **facts: object) -> Incoming:
        told: dict[str, object] = {
            "dataset": "contacts",
            "version": "1.0",
            "period": "1999-01",
            "sequence": 1,
        }
        told |= {"state": IncomingState.OPENED, "received_at": NOW, "opened_at": NOW}
        digest = f"{Incoming.objects.count():064}"
        incoming = Incoming.objects.create(
            link=link, name="p.zip", sha256=digest, bytes=1, data_name=file.name, **{**told, **facts}
        )
        incoming.data_path.parent.mkdir(parents=True)
        shutil.copyfile(file, incoming.data_path)
        receivers.take_over(incoming)
        shutil.rmtree(incoming.folder)
        return incoming

    return make


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Outcome, list[list[str]]]]:
    """What receipts said: outcome, and the lines of the file of refused rows."""
    said: list[tuple[Outcome, list[list[str]]]] = []
    original = receipts.send_receipt

    def send(incoming: Incoming, *, outcome: Outcome, refused_csv: Path | None, now: datetime) -> Incoming:
        lines = list(csv.reader(refused_csv.read_text("utf-8").splitlines())) if refused_csv else []
        said.append((outcome, lines))
        return original(incoming, outcome=outcome, refused_csv=refused_csv, now=now)

    monkeypatch.setattr(receipts, "send_receipt", send)
    return said


def run_all() -> None:
    for number in Batch.objects.values_list("number", flat=True):
        services.run(number, clock=lambda: NOW)


def test_the_receipt_names_every_refused_row(deliver: Deliver, sent: list, tmp_path: Path) -> None:
    incoming = deliver(write(tmp_path / "a.csv", [row(0), row(1, channel="pigeon"), row(2)]))
    run_all()
    batch = Batch.objects.get()
    assert (batch.route, batch.sent_by, batch.number) == (Route.SFTP, "link:4401", "GZ-contacts-1999-01-1")
    [(outcome, lines)] = sent
    assert (outcome.accepted, outcome.duplicate, outcome.batch) == (True, False, batch.number)
    assert (outcome.read, outcome.kept, outcome.refused, outcome.reasons) == (3, 2, 1, {"channel:code": 1})
    assert lines[0] == list(ROWS_HEADER)
    assert [line[:4] for line in lines[1:]] == [["3", "channel", "pigeon", "channel:code"]]
    assert lines[1][4] != ""
    incoming.refresh_from_db()
    assert incoming.receipted_at == NOW


def test_the_same_file_in_another_package_is_one_batch_and_answered_again(
    deliver: Deliver, sent: list, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", rows(3))
    deliver(file)
    run_all()
    deliver(file)
    run_all()
    run_all()
    assert [(outcome.duplicate, outcome.kept) for outcome, _ in sent] == [(False, 3), (True, 3)]
    assert Batch.objects.count() == 1
    assert len(loaded()) == 3


def test_a_file_refused_whole_is_answered_with_the_reason_in_both_languages(
    deliver: Deliver, sent: list, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("nonsense\n1\n")
    deliver(tmp_path / "a.csv")
    run_all()
    [(outcome, lines)] = sent
    assert (outcome.accepted, outcome.error_code, outcome.read, lines) == (False, "E-FILE-HEADER", 0, [])
    assert outcome.error_en.startswith("The first line is not the header")
    assert outcome.error_zh != ""


@pytest.mark.parametrize(("came_by", "route"), [("", "sftp"), ("sftp", "sftp"), ("https", "https")])
def test_a_batch_knows_the_way_its_package_came(
    deliver: Deliver, tmp_path: Path, came_by: str, route: str
) -> None:
    deliver(write(tmp_path / "a.csv", [row(0)]), came_by=came_by)
    assert Batch.objects.get().route == route


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"layout": "none-of-ours"}, UnknownLayout),
        ({"layout": "technion1999", "version": "9.9"}, WrongLayout),
    ],
)
def test_a_package_whose_layout_does_not_fit_makes_no_batch(
    deliver: Deliver, tmp_path: Path, facts: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        deliver(write(tmp_path / "a.csv", rows(1)), **facts)
    assert not caught.value.transient  # type: ignore[attr-defined]
    assert not Batch.objects.exists()


def test_a_batch_nobody_works_on_is_picked_up_once(tmp_path: Path, deliver: Deliver) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    deliver(write(tmp_path / "a.csv", rows(3)))
    jobs = ProcrastinateJob.objects.filter(task_name="intake.run")
    later = NOW + timedelta(minutes=5)
    assert (jobs.count(), services.pick_up(now=later)) == (1, 0)  # its job is still there
    jobs._raw_delete(jobs.db)  # type: ignore[attr-defined]  # the model itself is read-only
    assert services.pick_up(now=NOW) == 0  # too early to worry
    assert (services.pick_up(now=later), services.pick_up(now=later)) == (1, 0)
    run_all()
    jobs._raw_delete(jobs.db)  # type: ignore[attr-defined]
    assert services.pick_up(now=later) == 0
