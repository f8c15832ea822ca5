"""Roles hold permissions that exist, and views name permissions that roles can hold."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from canton.accounts.choices import Role
from canton.accounts.roles import EVERYBODY, GRANTED, GRANTS, permissions_of


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def test_every_role_is_decided_about() -> None:
    assert set(GRANTS) == set(Role)


def test_roles_hold_only_permissions_that_have_a_name() -> None:
    assert set().union(*GRANTS.values()) == set(GRANTED)


def test_views_name_only_permissions_that_exist() -> None:
    named = {view.permission for view in views(get_resolver().url_patterns) if hasattr(view, "permission")}
    assert named - set(GRANTED) - set(EVERYBODY) == set()


@pytest.mark.parametrize("role", ["", "root", "ADMINISTRATION"])
def test_an_unknown_role_may_nothing(role: str) -> None:
    assert permissions_of(role) == frozenset()


def test_staff_and_trail_are_for_those_who_administer_or_supervise() -> None:
    assert {role for role in Role if "accounts.view_staff" in permissions_of(role)} == {Role.ADMINISTRATION}
    assert {role for role in Role if "audit.view_entry" in permissions_of(role)} == {
        Role.ADMINISTRATION,
        Role.SUPERVISION,
    }


@pytest.mark.parametrize("role", [Role.AGENT, Role.ENGLISH_AGENT, Role.ACCEPTANCE, Role.COMPLAINTS])
def test_desks_that_serve_customers_do_not_reach_the_data_of_others(role: Role) -> None:
    assert permissions_of(role) == set(EVERYBODY)
