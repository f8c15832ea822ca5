"""Where a centre keeps its things: read from the environment, no business word."""

import os
import secrets
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg.conninfo import conninfo_to_dict

NOWHERE = "postgresql://canton@127.0.0.1:5432/canton"


def home() -> Path:
    """Folder of this centre's data: CANTON_HOME, or var/ in the working folder."""
    return Path(os.environ.get("CANTON_HOME") or "var").resolve()


def keys(folder: Path) -> Path:
    """Where the centre keeps its secrets: a folder only its owner can enter."""
    kept = folder / "keys"
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    return kept


def secret_key(folder: Path) -> str:
    """The centre's signing secret, made once and readable by its owner only.

    It is written beside and linked, so that of several first readers all see one whole secret.
    """
    kept = keys(folder) / "django-secret"
    if not kept.exists():
        beside = kept.with_name(f"{kept.name}.tmp-{uuid4().hex}")
        beside.touch(mode=0o600, exist_ok=False)
        beside.write_text(secrets.token_urlsafe(48))
        try:
            kept.hardlink_to(beside)
        except FileExistsError:
            pass  # another process made it in this moment; read theirs
        finally:
            beside.unlink()
    return kept.read_text()


def database_settings() -> dict[str, Any]:
    """Django's DATABASES entry for CANTON_DATABASE_URL (postgresql://user:secret@host:port/name?sslmode=…)."""
    parts = {name: str(value) for name, value in conninfo_to_dict(database_url() or NOWHERE).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "canton"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", "5432"),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # a connection that died with its server is replaced, not served
        "OPTIONS": {**parts, "pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
    }


def database_url() -> str | None:
    """The PostgreSQL somebody names, or None for the embedded one."""
    return os.environ.get("CANTON_DATABASE_URL") or None
