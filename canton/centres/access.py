"""A request as this room sees it: accounts sit above, so only number and centre of a person are known."""

from typing import Protocol

from django.http import HttpRequest

from .models import Centre
from .selectors import Viewer
from .services.editing import Editor


class Person(Viewer, Protocol):
    """Somebody with a staff number."""

    @property
    def number(self) -> str: ...

    @property
    def centre(self) -> Centre: ...

    def has_perm(self, permission: str) -> bool: ...


class ViewerRequest(HttpRequest):
    """A request of somebody who works at a centre."""

    user: Person  # type: ignore[assignment]


def editor(request: ViewerRequest) -> Editor:
    """Who changes something by this request, and where from."""
    person = request.user
    return Editor(person.number, person.centre, request.META.get("REMOTE_ADDR") or None)
