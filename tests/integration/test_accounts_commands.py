"""`canton account`: the first account of a centre, and the way back in at the machine."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner
from django.test import Client

from canton.accounts import commands
from canton.accounts.models import SecondFactor, Staff
from canton.audit.models import Entry
from canton.centres.models import Centre


@pytest.fixture(autouse=True)
def at_the_machine(monkeypatch: pytest.MonkeyPatch, province: Centre) -> None:
    monkeypatch.setattr(commands, "ready", nullcontext)  # the database is there already


def said(*words: str) -> str:
    result = CliRunner().invoke(commands.account, words, catch_exceptions=False)
    return result.stdout.strip()


def test_the_first_account_is_opened_and_its_person_comes_in_by_the_link() -> None:
    link = said("open", "10001", "林建华", "--site", "https://canton.example/")
    assert link.startswith("https://canton.example/sign-in/link/")
    client = Client()
    client.get(link.removeprefix("https://canton.example"))
    client.post("/sign-in/new-password/", {"new": "Pearl-river-2026", "again": "Pearl-river-2026"})
    assert client.post("/sign-in/", {"number": "10001", "password": "Pearl-river-2026"})["Location"] == "/"
    staff = Staff.objects.get()
    assert (staff.roles, staff.centre_id) == (("administration",), "44")
    assert Entry.objects.filter(action="accounts.open_account", actor="cli", target="10001").exists()


def test_the_way_back_in_and_what_is_not_there() -> None:
    said("open", "10001", "林建华")
    staff = Staff.objects.get()
    SecondFactor.objects.create(staff=staff, sealed_key="x", enrolled_at=staff.joined_at, last_step=0)
    assert "reset" in said("reset-factor", "10001")
    assert not SecondFactor.objects.exists()
    assert "/sign-in/link/" in said("link", "10001")
    for words in (("link", "99999"), ("open", "10001", "again"), ("open", "1002", "x", "--centre", "99")):
        assert CliRunner().invoke(commands.account, words).exit_code != 0
