"""A request as this room sees it: accounts sit above, so only the centre of who signed in is known."""

from django.http import HttpRequest

from .selectors import Viewer


class ViewerRequest(HttpRequest):
    """A request of somebody who works at a centre."""

    user: Viewer  # type: ignore[assignment]
