"""Every view says who may open it: `@requires("room.verb_noun")` or `@public("why")`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def send_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Take a stranger to the sign-in page and back afterwards; a fragment's request moves the whole page."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = request.headers.get("HX-Current-URL", "/")
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = cast(HttpResponse, redirect_to_login(page))["Location"]
    return answer


def requires(permission: str) -> Callable[[View], View]:
    """Let in only staff whose role has the permission; others get 403, strangers the sign-in page."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return send_to_sign_in(request)
            if not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Open to everybody, and why that is right."""

    def mark(view: View) -> View:
        view.public = reason  # type: ignore[attr-defined]
        return view

    return mark
