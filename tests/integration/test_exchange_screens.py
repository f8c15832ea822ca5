"""Formats and links on screen, and the schema for other programs."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from canton.exchange import formats, keys, services
from canton.exchange.formats.words import rule_text
from canton.exchange.models import Incoming, Link, Outgoing

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def link(home, province, city) -> Link:
    return services.add_link(keys.card("4401"), actor="test", now=NOW)


@pytest.fixture
def seen_by(clerk):
    """A browser in which staff of this role has signed in."""

    def sign_in(role: str, **where) -> Client:
        browser = Client()
        browser.force_login(clerk(role, **where), backend="canton.accounts.backends.RoleBackend")
        return browser

    return sign_in


def test_schema_is_public_and_has_a_tag(client):
    answer = client.get("/formats/contacts/1.0/schema.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content)["name"] == "contacts"
    again = client.get("/formats/contacts/1.0/schema.json", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/formats/contacts/9.9/schema.json", "/formats/weather/1.0/schema.json"])
def test_unknown_schema_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "接触编号"), ("en", "Contact number")])
def test_format_is_readable_in_both_languages(seen_by, settings, language, word):
    browser = seen_by("agent")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = browser.get(reverse("exchange:format", args=["contacts", "1.0"])).content.decode()
    assert word in page
    for field in formats.get("contacts").fields:
        assert f'id="{field.name}"' in page
    for rule in formats.get("contacts").rules:
        with translation.override(language):
            assert rule.name in page and rule_text(rule) in page
    assert reverse("exchange:schema", args=["contacts", "1.0"]) in page


def test_formats_are_listed(seen_by):
    page = seen_by("agent").get("/data/formats/").content.decode()
    assert reverse("exchange:format", args=["contacts", "1.0"]) in page


def test_unknown_format_is_not_found(seen_by):
    assert seen_by("agent").get("/data/formats/contacts/9.9/").status_code == 404


def test_links_show_what_came_and_went(seen_by, link):
    common, now = {"link": link, "bytes": 10}, timezone.now()
    Incoming.objects.create(name="a", sha256="a" * 64, received_at=now, state="refused", **common)
    Outgoing.objects.create(name="b", sha256="b" * 64, queued_at=now, sent_at=now, state="sent", **common)
    browser = seen_by("transmission")
    [line] = browser.get("/manage/links/").context["lines"]
    assert (line.received.total, line.received.refused, line.received.waiting) == (1, 1, 1)
    assert (line.sent.total, line.sent.waiting) == (1, 1)
    assert line.state == "refused"
    page = browser.get("/manage/links/").content.decode()
    assert link.verify_key.id in page and keys.fingerprint(link.ssh_key) in page


def test_a_failure_of_long_ago_does_not_mark_a_link_for_ever(seen_by, link):
    old = timezone.now() - timedelta(days=8)
    Incoming.objects.create(link=link, bytes=1, name="a", sha256="a" * 64, received_at=old, state="refused")
    Outgoing.objects.create(link=link, bytes=1, name="b", sha256="b" * 64, queued_at=old, state="failed")
    [line] = seen_by("transmission").get("/manage/links/").context["lines"]
    assert line.state == "ok"


def test_city_staff_see_their_own_link_only(seen_by, link, city):
    from canton.centres.models import Centre

    services.add_link(keys.card("4403"), actor="test", now=NOW)
    assert [line.link.pk for line in seen_by("transmission").get("/manage/links/").context["lines"]] == [
        "4401",
        "4403",
    ]
    other = Centre.objects.get(code="4403")
    [line] = seen_by("transmission", centre=other).get("/manage/links/").context["lines"]
    assert line.link.pk == "4403"


def test_links_are_for_those_who_may_see_them(seen_by):
    assert seen_by("agent").get("/manage/links/").status_code == 403


def test_number_of_queries_does_not_grow_with_links(seen_by, link, django_assert_max_num_queries):
    browser = seen_by("transmission")
    for code in ("4402", "4403", "4404"):
        services.add_link(keys.card(code), actor="test", now=NOW)
    with django_assert_max_num_queries(12):
        browser.get("/manage/links/")
