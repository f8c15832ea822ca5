"""A centre's database made once in a test run and copied, where a test is not about the making.

Two tests stay without: tests/integration/test_cli_up.py brings a centre up from nothing, and
test_kernel_cluster.py has two commands meet on a fresh home.
"""

import fcntl
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from canton.kernel import bootstrap
from canton.kernel.database import Addresses
from canton.kernel.embedded import keys
from canton.kernel.embedded.cluster import Cluster

MADE_BY_DJANGO = ("django_migrations", "django_content_type", "auth_permission")  # anew after each emptying
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)"
REMEMBERED_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'pristine'"
POINTERS = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
 WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid"""
GUARDS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal"""
REMEMBERED = """
SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
  FROM information_schema.columns JOIN pg_tables ON schemaname = 'pristine' AND tablename = table_name
 WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name"""


def furnish(home: Path) -> None:
    """Give an empty home the keys and the stopped cluster of a centre that is migrated and has its codes."""
    model = _model()
    source = Cluster(model).folder
    if source.is_symlink():
        return  # this system's account cannot reach our folders: the home makes its own
    home.mkdir(exist_ok=True)
    subprocess.run(["cp", "--archive", str(source), str(home / "database")], check=True)
    known = keys.load(model)
    assert known is not None
    keys.save(home, replace(known, port=keys.free_port()))


def remember(url: str) -> None:
    """Keep the reference data of a fresh database aside, in its schema `pristine`."""
    with psycopg.connect(url) as session:
        session.execute("CREATE SCHEMA pristine")
        for table in session.execute(TABLES, [list(MADE_BY_DJANGO)]).fetchall():
            name = sql.Identifier(*table)
            if session.execute(sql.SQL("SELECT FROM public.{} LIMIT 1").format(name)).rowcount:
                session.execute(sql.SQL("CREATE TABLE pristine.{0} AS TABLE public.{0}").format(name))


class Emptying:
    """Empties a database after a test: only the tables that hold something, and those that point at them.

    Reference data stay where no test touched them; otherwise they are emptied too and filled anew.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url) as session:
            self._tables = {name for (name,) in session.execute(TABLES, [list(MADE_BY_DJANGO)])}
            self._reference = {name for (name,) in session.execute(REMEMBERED_TABLES)}
            self._pointers = session.execute(POINTERS).fetchall()
            self._guards = session.execute(GUARDS).fetchall()
            self._signature = self._signed(session)

    def __call__(self) -> None:
        with psycopg.connect(self._url) as session:
            touched = self._filled(session)
            if self._signed(session) != self._signature:
                touched |= self._reference
            while more := {one for one, other in self._pointers if other in touched} - touched:
                touched |= more
            if touched:
                self._truncate(session, touched)
        if touched & self._reference:
            refill(self._url)
            with psycopg.connect(self._url) as session:
                self._signature = self._signed(session)

    def _filled(self, session: psycopg.Connection[Any]) -> set[str]:
        """Tables that hold something, of those that are empty in a fresh centre."""
        some = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM public.{})")
        each = [some.format(name, sql.Identifier(name)) for name in sorted(self._tables - self._reference)]
        return {name for (name,) in session.execute(sql.SQL(" UNION ALL ").join(each))}

    def _signed(self, session: psycopg.Connection[Any]) -> list[Any]:
        """What tells whether reference data are as they were filled in."""
        one = sql.SQL("SELECT {}, count(*), max(xmin::text::bigint) FROM public.{}")
        names = sorted(self._reference | {*MADE_BY_DJANGO})
        each = [one.format(name, sql.Identifier(name)) for name in names]
        return session.execute(sql.SQL(" UNION ALL ").join(each)).fetchall()

    def _truncate(self, session: psycopg.Connection[Any], tables: set[str]) -> None:
        guards = [
            (sql.Identifier(table), sql.Identifier(name)) for table, name in self._guards if table in tables
        ]
        for names in guards:
            session.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(*names))
        session.execute(
            sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, sorted(tables))))
        )
        for names in guards:
            session.execute(sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}").format(*names))


def refill(url: str) -> None:
    """Put the reference data back after a test that emptied all tables, also for the tests that follow."""
    with psycopg.connect(url) as session:
        for table, columns in session.execute(REMEMBERED).fetchall():
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            copy = "INSERT INTO public.{0} ({1}) SELECT {1} FROM pristine.{0}"
            session.execute(sql.SQL(copy).format(sql.Identifier(table), names))


def surroundings() -> dict[str, str]:
    """The environment without what is ours, but with the PostgreSQL the run was told to use."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANTON_")}
    named = os.environ.get("CANTON_POSTGRES_BIN")
    return kept | ({"CANTON_POSTGRES_BIN": named} if named else {})


def discard(home: Path) -> None:
    """Stop and remove a home's cluster, wherever it lies."""
    cluster = Cluster(home)
    cluster.stop()
    shutil.rmtree(cluster.folder.resolve(), ignore_errors=True)


def _model() -> Path:
    """The home that is copied; whichever process asks first makes it, the others wait."""
    run = Path(os.environ["CANTON_TEST_RUN"])
    model = run / "model"
    with (run / "model.gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not (model / "whole").exists():
            _make(model)
            (model / "whole").touch()
    return model


def _make(home: Path) -> None:
    home.mkdir()
    home.chmod(0o711)  # the database's account passes through
    cluster = Cluster(home, durable=False)
    known = cluster.start()
    try:
        bootstrap.prepare(Addresses(known.url(keys.APP), known.url(keys.OWNER)))
    finally:
        cluster.stop()
