"""What the app's database role may do: rows yes, tables no, the trail only grows."""

import psycopg
import pytest

from canton.kernel import preparation

pytestmark = pytest.mark.django_db(transaction=True)


def test_rows_may_change(centres: None, app_url: str) -> None:
    with psycopg.connect(app_url) as app:
        row = app.execute(
            "UPDATE centres_centre SET letters = 'ZZ' WHERE code = '4401' RETURNING name"
        ).fetchone()
        assert row is not None
        app.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (it text)",
        "DROP TABLE centres_desk",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "UPDATE audit_entry SET actor = 'nobody'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM django_migrations",
        "SET ROLE canton_owner",
        "COPY centres_desk TO PROGRAM 'true'",
    ],
)
def test_nothing_else_may(statement: str, app_url: str) -> None:
    with psycopg.connect(app_url) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_a_prepared_database_knows_its_release(monkeypatch: pytest.MonkeyPatch) -> None:
    assert preparation.is_current()
    monkeypatch.setattr(preparation, "PACKAGES", ("django",))
    assert not preparation.is_current()
