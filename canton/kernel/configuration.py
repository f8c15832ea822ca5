"""Where a centre keeps its things: read from the environment, no business word."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def home() -> Path:
    """Folder of this centre's data: CANTON_HOME, or var/ in the working folder."""
    return Path(os.environ.get("CANTON_HOME") or "var").resolve()


def secret_key(folder: Path) -> str:
    """The centre's signing secret, made once and readable by its owner only."""
    kept = folder / "keys" / "django-secret"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process made it in this moment; read theirs
    return kept.read_text()


def database_settings() -> dict[str, Any]:
    """Django's DATABASES entry for CANTON_DATABASE_URL (postgresql://user:secret@host:port/name)."""
    address = urlsplit(os.environ.get("CANTON_DATABASE_URL", "postgresql://canton@127.0.0.1:5432/canton"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.path.lstrip("/"),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": address.hostname or "",
        "PORT": address.port or 5432,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
    }
