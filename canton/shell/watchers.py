"""Who watches a stream: staff with a session, and the centres whose events they may learn of."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Watcher:
    """centres: codes of the viewer's scope (settings.CANTON_VIEWER_SCOPE)."""

    centres: frozenset[str]


class _Knock(HttpRequest):
    """As much of a request as Django needs to tell whose session it is."""

    session: SessionBase


def watcher_of(session_key: str) -> Watcher | None:
    """The active member of staff behind a session, password unchanged since; None for anybody else."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    knock = _Knock()
    knock.session = store(session_key)
    try:
        user = get_user(knock)
        if not user.is_authenticated or not user.is_active or not user.has_perm("shell.view_home"):
            return None
        return Watcher(frozenset(import_string(settings.CANTON_VIEWER_SCOPE)(user)))
    finally:
        connection.close()  # back to the pool; this thread may wait long for its next question
