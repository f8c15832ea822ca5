"""One at a time, across processes and machines: PostgreSQL's advisory locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import psycopg
from django.db import connection
from django.utils.translation.trans_null import gettext_noop

from .errors import CantonError


class Busy(CantonError):
    """Somebody else holds the lock."""

    code = "E-BUSY"
    transient = True
    text = gettext_noop("“%(name)s” is being worked on by another process.")


@contextmanager
def only_one(name: str, *, blocking: bool = True) -> Iterator[None]:
    """Hold the lock `name`; wait for it, or with blocking=False raise Busy if it is held.

    It lives on a connection of its own, so it is free of the caller's transaction, and PostgreSQL
    releases it the moment its holder dies. Not reentrant.
    """
    with psycopg.connect(**_parameters(), autocommit=True) as session:
        if blocking:
            session.execute("SELECT pg_advisory_lock(%s)", [key(name)])
        elif not _taken(session, name):
            raise Busy(name=name)
        yield


def key(name: str) -> int:
    """The 64-bit number PostgreSQL knows the lock by."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def _taken(session: psycopg.Connection[tuple[bool]], name: str) -> bool:
    row = session.execute("SELECT pg_try_advisory_lock(%s)", [key(name)]).fetchone()
    return row is not None and bool(row[0])


def _parameters() -> dict[str, Any]:
    from procrastinate.contrib.django.utils import connector_params

    connection.ensure_connection()
    return connector_params()
