"""What every page of the house needs: menu, centre, language, theme, where the events come from."""

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from . import menu

THEME_COOKIE = "canton_theme"
THEMES = ("light", "dark")
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
    """light or dark, as the cookie says; light at first."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


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
            "other_theme": "light" if theme(request) == "dark" else "dark",
            "large": request.COOKIES.get(SIZE_COOKIE) == "large",
            "centre": user.centre if user is not None and known else None,
            "events": f"{events_origin(request)}/events" if known else "",
            "path": request.get_full_path(),
        }
    }
