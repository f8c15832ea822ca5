"""What a command needs before its first query: database, Django, tables and reference data."""

import atexit
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from urllib.parse import urlsplit

import django
from django.apps import apps
from django.utils import translation
from django.utils.translation.trans_null import gettext_noop

from .configuration import home
from .database import Addresses, opened
from .errors import CantonError


class CannotPrepare(CantonError):
    """A migration or the reference data failed; the transaction it failed in left nothing."""

    code = "E-DB-PREPARE"
    text = gettext_noop("The database could not be prepared: %(reason)s")


@contextmanager
def ready(*, terminal: bool = True) -> Iterator[None]:
    """Run the block with the centre's database running, Django set up, and the database prepared.

    Quick when there is nothing to do. The database is stopped afterwards if nobody else uses it by then.
    On a terminal messages are in its language; elsewhere in the centre's.

    Raises:
        CantonError: E-DB-*.
    """
    fresh = not apps.ready
    with opened(home()) as addresses, connected(addresses):
        if terminal and fresh:
            translation.activate(_language())
        from .preparation import is_current

        if not is_current():
            prepare(addresses)
        yield


@contextmanager
def connected(addresses: Addresses) -> Iterator[None]:
    """Django set up for the database, in the role of the app; its connections are closed afterwards."""
    with named(addresses.app), nullcontext() if apps.ready else closing():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
        if not apps.ready:
            django.setup()
            gc.freeze()  # what the start made stays: no use in searching it for garbage again and again
            atexit.register(gc.unfreeze)
        yield


def prepare(addresses: Addresses) -> None:
    """Migrate and load reference data as the owner, in a process of its own, which alone knows that role.

    Raises:
        CannotPrepare: with the last line of what went wrong.
    """
    role = urlsplit(addresses.app).username or ""
    environment = {**os.environ, "CANTON_DATABASE_URL": addresses.owner, "CANTON_APP_ROLE": role}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
    command = [sys.executable, "-m", "canton.kernel.preparation"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise CannotPrepare(reason=(done.stderr.strip().splitlines() or ["?"])[-1])


@contextmanager
def named(url: str) -> Iterator[None]:
    """CANTON_DATABASE_URL set for the settings and for child processes, and put back."""
    before = os.environ.get("CANTON_DATABASE_URL")
    os.environ["CANTON_DATABASE_URL"] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ["CANTON_DATABASE_URL"]
        else:
            os.environ["CANTON_DATABASE_URL"] = before


@contextmanager
def closing() -> Iterator[None]:
    """Close Django's connections and their pool at the end, so that no thread of it outlives the command."""
    try:
        yield
    finally:
        if apps.ready:
            from django.db import connections

            for connection in connections.all(initialized_only=True):
                connection.close()
                connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own


def _language() -> str:
    """zh-hans on a Chinese terminal, otherwise en."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh-hans" if named.startswith("zh") else "en"
