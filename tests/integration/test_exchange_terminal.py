"""The data-transmission terminal: what the operator sees of links, queues and what is due, and may do."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from canton.audit.models import Entry
from canton.exchange import folders, keys, services
from canton.exchange.choices import OutgoingState
from canton.exchange.models import Chase, Duty, Incoming, Link, Notice, Outgoing

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PAGES = ["", "outgoing/", "incoming/", "schedule/", "notices/"]


@pytest.fixture
def link(home, province, city) -> Link:
    return services.add_link(keys.card("4401"), actor="test", now=NOW)


@pytest.fixture
def seen_by(clerk) -> Callable[..., Client]:
    def sign_in(role: str = "transmission", **where: object) -> Client:
        browser = Client()
        browser.force_login(clerk(role, **where), backend="canton.accounts.backends.RoleBackend")
        return browser

    return sign_in


@pytest.fixture
def late(link) -> Duty:
    start = timezone.localdate() - timedelta(days=4)
    duty = Duty(dataset="contacts", centre_id="4401", at=time(8), starts_on=start, chase_by_itself=False)
    return services.save_duty(duty, by="test", now=NOW)


def sent(link: Link, state: str = "queued", **more: object) -> Outgoing:
    number = Outgoing.objects.count()
    common = {
        "bytes": 100,
        "dataset": "contacts",
        "period": "2026-10",
        "sequence": 1,
        "queued_at": timezone.now(),
    }
    digest = f"{number:064x}"
    outgoing = Outgoing.objects.create(
        link=link, name=f"44-{number}.zip", sha256=digest, state=state, **common, **more
    )
    (folders.outbox() / outgoing.name).write_bytes(b"package")
    return outgoing


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands_empty_and_full(seen_by, link, late, settings, page, language):
    browser = seen_by()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if language == "en":  # full
        sent(link, error_code="E-LINK-DOWN", error_en="away", next_attempt_at=timezone.now())
        sent(link, "sending", carried=50)
        came = Incoming.objects.create(
            link=link, name="a.zip", sha256="a" * 64, bytes=9, received_at=timezone.now(), dataset="contacts"
        )
        item = {"dataset": "contacts", "period": "2026-10", "due": "2026-11-01T08:00:00+08:00"}
        Notice.objects.create(link=link, incoming=came, content={"items": [item]}, received_at=timezone.now())
        (folders.dropbox("4401") / "in" / "b.zip.part").write_bytes(b"half")
        services.chase(link.peer, by="44001", now=timezone.now())
    answer = browser.get(f"/exchange/{page}")
    assert answer.status_code == 200
    assert ("Guangdong" in answer.content.decode()) is (language == "en")


def test_pages_are_for_those_who_may_see_links(seen_by, link):
    for page in PAGES:
        assert seen_by("agent").get(f"/exchange/{page}").status_code == 403
    assert seen_by("monitoring").post("/exchange/remind/").status_code == 403
    assert seen_by("monitoring").get("/exchange/schedule/new/").status_code == 403


def test_late_centre_is_shown_and_reminded_by_the_button(seen_by, link, late):
    browser = seen_by()
    page = browser.get("/exchange/")
    [behind] = page.context["behind"]
    assert (behind.centre.pk, len(behind.due) >= 3) == ("4401", True)
    browser.post("/exchange/remind/", {"centre": "4401"})
    browser.post("/exchange/remind/", {"centre": "4401"})
    browser.post("/exchange/remind/")
    assert Outgoing.objects.filter(dataset="notice").count() == 1
    assert Chase.objects.count() == len(behind.due)
    assert browser.post("/exchange/remind/", {"centre": "4499"}).status_code == 404


def test_city_staff_see_their_own_line_only(seen_by, link, late, city):
    services.add_link(keys.card("4403"), actor="test", now=NOW)
    Duty.objects.update(centre=None)
    page = seen_by(centre=city).get("/exchange/")
    assert [centre.pk for centre, _ in page.context["board"]] == ["4401"]


def test_package_is_sent_again_and_taken_back(seen_by, link):
    browser = seen_by()
    given_up = sent(link, "failed", error_code="E-LINK-DOWN", error_en="away", attempts=9)
    address = f"/exchange/outgoing/{given_up.pk}/"
    assert browser.get(address).status_code == 200
    browser.post(f"{address}retry/")
    given_up.refresh_from_db()
    assert (given_up.state, given_up.attempts) == (OutgoingState.QUEUED, 0)
    browser.post(f"{address}cancel/")
    given_up.refresh_from_db()
    assert given_up.state == OutgoingState.CANCELLED
    browser.post(f"{address}retry/")
    done = sent(link, "receipted", receipt=None)
    browser.post(f"/exchange/outgoing/{done.pk}/cancel/")
    given_up.refresh_from_db()
    done.refresh_from_db()
    assert (given_up.state, done.state) == (OutgoingState.CANCELLED, OutgoingState.RECEIPTED)
    said = Entry.objects.filter(action__in=["exchange.retry", "exchange.cancel"]).order_by("pk")
    assert list(said.values_list("action", flat=True)) == ["exchange.retry", "exchange.cancel"]


def test_refused_rows_of_a_receipt_are_a_file(seen_by, link):
    answered = sent(link, "receipted")
    assert seen_by().get(f"/exchange/outgoing/{answered.pk}/refused.csv").status_code == 404
    answered.refused_path.write_text("line\n2\n")
    answer = seen_by().get(f"/exchange/outgoing/{answered.pk}/refused.csv")
    assert b"".join(answer.streaming_content) == b"line\n2\n"
    assert Entry.objects.filter(action="exchange.export_receipt").count() == 1


def test_schedule_is_edited(seen_by, link):
    browser = seen_by()
    given = {
        "dataset": "contacts", "centre": "", "rhythm": "daily", "after": "1", "at": "08:00",
        "grace_minutes": "30", "starts_on": "2026-11-01", "ends_on": "", "chase_hours": "24",
        "parts": "16",
    }  # fmt: skip
    assert browser.post("/exchange/schedule/new/", given | {"ends_on": "2026-10-01"}).status_code == 422
    assert (
        browser.post("/exchange/schedule/new/", given | {"rhythm": "monthly", "after": "0"}).status_code
        == 422
    )
    assert browser.post("/exchange/schedule/new/", given | {"parts": "0"}).status_code == 422
    assert browser.post("/exchange/schedule/new/", given).status_code == 302
    assert browser.post("/exchange/schedule/new/", given).status_code == 422  # there is one for everybody
    duty = Duty.objects.get()
    assert browser.post(f"/exchange/schedule/{duty.pk}/", given | {"grace_minutes": "90"}).status_code == 302
    assert Duty.objects.get().grace_minutes == 90
    assert browser.post(f"/exchange/schedule/{duty.pk}/delete/").status_code == 302
    assert not Duty.objects.exists()


def test_reminder_is_acknowledged_by_staff_of_the_centre_itself(seen_by, link, city, tmp_path: Path):
    came = Incoming.objects.create(link=link, name="a.zip", sha256="a" * 64, bytes=9, received_at=NOW)
    item = {"dataset": "contacts", "period": "2026-10", "due": "2026-11-01T08:00:00+08:00"}
    notice = Notice.objects.create(link=link, incoming=came, content={"items": [item]}, received_at=NOW)
    address = f"/exchange/notices/{notice.pk}/"
    assert seen_by(centre=city).post(address, {"reply": "x"}).status_code == 422
    browser = seen_by()
    assert browser.post(address, {"reply": "coming"}).status_code == 302
    assert browser.post(address, {"reply": "again"}).status_code == 422
    notice.refresh_from_db()
    assert notice.reply == "coming"


def test_lists_ask_the_database_as_often_for_many(seen_by, link, late, django_assert_max_num_queries):
    browser = seen_by()
    for _ in range(30):
        sent(link)
    for page, most in (("", 34), ("outgoing/", 16)):
        browser.get(f"/exchange/{page}")
        with django_assert_max_num_queries(most):
            browser.get(f"/exchange/{page}")
