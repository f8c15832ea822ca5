"""A changed host key stops a link until a person accepts it; other detours are kept; a paused link waits."""

from datetime import timedelta

import asyncssh
import pytest
from django.test import Client, override_settings
from django.utils import timezone
from exchange_nodes import NOW, Province, link_up, taking

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import courier, keys, roads, services
from canton.exchange.choices import OutgoingState, Way
from canton.exchange.errors import LinkDown
from canton.exchange.models import Incoming, Link, Outgoing
from canton.exchange.services import sending
from canton.exchange.sftp.server import in_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def package(home, transactional_db, tmp_path, monkeypatch):
    """A package of 4401's for 44, whose HTTPS door takes everything and keeps count in `by_https`."""
    link_up()
    by_https: list[str] = []
    monkeypatch.setattr(
        roads.https, "put", lambda path, neighbour, told=None: by_https.append(neighbour.centre)
    )
    Link.objects.filter(pk="44").update(url="http://127.0.0.1:9")
    (tmp_path / "a.csv").write_text("x\n")
    with override_settings(CANTON_CENTRE="4401"), taking():
        made = services.queue(
            tmp_path / "a.csv",
            report=services.Report(dataset="contacts"),
            to=Centre.objects.get(code="44"),
            now=NOW,
        )
        made.by_https = by_https
        yield made


def sent(package: Outgoing, port: int | None = None) -> Outgoing:
    """After what the city's worker does for it, with the province's SFTP server at hand or at `port`."""
    Outgoing.objects.filter(pk=package.pk).update(next_attempt_at=NOW)

    def act(open_port: int) -> None:
        Link.objects.filter(pk="44").update(port=port or open_port)
        courier.send(package.pk)

    Province().while_open(lambda open_port: in_database(lambda: act(open_port)))
    return Outgoing.objects.select_related("link").get(pk=package.pk)


@pytest.fixture
def person(package, clerk):
    """Looks after the links; at the province, whose link 44 stands for the city's."""
    return clerk("transmission", centre=Centre.objects.get(pk="44"))


@pytest.fixture
def browser(person):
    client = Client()
    client.force_login(person, backend="canton.accounts.backends.RoleBackend")
    return client


@pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
def test_changed_host_key_stops_the_link_until_a_person_accepts_it(package, algorithm, person, browser):
    other = keys.public_line(asyncssh.generate_private_key(algorithm))
    Link.objects.filter(pk="44").update(host_key=other)
    for _ in range(2):
        held = sent(package)
        assert (held.state, held.error_code) == (OutgoingState.QUEUED, "E-LINK-HOST-KEY")
    shown = keys.fingerprint(keys.public_line(keys.host()))
    assert package.by_https == []  # passed over by no way
    assert keys.fingerprint(held.link.offered_key) == shown
    assert shown in held.error_en and keys.fingerprint(other) in held.error_en
    [told] = Entry.objects.filter(action="exchange.host_key_differs")
    assert (told.detail["shown"], told.detail["known"]) == (shown, keys.fingerprint(other))

    page = browser.get("/manage/links/44/").content.decode()
    assert shown in page and keys.fingerprint(other) in page
    accept = "/manage/links/44/accept-key/"
    assert browser.post(accept, {"shown": shown, "how": " "}).status_code == 422
    assert browser.post(accept, {"shown": keys.fingerprint(other), "how": "by telephone"}).status_code == 422
    assert Link.objects.get(pk="44").host_key == other
    assert browser.post(accept, {"shown": shown, "how": "by telephone"}).status_code == 302
    [accepted] = Entry.objects.filter(action="exchange.accept_host_key")
    assert (accepted.actor, accepted.detail["how"]) == (person.number, "by telephone")
    done = sent(package)
    assert (done.state, done.went_by, done.detours) == (OutgoingState.SENT, Way.SFTP, [])
    assert Incoming.objects.get().sha256 == done.sha256


def test_known_key_that_is_back_needs_nobody(package):
    right = Link.objects.get(pk="44").host_key
    Link.objects.filter(pk="44").update(
        host_key=keys.public_line(asyncssh.generate_private_key("ssh-ed25519"))
    )
    assert sent(package).link.offered_key == right
    Link.objects.filter(pk="44").update(host_key=right)
    done = sent(package)
    assert (done.state, done.link.offered_key, done.link.offered_at) == (OutgoingState.SENT, "", None)
    assert Entry.objects.filter(action="exchange.host_key_back").count() == 1


def test_other_way_that_was_taken_is_kept_with_the_package_and_shown(package, monkeypatch):
    done = sent(package, port=1)  # nobody is there
    assert (done.state, done.went_by, package.by_https) == (OutgoingState.SENT, Way.HTTPS, ["44"])
    [detour] = done.detours
    assert (detour["errand"], detour["way"], detour["took"]) == ("send", "sftp", "https")
    assert detour["code"] == "E-LINK-DOWN" and detour["zh"] != detour["en"]

    def down(name, neighbour, **more):
        raise LinkDown(centre="44", why="stopped")

    monkeypatch.setattr(roads.https, "fetch", down)
    for _ in range(2):  # each question takes the same detour; it is kept once
        Outgoing.objects.filter(pk=package.pk).update(next_attempt_at=NOW)
        Province().while_open(
            lambda port: in_database(
                lambda: (Link.objects.filter(pk="44").update(port=port), courier.ask(package.pk))
            )
        )
    done.refresh_from_db()
    assert [(each["errand"], each["way"]) for each in done.detours] == [("send", "sftp"), ("ask", "https")]
    assert Entry.objects.filter(action="exchange.take_detour").count() == 2


def test_paused_link_waits_and_goes_on(package, browser):
    assert browser.post("/manage/links/44/pause/", {"why": ""}).status_code == 422
    assert browser.post("/manage/links/44/pause/", {"why": "new line is laid"}).status_code == 302
    waiting = sent(package)
    assert (waiting.state, waiting.attempts) == (OutgoingState.QUEUED, 0)
    assert courier.visit("44") == 0
    assert sending.overdue(now=timezone.now()) == []
    assert "new line is laid" in browser.get("/manage/links/44/").content.decode()
    assert browser.post("/manage/links/44/resume/").status_code == 302
    assert sent(package).state == OutgoingState.SENT
    actions = ["exchange.pause_link", "exchange.resume_link"]
    assert (
        list(Entry.objects.filter(action__in=actions).order_by("pk").values_list("action", flat=True))
        == actions
    )


def test_package_the_outbox_has_lost_holds_up_nobody(package):
    package.packed_path.unlink()
    lost = sent(package)
    assert (lost.state, lost.error_code) == (OutgoingState.FAILED, "E-SEND-GONE")


def test_receipt_that_does_not_come_is_asked_for_on_request(package, browser):
    assert sent(package).state == OutgoingState.SENT
    Outgoing.objects.filter(pk=package.pk).update(next_attempt_at=NOW + timedelta(days=999))
    assert browser.post(f"/exchange/outgoing/{package.pk}/retry/").status_code == 302
    asked = Outgoing.objects.get(pk=package.pk)
    assert asked.state == OutgoingState.SENT and asked.next_attempt_at < NOW + timedelta(days=900)
    assert Entry.objects.filter(action="exchange.ask_receipt").count() == 1
