"""`canton link` and `canton send` as an operator or a script uses them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.test import override_settings

from canton.cli import main
from canton.exchange import folders, keys
from canton.exchange.models import Link, Outgoing


def canton(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


@pytest.fixture
def as_city(home, city):
    with override_settings(CANTON_CENTRE="4401"):
        yield


def card(centre: str, **changes: str) -> str:
    known = keys.card(centre)
    names = ("centre", "signing_key", "ssh_key", "ssh_host_key")
    return json.dumps({name: getattr(known, name) for name in names} | changes)


def test_card_holds_public_keys_only(home, city):
    printed = canton("link", "export", "--json")
    assert set(json.loads(printed.stdout)) == {"centre", "signing_key", "ssh_key", "ssh_host_key"}
    assert "PRIVATE" not in printed.stdout
    kept = sorted(path for path in (home / "keys").iterdir() if path.name.startswith("exchange"))
    assert len(kept) == 3
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_neighbour_is_added_by_its_card_and_listed(as_city):
    added = canton("link", "add", "-", "--host", "10.1.2.3", "--port", "8022", "--json", given=card("44"))
    assert added.exit_code == 0, added.output
    [line] = json.loads(canton("link", "list", "--json").stdout)["links"]
    assert (line["centre"], line["address"], line["active"]) == ("44", "10.1.2.3:8022", True)


def test_card_added_again_renews_the_link(as_city):
    canton("link", "add", "-", "--host", "10.1.2.3", given=card("44"))
    canton("link", "add", "-", "--host", "10.1.2.4", given=card("44"))
    assert Link.objects.get().host == "10.1.2.4"


@pytest.mark.parametrize(
    "bad",
    [
        "not json",
        "[]",
        "{}",
        lambda: card("4499"),
        lambda: card("4403"),  # a sister, not a neighbour
        lambda: card("44", signing_key="AAAA"),
        lambda: card("44", ssh_key="ssh-ed25519 nonsense"),
    ],
)
def test_wrong_card_is_refused(as_city, bad):
    told = canton("link", "add", "-", "--json", given=bad if isinstance(bad, str) else bad())
    assert told.exit_code == 1
    assert json.loads(told.stdout)["error"]["code"] == "E-LINK-CARD"
    assert not Link.objects.exists()


def test_file_is_packed_and_queued(as_city, tmp_path: Path):
    canton("link", "add", "-", "--host", "127.0.0.1", "--port", "9", given=card("44"))
    (tmp_path / "january.txt").write_text("x\n")
    sent = canton("send", str(tmp_path / "january.txt"), "--layout", "technion1999", "--json")
    assert sent.exit_code == 0, sent.output
    answer = json.loads(sent.stdout)
    assert (answer["state"], answer["receipt"]) == ("queued", None)
    assert (folders.outbox() / answer["package"]).exists()
    assert Outgoing.objects.get().layout == "technion1999"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["missing.csv"], "E-USAGE"),
        (["data.csv", "--encoding", "utf-99"], "E-USAGE"),
        (["data.csv", "--dataset", "weather"], "E-FORMAT-UNKNOWN"),
        (["data.csv", "--period", "../.."], "E-PKG-DESCRIPTOR"),
        (["data.csv", "--period", "1999-01"], "E-PKG-DESCRIPTOR"),
    ],
)
def test_what_cannot_be_sent_is_told_at_once(as_city, tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("x\n")
    canton("link", "add", "-", "--host", "127.0.0.1", given=card("44"))
    told = canton("send", *arguments, "--json")
    assert told.exit_code == 2
    assert json.loads(told.stdout)["error"]["code"] == code
    assert not Outgoing.objects.exists()


def test_without_a_link_nothing_is_sent(as_city, tmp_path):
    (tmp_path / "data.csv").write_text("x\n")
    told = canton("send", str(tmp_path / "data.csv"), "--json")
    assert json.loads(told.stdout)["error"]["code"] == "E-LINK-NONE"


def test_waiting_ends_when_no_receipt_comes(as_city, tmp_path):
    canton("link", "add", "-", "--host", "127.0.0.1", "--port", "9", given=card("44"))
    (tmp_path / "data.csv").write_text("x\n")
    told = canton("send", str(tmp_path / "data.csv"), "--wait", "--timeout", "1", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["error"]["code"] == "E-RECEIPT-LATE"
    assert Outgoing.objects.get().error_code == "E-LINK-DOWN"
