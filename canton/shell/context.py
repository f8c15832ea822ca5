"""What every page of the house needs: menu, centre, language, theme, where the events come from."""

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from . import menu

THEME_COOKIE = "canton_theme"
AUTO = "auto"  # as the browser is set
THEMES = (AUTO, "light", "dark")
SIZE_COOKIE = "canton_size"


def events_origin(request: HttpRequest) -> str:
    """Origin of the event stream: this host, its own port. Empty when the host is not ours."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return f"{request.scheme}://{name}:{settings.CANTON_EVENTS_PORT}"


def theme(request: HttpRequest) -> str:
    """auto, light or dark, as the cookie says; auto, what the browser is set to, at first."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else AUTO


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` in templates. Asks the database nothing by itself."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    sections = menu.offered(user.has_perm, request.path) if user is not None and known else []
    return {
        "shell": {
            "sections": sections,
            "current": next((section for section in sections if section.current), None),
            "theme": theme(request),
            "large": request.COOKIES.get(SIZE_COOKIE) == "large",
            "centre": user.centre if user is not None and known else None,
            "events": f"{events_origin(request)}/events" if known else "",
            "path": request.get_full_path(),
        }
    }
