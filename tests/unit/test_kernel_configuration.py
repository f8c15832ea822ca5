"""CANTON_DATABASE_URL becomes Django's settings, with everything an address may carry."""

import pytest

from canton.kernel.configuration import database_settings


def test_an_address_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "CANTON_DATABASE_URL", "postgresql://k%40nton:p%2Fss@db.example:6543/calls?sslmode=require"
    )
    found = database_settings()
    assert (found["USER"], found["PASSWORD"]) == ("k@nton", "p/ss")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6543", "calls")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] >= 2


def test_a_socket_is_an_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANTON_DATABASE_URL", "postgresql:///calls?host=/run/postgresql")
    found = database_settings()
    assert (found["HOST"], found["NAME"], found["USER"]) == ("/run/postgresql", "calls", "")
