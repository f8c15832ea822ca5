"""Receipts travel back to the city and are filed; what is no receipt for the package is not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from exchange_nodes import NOW, Province, link_up, taking

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import courier, folders, keys, packages, services
from canton.exchange.choices import OutgoingState
from canton.exchange.models import Incoming, Link, Outgoing
from canton.exchange.receipts import Outcome
from canton.exchange.sftp.server import in_database
from canton.exchange.signatures import SigningKey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def links(home, transactional_db) -> None:
    link_up()


@pytest.fixture
def taken() -> Iterator[list[bytes]]:
    with taking() as seen:
        yield seen


@pytest.fixture
def sent(links, taken, tmp_path):
    """A package the city has sent and the province has opened: (outgoing, incoming)."""
    data = tmp_path / "october report.csv"
    data.write_text("contact_id,centre\n1,4401\n")
    with override_settings(CANTON_CENTRE="4401"):
        outgoing = services.queue(
            data,
            report=services.Report(dataset="contacts", period="2026-10", sequence=1),
            to=Centre.objects.get(code="44"),
            now=NOW,
        )
    serve(lambda: courier.send(outgoing.pk))
    outgoing.refresh_from_db()
    incoming = Incoming.objects.select_related("link").get()
    return outgoing, services.open_incoming(incoming, now=NOW)


def serve(act):
    """Do something as the city, at the command line, while the province's server is there."""

    def as_city(port: int):
        Link.objects.filter(pk="44").update(port=port)
        return act()

    with override_settings(CANTON_CENTRE="4401"):
        return Province().while_open(lambda port: in_database(lambda: as_city(port)))


def ask(outgoing: Outgoing) -> Outgoing:
    Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=NOW)
    serve(lambda: courier.ask(outgoing.pk))
    outgoing.refresh_from_db()
    return outgoing


def test_receipt_is_filed_with_its_counts_and_rows(sent, tmp_path):
    outgoing, incoming = sent
    assert outgoing.state == OutgoingState.SENT
    assert incoming.data_name == "october_report.csv"
    rows = tmp_path / "rows.csv"
    rows.write_text("line,column,value,rule,message\n2,started,x,started:type,not a time\n")
    outcome = Outcome(
        accepted=True, batch="GZ-contacts-2026-10-1", read=9, kept=8, refused=1, repaired=2,
        reasons={"started:type": 1}, repairs={"clock:past_midnight": 2},
    )  # fmt: skip
    services.send_receipt(incoming, outcome=outcome, refused_csv=rows, now=NOW)
    services.deliver_receipt(incoming)
    filed = ask(outgoing)
    assert filed.state == OutgoingState.RECEIPTED
    assert filed.outcome == outcome
    assert filed.receipt["state"] == "accepted"
    assert filed.refused_path.read_text() == rows.read_text()
    assert not filed.packed_path.exists()
    assert list((folders.dropbox("4401") / "receipts").iterdir()) == []


def test_receipt_not_there_yet_is_asked_for_again(sent):
    outgoing, _ = sent
    asked = ask(outgoing)
    assert asked.state == OutgoingState.SENT
    assert asked.next_attempt_at > NOW


def test_refusal_is_filed(sent):
    outgoing, incoming = sent
    outcome = Outcome(
        accepted=False, error_code="E-FILE-HEADER", error_zh="表头不符", error_en="Wrong header."
    )
    services.send_receipt(incoming, outcome=outcome, now=NOW)
    services.deliver_receipt(incoming)
    filed = ask(outgoing)
    assert (filed.state, filed.error_code, filed.error_zh) == (
        OutgoingState.REFUSED,
        "E-FILE-HEADER",
        "表头不符",
    )


def forged(outgoing: Outgoing, folder: Path, *, key=None, sha256: str = "", **changes) -> None:
    """Put a receipt into the drop-box that the province never gave."""
    folder.mkdir()
    content = {"package": sha256 or outgoing.sha256, **Outcome(accepted=True, batch="X").content(), **changes}
    (folder / "receipt.json").write_text(json.dumps(content))
    manifest = packages.Manifest(sender="44", recipient="4401", dataset="receipt", version="1.0", created=NOW)
    source = packages.Source(folder / "receipt.json")
    made = packages.pack([source], manifest=manifest, key=key or keys.signing(), into=folder)
    made.path.rename(folders.dropbox("4401") / "receipts" / services.receipt_name(outgoing.sha256))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": SigningKey.new()}, "E-PKG-SIGNATURE"),
        ({"sha256": "0" * 64}, "E-RECEIPT-PACKAGE"),
        ({"kept": -1}, "E-PKG-DESCRIPTOR"),
        ({"reasons": {"x": "many"}}, "E-PKG-DESCRIPTOR"),
    ],
)
def test_forged_receipt_is_not_filed(sent, tmp_path, changes, code):
    outgoing, _ = sent
    forged(outgoing, tmp_path / "forger", **changes)
    asked = ask(outgoing)
    assert (asked.state, asked.error_code, asked.receipt) == (OutgoingState.SENT, code, None)
    assert Entry.objects.filter(action="exchange.refuse_receipt").count() == 1
