"""The demonstration's accounts: one for each role, that work, and whose passwords only the owner can read."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from canton.accounts import services
from canton.accounts.choices import Role
from canton.accounts.models import Staff
from canton.centres.models import Centre
from canton.demo.staff import Account, open_accounts

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def opened(folder: Path, now: datetime = NOW) -> list[Account]:
    return open_accounts(folder / "demo" / "accounts.json", province=Centre.objects.get(code="44"), now=now)


def enters(account: Account) -> bool:
    request = RequestFactory().post("/sign-in/")
    return authenticate(request, username=account.number, password=account.password) is not None


def test_every_role_has_an_account_that_works_at_once(tmp_path: Path) -> None:
    accounts = opened(tmp_path)
    assert {account.role for account in accounts} == set(Role.values)
    assert {account.centre for account in accounts} == {"44", "4401"}
    assert all(enters(account) for account in accounts)
    assert not any(staff.password_due(NOW) for staff in Staff.objects.all())


def test_passwords_are_kept_for_the_owner_alone(tmp_path: Path) -> None:
    accounts = opened(tmp_path)
    kept = tmp_path / "demo" / "accounts.json"
    assert kept.stat().st_mode & 0o077 == 0
    passwords = [account.password for account in accounts]
    assert [entry["password"] for entry in json.loads(kept.read_text())] == passwords
    assert len(set(passwords)) == len(passwords)
    assert not set(passwords) & set(Staff.objects.values_list("password", flat=True))


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    first = opened(tmp_path)
    hashes = dict(Staff.objects.values_list("number", "password"))
    assert opened(tmp_path) == first
    assert dict(Staff.objects.values_list("number", "password")) == hashes


def test_a_password_that_was_changed_or_lost_or_is_old_is_set_again(tmp_path: Path) -> None:
    changed, expired, *_ = opened(tmp_path)
    staff = Staff.objects.get(number=changed.number)
    services.change_password(staff, password="another-long-one", now=NOW, address=None)
    later = NOW + timedelta(days=400)
    assert Staff.objects.get(number=expired.number).password_due(later)

    again = opened(tmp_path, later)
    assert all(enters(account) for account in again)
    assert not Staff.objects.get(number=expired.number).password_due(later)

    (tmp_path / "demo" / "accounts.json").unlink()
    fresh = opened(tmp_path, later)
    assert fresh[0].password != changed.password
    assert enters(fresh[0])
