"""The two roles of a centre's database: the owner changes tables, the app only rows."""

import psycopg
from psycopg import sql

from . import keys


def make_roles(known: keys.Keys) -> None:
    """Make both roles and the database in a fresh cluster; neither is superuser, nobody else may connect."""
    with psycopg.connect(known.url(keys.SUPERUSER, "postgres"), autocommit=True) as session:
        for role, secret in ((keys.OWNER, known.owner), (keys.APP, known.app)):
            session.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(secret))
            )
        _run(session, "CREATE DATABASE {name} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'")
        _run(session, "REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        _run(session, "GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {owner}, {app}")
    with psycopg.connect(known.url(keys.SUPERUSER), autocommit=True) as session:
        _run(session, "ALTER SCHEMA public OWNER TO {owner}")
        _run(session, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        _run(session, "GRANT USAGE ON SCHEMA public TO {app}")


def _run(session: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    names = {"name": keys.NAME, "owner": keys.OWNER, "app": keys.APP}
    session.execute(sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()}))
