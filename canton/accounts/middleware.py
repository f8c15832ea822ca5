"""A view that says neither who may open it nor why all may is not served; what is due comes first."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Staff

OWN_PASSWORD = "accounts.change_own_password"
OWN_FACTOR = "accounts.change_own_factor"


class DeniedUnlessNamed:
    """Last line of defence behind the test that walks all addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Who must change his password, or enrol a second factor, gets that page and what is public (F39)."""
        permission = getattr(view, "permission", None)
        if permission is None and not hasattr(view, "public"):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} names no permission")
        staff = request.user
        if permission is None:
            return None
        if not isinstance(staff, Staff):
            _say_it_ended(request)
            return None
        if staff.password_due(timezone.now()):
            return (
                None if permission == OWN_PASSWORD else _instead(request, reverse("accounts:password-change"))
            )
        if staff.must_enrol and permission != OWN_FACTOR:
            return _instead(request, reverse("accounts:factor"))
        return None


def _say_it_ended(request: HttpRequest) -> None:
    """Whoever worked on in a session that is no more is told so at the door, where he is led next."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.is_empty():
        messages.warning(
            request,
            _("Your session has ended: it was ended from another place, or too much time passed. "
              "Sign in to go on where you were."),
        )  # fmt: skip


def _instead(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
