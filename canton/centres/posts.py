"""The roles a desk may be for; accounts sit above this room and register theirs."""

from collections.abc import Callable, Sequence

from django.utils.functional import Promise

Roles = Callable[[], Sequence[tuple[str, str | Promise]]]

_roles: list[Roles] = []


def register(roles: Roles) -> None:
    """roles: answers (value, label) of every role staff may hold."""
    _roles[:] = [roles]


def choices() -> list[tuple[str, str | Promise]]:
    """(value, label) of every role, for a form."""
    return list(_roles[0]()) if _roles else []


def label(role: str) -> str:
    """What a role is called in the reader's language; the value itself when nobody named it."""
    return str(dict(choices()).get(role, role))
