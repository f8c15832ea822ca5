"""Nobody changes or deletes an entry of the trail: not the ORM, not the app's role, not the tables' owner."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from canton.audit import services
from canton.audit.models import Entry

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CHANGES = [
    "UPDATE audit_entry SET actor = 'somebody else'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "UPDATE audit_entry SET actor = 'x' WHERE false",
    "INSERT INTO audit_entry SELECT * FROM audit_entry ON CONFLICT (id) DO UPDATE SET actor = 'x'",
    "MERGE INTO audit_entry USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
]
WAYS_ROUND = [
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_stays",
    "DROP TRIGGER audit_entry_stays ON audit_entry",
    "DROP FUNCTION audit_entry_stays() CASCADE",
    "CREATE OR REPLACE FUNCTION audit_entry_stays() RETURNS trigger AS 'BEGIN END' LANGUAGE plpgsql",
    "ALTER TABLE audit_entry RENAME TO forgotten",
    "DROP TABLE audit_entry",
    "SET session_replication_role = replica",
]


@pytest.fixture
def entry(db: None) -> Entry:
    return services.record("accounts.sign_in", actor="441001", centre="44", now=NOW)


def test_an_entry_is_not_saved_again(entry: Entry) -> None:
    entry.actor = "somebody else"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()


def test_an_entry_is_not_deleted(entry: Entry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


def test_entries_are_not_updated_or_deleted_together(entry: Entry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(actor="somebody else")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get().actor == "441001"


@pytest.mark.parametrize("statement", CHANGES)
def test_the_owner_of_the_tables_changes_nothing(entry: Entry, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().actor == "441001"


@pytest.mark.parametrize("statement", CHANGES)
def test_the_role_of_the_app_changes_nothing(app_url: str, statement: str) -> None:
    with psycopg.connect(app_url) as session:
        session.execute(
            "INSERT INTO audit_entry (at, actor, centre, action, target, detail) "
            "VALUES (now(), 'a', '44', 'b', '', '{}')"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
            session.execute(statement)
        assert session.execute("SELECT actor FROM audit_entry").fetchall() == [("a",)]
        session.rollback()


@pytest.mark.parametrize("statement", WAYS_ROUND)
def test_the_role_of_the_app_finds_no_way_round(app_url: str, statement: str) -> None:
    with psycopg.connect(app_url) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement)
