"""What is late is reminded of, once in a while; the reminder reaches the city and is acknowledged there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from exchange_nodes import Province, link_up, taking

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import courier, expected, folders, services
from canton.exchange.choices import OutgoingState, Standing
from canton.exchange.errors import AcknowledgedAlready, NothingToChase
from canton.exchange.models import Chase, Duty, Incoming, Link, Notice, Outgoing
from canton.exchange.receipts import Outcome
from canton.exchange.sftp.server import in_database

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # 17:00 in Guangdong


@pytest.fixture
def links(home, transactional_db) -> None:
    link_up()


@pytest.fixture
def daily(links) -> Duty:
    duty = Duty(dataset="contacts", at=time(8, 0), starts_on=date(2026, 11, 20), grace_minutes=60)
    return services.save_duty(duty, by="test", now=NOW)


@pytest.fixture
def quiet() -> Iterator[None]:
    with taking():
        yield


def arrived(period: str, at: datetime, centre: str = "4401", **more) -> Incoming:
    digest = f"{period}{at}{centre}".encode().hex().ljust(64, "0")[:64]
    common = {"name": period, "bytes": 1, "dataset": "contacts", "state": "opened", "sha256": digest}
    return Incoming.objects.create(link_id=centre, period=period, received_at=at, **common, **more)


def states(centre: str = "4401", now: datetime = NOW) -> dict[str, str]:
    [(_, row)] = expected.board([Centre.objects.get(pk=centre)], "contacts", now=now)
    return {due.period: due.standing for due in row}


def test_board_holds_what_came_against_what_is_due(daily):
    assert states() == {"2026-11-20": "late", "2026-11-21": "late", "2026-11-22": "wait"}
    arrived("2026-11-20T09", NOW - timedelta(days=1, hours=10))
    arrived("2026-11-21", NOW)
    assert states() == {"2026-11-20": "ok", "2026-11-21": "after", "2026-11-22": "wait"}
    refused = arrived("2026-11-20", NOW, centre="4403")
    services.send_receipt(refused, outcome=Outcome(accepted=False, error_code="E-X"), now=NOW)
    assert states("4403")["2026-11-20"] == Standing.REFUSED
    own = Duty(dataset="contacts", centre_id="4403", at=time(8), starts_on=date(2026, 11, 22), after=2)
    services.save_duty(own, by="test", now=NOW)
    assert states("4403") == {"2026-11-22": "wait"}  # its own duty, not everybody's


def test_one_thing_is_reminded_of_once_in_a_while(daily):
    city = Centre.objects.get(pk="4401")
    assert [each.period for each in services.chase(city, by="44001", now=NOW)] == ["2026-11-20", "2026-11-21"]
    with pytest.raises(NothingToChase):
        services.chase(city, by="44001", now=NOW + timedelta(hours=15))
    again = services.chase(city, by="44001", now=NOW + timedelta(hours=24))
    assert [each.period for each in again] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert Entry.objects.filter(action="exchange.chase", actor="44001").count() == 2

    arrived("2026-11-20", NOW)
    arrived("2026-11-21", NOW)
    arrived("2026-11-22", NOW)
    with pytest.raises(NothingToChase):
        services.chase(city, by="44001", now=NOW + timedelta(hours=24))


def test_two_at_once_remind_once(daily):
    start = Barrier(2)

    def remind() -> None:
        start.wait()
        try:
            services.chase(Centre.objects.get(pk="4401"), by="44001", now=NOW)
        except NothingToChase:
            pass
        finally:
            connection.close()

    both = [Thread(target=remind) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert Outgoing.objects.count() == 1
    assert Chase.objects.count() == 2


def test_worker_reminds_everybody_it_is_told_to(daily):
    assert services.chase_all(by="system", now=NOW) == 2
    assert services.chase_all(by="system", now=NOW) == 0
    Duty.objects.update(chase_by_itself=False)
    assert services.chase_all(by="system", now=NOW + timedelta(days=3)) == 0


def as_city(act):
    """Do something as the city, while the province's SFTP server is there."""

    def with_port(port: int):
        Link.objects.filter(pk="44").update(port=port)
        return act()

    with override_settings(CANTON_CENTRE="4401"):
        return Province().while_open(lambda port: in_database(lambda: with_port(port)))


def opened(sender: str, centre: str) -> None:
    """What the worker of a centre does with what it took in."""
    with override_settings(CANTON_CENTRE=centre):
        for incoming in Incoming.objects.select_related("link").filter(link=sender, state="received"):
            services.open_incoming(incoming, now=timezone.now())


def test_reminder_reaches_the_city_and_its_answer_comes_back(daily, quiet):
    services.chase(Centre.objects.get(pk="4401"), by="44001", now=NOW)
    reminder = Outgoing.objects.get()
    laid = courier.send(reminder.pk)  # the province cannot call the city
    assert laid is not None and laid.state == OutgoingState.LAID
    assert [path.name for path in (folders.dropbox("4401") / "out").iterdir()] == [reminder.name]

    assert as_city(lambda: courier.visit("44")) == 1
    assert as_city(lambda: courier.visit("44")) == 0
    assert list((folders.dropbox("4401") / "out").iterdir()) == []
    opened("44", "4401")
    notice = Notice.objects.get()
    assert [item["period"] for item in notice.content["items"]] == ["2026-11-20", "2026-11-21"]

    as_city(lambda: courier.visit("44"))  # brings the receipt
    opened("4401", "44")
    reminder.refresh_from_db()
    assert reminder.state == OutgoingState.RECEIPTED

    with override_settings(CANTON_CENTRE="4401"):
        services.acknowledge(notice, by="4401007", reply="line was cut", now=NOW)
        with pytest.raises(AcknowledgedAlready):
            services.acknowledge(notice, by="4401008", reply="", now=NOW)
    answer = Outgoing.objects.get(link="44")
    Outgoing.objects.filter(pk=answer.pk).update(next_attempt_at=NOW)
    as_city(lambda: courier.send(answer.pk))
    opened("4401", "44")
    assert set(Chase.objects.values_list("acknowledged_by", "reply")) == {("4401007", "line was cut")}


def test_notice_of_no_known_kind_is_refused_with_a_receipt(daily, quiet, monkeypatch):
    with override_settings(CANTON_CENTRE="4401"):
        sent = services.send_notice("gossip", {}, to=Link.objects.get(pk="44"), now=NOW)  # type: ignore[arg-type]
        as_city(lambda: courier.send(sent.pk))
    opened("4401", "44")
    incoming = Incoming.objects.get()
    assert (incoming.state, incoming.error_code, incoming.accepted) == ("refused", "E-NOTICE-FORM", False)
    assert not Notice.objects.exists()
