"""Brings a database up to this release: migrations, reference data, what the app's role may do.

Run as `python -m canton.kernel.preparation` with CANTON_DATABASE_URL naming the owner and CANTON_APP_ROLE the
app's role. A room's reference data is loaded by `load(now)` in its reference.py, in the order of
INSTALLED_APPS; loading must be repeatable. What has been applied is remembered as a comment on the table
django_migrations, so that asking costs one query.
"""

import os
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from .locks import only_one

PACKAGE = Path(__file__).parent.parent
SOURCES = ("*/migrations/*.py", "*/reference.py", "*/data/**/*")
# that bring tables or reference data
PACKAGES = ("django", "procrastinate", "django-axes", "phone", "chinesecalendar")


def main() -> None:
    """Prepare the database unless another process just did."""
    django.setup()
    try:
        with only_one("kernel.preparation"):
            if not is_current():
                call_command("migrate", verbosity=0, interactive=False)
                load_reference()
                finish(os.environ.get("CANTON_APP_ROLE", ""))
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own


def is_current() -> bool:
    """Whether the database has been prepared by this very release."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
        return bool(cursor.fetchone()[0] == fingerprint())


def fingerprint() -> str:
    """Changes whenever a migration, a loader or its data changes."""
    digest = sha256(" ".join(version(name) for name in PACKAGES).encode())
    for path in sorted(path for pattern in SOURCES for path in PACKAGE.glob(pattern) if path.is_file()):
        if path.suffix != ".pyc":
            digest.update(f"{path.relative_to(PACKAGE)} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def load_reference() -> None:
    """Load every room's reference data, all or nothing."""
    now = timezone.now()
    with transaction.atomic():
        for room in apps.get_app_configs():
            name = f"{room.name}.reference"
            if room.name.startswith("canton.") and find_spec(name):
                import_module(name).load(now)


@transaction.atomic
def finish(app: str) -> None:
    """Let the app's role change rows, not tables; only add to CANTON_APPEND_ONLY. Sign the release."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        names = {
            "app": sql.Identifier(app),
            "owner": sql.Identifier(owner),
            "fingerprint": sql.Literal(fingerprint()),
        }
        for statement in _grants() if app and app != owner else []:
            cursor.execute(sql.SQL(statement).format(**names))
        cursor.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {fingerprint}").format(**names))


def _grants() -> list[str]:
    tables = set(connection.introspection.table_names())
    append_only = [name for name in settings.CANTON_APPEND_ONLY if name in tables]
    return [
        "GRANT USAGE ON SCHEMA public TO {app}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
        "GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}",
        *(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{name}" FROM {{app}}' for name in append_only),
    ]


if __name__ == "__main__":
    main()
