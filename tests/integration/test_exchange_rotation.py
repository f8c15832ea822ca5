"""Keys are changed without a gap: packages signed by the old and the new key are taken while both hold."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client, override_settings
from django.utils import timezone
from exchange_nodes import NOW, Province, link_up, package, raw, taking

from canton.audit.models import Entry
from canton.cli import main
from canton.exchange import courier, keys, services
from canton.exchange.errors import KeyNotKnown, NoRotation, RotationUnderWay
from canton.exchange.models import Incoming, Link, OtherKey, Outgoing, Rotation
from canton.exchange.sftp.server import in_database
from canton.exchange.signatures import SigningKey

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = timedelta(days=7)


@pytest.fixture
def links(home, transactional_db) -> Iterator[None]:
    link_up()
    with taking():
        yield


def as_city(act):
    def with_port(port: int):
        shown = keys.public_line(keys.host())  # one home plays both: the province shows the city's host key
        Link.objects.filter(pk="44").update(port=port, host_key=shown)
        return act()

    with override_settings(CANTON_CENTRE="4401"):
        return Province().while_open(lambda port: in_database(lambda: with_port(port)))


def sent() -> None:
    """What the city's worker sends."""
    for outgoing in Outgoing.objects.filter(link="44", state="queued").order_by("pk"):
        Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=NOW)
        courier.send(outgoing.pk)


def carried(now) -> None:
    """What the city's worker and the province's do with everything that waits."""
    for outgoing in Outgoing.objects.filter(link="44").order_by("pk"):
        Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=NOW)
        as_city(lambda number=outgoing.pk: (courier.send(number), courier.ask(number)))
        for incoming in Incoming.objects.select_related("link").filter(link="4401", state="received"):
            services.deliver_receipt(services.open_incoming(incoming, now=now))
        Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=NOW)
        as_city(lambda number=outgoing.pk: courier.ask(number))


def taken(path: Path, folder: Path, now) -> str:
    """The state, or the reason, of a package the province takes in; the city's own link knows another key."""
    Link.objects.filter(pk="44").update(signing_key=str(SigningKey.new().public))
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    incoming = services.take_in(copy, sender="4401", now=now)
    opened = services.open_incoming(Incoming.objects.select_related("link").get(pk=incoming.pk), now=now)
    return opened.error_code or opened.state


def test_city_changes_its_keys_and_nothing_is_refused_meanwhile(links, tmp_path):
    old, now = keys.signing(), timezone.now()
    old_sign_in = keys.sign_in()
    with override_settings(CANTON_CENTRE="4401"):
        rotation = services.begin_rotation(overlap=WEEK, by="test", now=now)
        with pytest.raises(RotationUnderWay):
            services.begin_rotation(overlap=WEEK, by="test", now=now)
        assert services.go_on_with_rotation(now=now) is False  # nobody knows yet
        assert keys.signing().public == old.public
    carried(now)
    new = keys.signing_next()
    assert (new.public.id, new.public != old.public) == (rotation.key, True)
    both = [package(tmp_path / "a", "1\n", key=old), package(tmp_path / "b", "2\n", key=new)]
    assert [taken(path, tmp_path, now) for path in both] == ["opened", "opened"]

    with override_settings(CANTON_CENTRE="4401"):
        assert services.go_on_with_rotation(now=now) is True  # the province gave its receipt
    assert keys.signing().public == new.public
    as_city(sent)
    for incoming in Incoming.objects.select_related("link").filter(state="received"):
        services.open_incoming(incoming, now=now)
    link = Link.objects.get(pk="4401")
    assert link.signing_key == str(new.public)
    during = [package(tmp_path / "c", "3\n", key=old), package(tmp_path / "d", "4\n", key=new)]
    assert [taken(path, tmp_path, now + WEEK - timedelta(minutes=1)) for path in during] == [
        "opened",
        "opened",
    ]
    raw(lambda sftp: sftp.listdir("/"), key=old_sign_in, host_key=keys.public_line(keys.host()))
    raw(lambda sftp: sftp.listdir("/"), key=keys.sign_in(), host_key=keys.public_line(keys.host()))

    after = [package(tmp_path / "e", "5\n", key=old), package(tmp_path / "f", "6\n", key=new)]
    over = now + WEEK + timedelta(minutes=1)
    assert [taken(path, tmp_path, over) for path in after] == ["E-PKG-SIGNATURE", "opened"]
    services.sweep(now=over)
    assert not OtherKey.objects.filter(link="4401").exists()
    with pytest.raises(KeyNotKnown):
        raw(lambda sftp: sftp.listdir("/"), key=old_sign_in, host_key=keys.public_line(keys.host()))


def test_new_keys_announced_by_the_wrong_key_are_not_let_in(links, tmp_path):
    now = timezone.now()
    with override_settings(CANTON_CENTRE="4401"):
        services.begin_rotation(overlap=WEEK, by="test", now=now)
    former = SigningKey.new()
    OtherKey.objects.create(
        link_id="4401",
        kind="signing",
        public=Link.objects.get(pk="4401").signing_key,
        until=now + WEEK,
        added_at=now,
    )
    Link.objects.filter(pk="4401").update(signing_key=str(former.public))  # ours is a former one now
    carried(now)
    announced = Incoming.objects.get()
    assert (announced.state, announced.error_code) == ("refused", "E-NOTICE-FORM")
    assert not OtherKey.objects.filter(link="4401", until=None).exists()


def test_old_keys_are_retired_at_once_and_keys_revoked(links, tmp_path):
    now = timezone.now()
    with override_settings(CANTON_CENTRE="4401"):
        with pytest.raises(NoRotation):
            services.switch_now(by="test", now=now)
        services.begin_rotation(overlap=WEEK, by="test", now=now)
    carried(now)
    old = keys.signing()
    with override_settings(CANTON_CENTRE="4401"):
        services.switch_now(by="test", now=now)
        services.retire_now(by="test", now=now)
        with pytest.raises(NoRotation):
            services.retire_now(by="test", now=now)
    for _ in range(2):
        as_city(sent)
    for incoming in Incoming.objects.select_related("link").filter(state="received").order_by("pk"):
        services.open_incoming(incoming, now=now)
    assert taken(package(tmp_path / "a", "1\n", key=old), tmp_path, timezone.now()) == "E-PKG-SIGNATURE"
    assert Rotation.objects.get().ends_at <= now

    link = Link.objects.get(pk="4401")
    extra = OtherKey.objects.create(
        link=link, kind="signing", public=str(old.public), until=timezone.now() + WEEK, added_at=now
    )
    told = CliRunner().invoke(main, ["link", "revoke", "4401", extra.name, "--json"])
    assert told.exit_code == 0, told.output
    assert not OtherKey.objects.filter(pk=extra.pk).exists()
    assert CliRunner().invoke(main, ["link", "revoke", "4401", "beef"]).exit_code == 2
    assert CliRunner().invoke(main, ["link", "revoke", "4401"]).exit_code == 0
    assert not Link.objects.get(pk="4401").active
    assert Entry.objects.filter(action="exchange.revoke_key").count() == 2
    with pytest.raises(KeyNotKnown):
        raw(lambda sftp: sftp.listdir("/"))


def test_screen_rotates_and_revokes(links, clerk):
    browser = Client()
    browser.force_login(clerk("transmission"), backend="canton.accounts.backends.RoleBackend")
    assert browser.get("/manage/links/4401/").status_code == 200
    assert browser.post("/manage/links/keys/rotate/", {"days": "0"}).status_code == 422
    assert browser.post("/manage/links/keys/rotate/", {"days": "7"}).status_code == 302
    assert b"E-" not in browser.get("/manage/links/").content
    assert browser.post("/manage/links/keys/switch/").status_code == 302
    assert browser.post("/manage/links/keys/retire/").status_code == 302
    assert browser.post("/manage/links/keys/retire/").status_code == 302
    assert Rotation.objects.get().switched_at is not None
    assert browser.post("/manage/links/4401/revoke/", {"key": ""}).status_code == 302
    assert not Link.objects.get(pk="4401").active
