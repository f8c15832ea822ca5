"""A view that names neither a permission nor a reason to be public is not served."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase


class DeniedUnlessNamed:
    """Last line of defence behind the test that walks all addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not hasattr(view, "permission") and not hasattr(view, "public"):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} names no permission")
