"""The self-check on screen: for those who may, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from canton.monitoring import gauges
from canton.monitoring.gauges import Reading, State

pytestmark = pytest.mark.django_db
ADDRESS = "/manage/selfcheck/"


def test_strangers_sign_in_and_others_are_refused(client: Client, clerk: Callable[..., Any]) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(clerk("agent"), backend="canton.accounts.backends.RoleBackend")
    assert client.get(ADDRESS).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ["自检", "磁盘", "正常"]), ("en", ["Self-check", "Disk", "fine"])]
)
def test_every_gauge_is_shown(
    client: Client, clerk: Callable[..., Any], language: str, words: list[str]
) -> None:
    client.force_login(clerk("administration"), backend="canton.accounts.backends.RoleBackend")
    client.cookies["canton_language"] = language
    page = client.get(ADDRESS).content.decode()
    for word in [*words, "PostgreSQL"]:
        assert word in page
    assert page.count('<th scope="row">') == 6
    assert "style=" not in page


def test_what_is_broken_is_said(
    client: Client, clerk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauges, "_gauges", {"x": ("X", lambda: Reading(State.BAD, "7", "<b>broken</b>"))})
    client.force_login(clerk("monitoring"), backend="canton.accounts.backends.RoleBackend")
    page = client.get(ADDRESS).content.decode()
    assert "&lt;b&gt;broken&lt;/b&gt;" in page
    assert 'class="pill bad"' in page
