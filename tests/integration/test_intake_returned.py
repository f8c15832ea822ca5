"""A row that came back is opened, whole, in the file the sender has kept; the centre above sends no line."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from contact_files import rows, write
from django.test import Client

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import keys, packages, services
from canton.exchange.models import Incoming, Link, Notice, Outgoing
from canton.exchange.receipts import Outcome
from canton.exchange.returned import Reason, Returned
from canton.records.models import Original

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def above(home, province, city, settings) -> Link:
    """We are the city 4401, and this is its link to the province."""
    settings.CANTON_CENTRE = "4401"
    card = replace(keys.card("4401"), centre="44")
    return services.add_link(card, host="127.0.0.1", port=1, actor="test", now=NOW)


@pytest.fixture
def seen_by(clerk) -> Callable[..., Client]:
    def sign_in(role: str, **where: object) -> Client:
        browser = Client()
        browser.force_login(clerk(role, **where), backend="canton.accounts.backends.RoleBackend")
        return browser

    return sign_in


def receipt(sent: Outgoing, folder: Path, refused: int) -> Path:
    """What the province answers: `refused` rows of the file were refused."""
    outcome = Outcome(accepted=True, batch="GZ-1", read=6, kept=6 - refused, refused=refused)
    said = {"package": sent.sha256, **outcome.content()}
    file = folder / "receipt.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    manifest = packages.Manifest(
        sender="44", recipient="4401", dataset="receipt", version="1.0", created=NOW
    )  # fmt: skip
    return packages.pack([packages.Source(file)], manifest=manifest, key=keys.signing(), into=folder).path


@pytest.mark.parametrize("refused", [1, 0])
def test_the_whole_line_is_opened_in_the_citys_own_file(
    above: Link, city: Centre, seen_by: Callable[..., Client], tmp_path: Path, refused: int
) -> None:
    content = rows(6)
    content[1]["channel"] = "Voice"
    file = write(tmp_path / "november.csv", content)
    third = file.read_text(encoding="utf-8").splitlines()[2]
    report = services.Report("contacts", period="2026-11", sequence=1)
    sent = services.queue(file, report=report, to=Centre.objects.get(pk="44"), now=NOW, by_worker=False)
    services.file_receipt(receipt(sent, tmp_path, refused), outgoing=sent, now=NOW)
    file.unlink()  # the system it came from may have thrown it away
    assert Original.objects.filter(pk=sent.data_sha256).exists() is bool(refused)

    told = Returned(
        batch="GZ-1", dataset="contacts", period="2026-11", sequence=1, package=sent.sha256, rows=1, note="",
        reasons=(Reason("channel:enum", 1, "渠道不对", "no channel"),),
        listed=((3, "channel", "Voice", "channel:enum"),),
    ).content() | {"kind": "sent_back"}  # fmt: skip
    assert third not in json.dumps(told)
    came = Incoming.objects.create(link=above, name="n", sha256="a" * 64, bytes=9, received_at=NOW)
    notice = Notice.objects.create(link=above, incoming=came, content=told, received_at=NOW)
    browser = seen_by("transmission", centre=city)
    address = f"/data/originals/returned/{notice.pk}/3/"
    listed = browser.get(f"/exchange/notices/{notice.pk}/rows/")
    assert address in listed.content.decode()
    page = browser.get(address)
    if not refused:
        assert page.status_code == 404  # said on the page, not a blank failure
        assert "exchange/notices" in page.content.decode()
        return
    assert page.status_code == 200
    assert dict(page.context["shown"].fields)["channel"] == "Voice"
    assert dict(page.context["shown"].fields)["contact_id"] == content[1]["contact_id"]
    number = content[1]["number"]
    assert number not in page.content.decode()
    assert number[:3] + "****" in page.content.decode()
    kept = Entry.objects.get(action="intake.view_original")
    assert kept.target == f"{sent.name}:3"

    assert seen_by("monitoring", centre=city).get(address).status_code == 403
    assert seen_by("transmission").get(address).status_code == 404  # the province, in the city's own house
