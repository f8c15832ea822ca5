"""A view that says neither who may open it nor why all may is not served; a password due comes first."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from .models import Staff

OWN_PASSWORD = "accounts.change_own_password"


class DeniedUnlessNamed:
    """Last line of defence behind the test that walks all addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Who must change his password first gets that page, and only what is public besides (F39)."""
        permission = getattr(view, "permission", None)
        if permission is None and not hasattr(view, "public"):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} names no permission")
        if permission in (None, OWN_PASSWORD):
            return None
        staff = request.user
        if not isinstance(staff, Staff) or not staff.password_due(timezone.now()):
            return None
        return _instead(request, reverse("accounts:password-change"))


def _instead(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
