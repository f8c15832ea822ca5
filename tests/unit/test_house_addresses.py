"""Every address names a permission that some role has, or says why it is public."""

import importlib
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver

from canton.accounts.choices import Role
from canton.accounts.middleware import DeniedUnlessNamed
from canton.accounts.roles import permissions_of

EVERY_PERMISSION = frozenset(name for role in Role for name in permissions_of(role))


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, address)
        else:
            yield address, entry


ALL = list(addresses(get_resolver()))


@pytest.mark.parametrize(("address", "entry"), ALL, ids=[address or "/" for address, _ in ALL])
def test_it_says_who_may_open_it(address: str, entry: URLPattern) -> None:
    permission = getattr(entry.callback, "permission", None)
    reason = getattr(entry.callback, "public", None)
    assert (permission is None) != (reason is None), (
        f"/{address} names neither permission nor reason, or both"
    )
    if permission is not None:
        assert permission in EVERY_PERMISSION, f"/{address}: no role has {permission}"
    else:
        assert isinstance(reason, str) and len(reason) > 5


def test_there_are_addresses() -> None:
    assert {"", "sign-in/", "manage/selfcheck/"} <= {address for address, _ in ALL}


def test_an_address_that_says_nothing_is_not_served() -> None:
    def unnamed(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    middleware = DeniedUnlessNamed(unnamed)
    with pytest.raises(ImproperlyConfigured):
        middleware.process_view(HttpRequest(), unnamed, (), {})


def test_a_web_process_has_read_all_views_before_its_first_page() -> None:
    clear_url_caches()
    importlib.reload(importlib.import_module("canton.wsgi"))
    assert "url_patterns" in vars(get_resolver())
