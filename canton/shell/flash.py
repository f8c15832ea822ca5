"""Saying on the next page that something is done, and offering to take it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest


def done(request: HttpRequest, text: Any, *, undo: str = "") -> None:
    """A toast on the next page. For what is done only; what went wrong stands beside what caused it.

    undo: an address of this centre; posting to it takes back what was done. It needs its own permission, and
        must say so when there is nothing to take back any more.
    """
    messages.success(request, str(text), extra_tags=undo)
