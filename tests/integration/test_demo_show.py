"""The demonstration goes through the front door, its figures are what the generator says, and twice is once.

What SFTP does is tried elsewhere; here packages are put where it leaves them, and jobs are run by hand.
"""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from canton.demo.errors import NotProvince
from canton.demo.keyring import Keyring
from canton.demo.plan import HELD_BACK, Luck, Span
from canton.demo.show import Sent, Show, prepare
from canton.exchange import folders, services
from canton.exchange.choices import IncomingState
from canton.exchange.models import Incoming, Link
from canton.exchange.receipts import Outcome
from canton.intake import services as intake
from canton.intake.choices import State
from canton.intake.models import Batch
from canton.records.models import Original

NOW = datetime(2026, 11, 22, 8, 40, tzinfo=UTC)
WALL = datetime(2026, 11, 22, 16, 40)  # noqa: DTZ001 - the same moment in Guangdong

pytestmark = pytest.mark.usefixtures("home")


class Straight:
    """Into the drop-box and through every job at once."""

    def deliver(self, package: Path, ring: Keyring) -> None:
        there = folders.dropbox(ring.city) / "in" / package.name
        shutil.copyfile(package, there)
        incoming = services.take_in(there, sender=ring.city, now=NOW)
        services.open_incoming(incoming, now=NOW)
        for batch in Batch.objects.filter(centre=ring.city).exclude(state__in=[State.LOADED, State.REFUSED]):
            intake.run(batch.number, clock=lambda: NOW)

    def answer(self, sha256: str, ring: Keyring) -> Outcome | None:
        return None


@pytest.fixture
def show(home: Path, province) -> Show:
    """The province's two smallest cities."""
    stage = prepare(province, way=Straight(), now=NOW)
    return replace(stage, cities=stage.cities[-2:])


def state() -> tuple[int, ...]:
    kept = sum(batch.kept for batch in Batch.objects.all())
    return kept, *(model.objects.count() for model in (Batch, Incoming, Original, Link))


def test_every_city_gets_a_link_with_keys_of_its_own(show: Show) -> None:
    assert Link.objects.count() == 21
    assert Link.objects.values("signing_key").distinct().count() == 21
    assert Link.objects.values("ssh_key").distinct().count() == 21


def test_only_a_province_with_cities_can_show(city) -> None:
    with pytest.raises(NotProvince):
        prepare(city, way=Straight(), now=NOW)


def test_each_spoilt_row_is_refused_and_no_other(show: Show) -> None:
    sent = list(show.history(now=WALL, days=2))
    day = WALL.replace(hour=0, minute=0) - timedelta(days=9)
    untidy = Span(show.cities[0].code, day, day + timedelta(days=1))
    sent += list(show.send(replace(show.cities[0], dirt=0.5), untidy))
    assert [each.city for each in sent] == [*(city.code for city in show.cities), show.cities[0].code]
    for each in sent:
        batch = Batch.objects.get(centre=each.city, period=each.period)
        assert (batch.state, batch.read, batch.refused) == (State.LOADED, each.rows, each.spoilt)
    assert sent[-1].spoilt > 20


def test_again_on_the_same_home_adds_nothing(show: Show, province) -> None:
    list(show.history(now=WALL, days=2))
    before = state()
    again = replace(prepare(province, way=Straight(), now=NOW), cities=show.cities)
    assert list(again.history(now=WALL, days=2)) == []
    assert state() == before

    show.ledger.path.unlink()  # as if it had been killed before it could note what has gone
    assert len(list(again.history(now=WALL, days=2))) == 2
    assert state() == before
    assert Counter(incoming.repeats for incoming in Incoming.objects.all()) == {1: 2}


def test_a_show_that_was_killed_on_the_way_sends_the_same_batch_again(show: Show) -> None:
    city = show.cities[0]
    span = Span(city.code, WALL - timedelta(days=1, minutes=40), WALL - timedelta(minutes=40))
    list(show.send(city, span))
    before = state()
    show.ledger.begin(span)
    sent = list(replace(show, cities=(city,)).history(now=WALL, days=2))
    assert sent[0].period == span.period
    assert state() == before


def unlucky(city: str, luck: Luck) -> Span:
    start = WALL.replace(minute=0)
    hours = (start - timedelta(hours=count) for count in range(3000))
    spans = (Span(city, at, at + timedelta(hours=1)) for at in hours if at.hour in range(9, 18))
    return next(span for span in spans if span.luck is luck)


def test_a_damaged_package_is_refused_whole_and_the_good_one_follows(show: Show) -> None:
    city = replace(show.cities[0], share=0.1)
    sent = list(show.send(city, unlucky(city.code, Luck.DAMAGED)))
    assert [each.whole for each in sent] == [False, True]
    refused, opened = Incoming.objects.order_by("pk")
    assert (refused.state, refused.error_code) == (IncomingState.REFUSED, "E-PKG-HASH")
    assert opened.state == IncomingState.OPENED
    assert Batch.objects.get().state == State.LOADED


def test_a_file_under_another_header_is_refused_whole_and_the_good_one_follows(show: Show) -> None:
    city = replace(show.cities[0], share=0.1)
    sent = list(show.send(city, unlucky(city.code, Luck.FOREIGN)))
    assert [each.whole for each in sent] == [False, True]
    refused, loaded = Batch.objects.order_by("pk")
    assert (refused.state, refused.error_code) == (State.REFUSED, "E-FILE-HEADER")
    assert (loaded.state, loaded.read) == (State.LOADED, sent[1].rows)


def test_an_hour_without_calls_sends_nothing(show: Show) -> None:
    city = replace(show.cities[0], share=0.0)
    span = Span(city.code, WALL.replace(minute=0) - timedelta(hours=1), WALL.replace(minute=0))
    assert list(show.send(city, span)) == []
    assert show.ledger.through(city.code) == span.end
    assert not Incoming.objects.exists()


def test_live_batches_take_turns_until_none_is_left(show: Show, province) -> None:
    show = replace(show, cities=prepare(province, way=Straight(), now=NOW).cities[8:10])
    list(show.history(now=WALL, days=1))
    pauses: list[float] = []

    class Enough(Exception):
        pass

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > len(show.cities) * HELD_BACK:
            raise Enough

    gone: list[Sent] = []
    with pytest.raises(Enough):
        for sent in show.live(lambda: WALL, pace=7, pause=pause):
            gone.append(sent)
    whole = [sent for sent in gone if sent.whole]
    assert [sent.city for sent in whole] == [city.code for city in show.cities] * HELD_BACK
    assert [sent.period[-2:] for sent in whole[::2]] == ["10", "11", "12", "13", "14", "15"]
    assert pauses == [7] * 12 + [30]
    assert show.next_live(WALL) is None
