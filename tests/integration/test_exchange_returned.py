"""Refused rows that came back to their sender: in full for who puts them right, masked for anybody else."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.paginator import Page
from django.test import Client

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import folders, keys, services
from canton.exchange.models import Chase, Duty, Incoming, Link, Notice, Outgoing

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBER = "13812345678"
LISTED = [[3, "number", NUMBER, "number:pattern"], [1234567, "note", "电 138 1234 5678", "note:text"]]
CONTENT = {
    "kind": "sent_back", "batch": "GZ-contacts-2026-11-1", "dataset": "contacts", "period": "2026-11",
    "sequence": 1, "package": "", "rows": 2, "note": "", "listed": LISTED,
    "reasons": [{"code": "number:pattern", "rows": 2, "zh": "号码不对", "en": "no number"}],
}  # fmt: skip


@pytest.fixture
def link(home, province, city) -> Link:
    return services.add_link(keys.card("4401"), actor="test", now=NOW)


@pytest.fixture
def seen_by(clerk) -> Callable[..., Client]:
    def sign_in(role: str, **where: object) -> Client:
        browser = Client()
        browser.force_login(clerk(role, **where), backend="canton.accounts.backends.RoleBackend")
        return browser

    return sign_in


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("role", "full"), [("transmission", True), ("monitoring", False)])
def test_who_puts_rows_right_has_their_numbers_in_full(link, seen_by, role: str, full: bool) -> None:
    common = {"link": link, "bytes": 10}
    came = Incoming.objects.create(name="n", sha256="a" * 64, received_at=NOW, **common)
    notice = Notice.objects.create(link=link, incoming=came, content=CONTENT, received_at=NOW)
    sent = Outgoing.objects.create(name="p.zip", sha256="b" * 64, queued_at=NOW, state="receipted", **common)
    folders.receipts_filed().mkdir(parents=True, exist_ok=True)
    sent.refused_path.write_text(f"line,column,value\n1234567,number,{NUMBER}\n", encoding="utf-8")
    browser = seen_by(role)
    for address in (
        f"/exchange/notices/{notice.pk}/rows.csv",
        f"/exchange/outgoing/{sent.pk}/refused.csv",
    ):
        text = text_of(browser, address)
        assert (NUMBER in text, "138****5678" in text) == (full, not full)
        assert "1234567,n" in text  # the line of the file is a line, however large
    assert ("138 1234 5678" in text_of(browser, f"/exchange/notices/{notice.pk}/rows.csv")) == full
    kept = Entry.objects.filter(action__in=["exchange.export_returned", "exchange.export_receipt"])
    assert {entry.detail["full"] for entry in kept} == {full}


def test_the_schedule_is_searched_and_paged(link, seen_by) -> None:
    cities = list(Centre.objects.filter(tier="city"))
    for dataset in ("contacts", "cases", "surveys"):
        for city in cities:
            Duty.objects.create(dataset=dataset, centre=city, at=time(8), starts_on=NOW.date())
    Duty.objects.create(dataset="agents", centre=None, at=time(8), starts_on=NOW.date())
    browser = seen_by("transmission")
    page = browser.get("/exchange/schedule/").content.decode()
    assert len(cities) == 21
    assert "page=2" in page
    for asked, rows in (("话务员", 1), ("广州", 3), ("4401", 3), ("没有", 0)):
        found = browser.get("/exchange/schedule/", {"q": asked})
        assert len(found.context["page"].object_list) == rows
    for sort, first in (("dataset", "agents"), ("-dataset", "surveys"), ("nonsense", "agents")):
        page = browser.get("/exchange/schedule/", {"sort": sort}).context["page"]
        assert page.object_list[0].dataset == first, sort


def test_reminders_are_searched_sorted_and_paged(link, seen_by) -> None:
    """Five hundred of each: a page shows some of them, the search finds the one."""
    common = {"link": link, "bytes": 10, "received_at": NOW}
    came = [Incoming(name=f"n{n}", sha256=f"{n:064x}", **common) for n in range(500)]
    Incoming.objects.bulk_create(came)
    Notice.objects.bulk_create(
        Notice(
            link=link, incoming=each, received_at=NOW + timedelta(minutes=n),
            acknowledged_at=NOW if n < 490 else None, acknowledged_by="44001" if n < 490 else "",
            content={"items": [{"dataset": "cases", "period": f"{1500 + n}-01", "due": "x"}]},
        )
        for n, each in enumerate(came)
    )  # fmt: skip
    sent = Outgoing.objects.create(
        link=link, name="p.zip", sha256="b" * 64, queued_at=NOW, state="laid", bytes=1
    )
    Chase.objects.bulk_create(
        Chase(
            centre_id="4401", dataset="cases", period=f"{1500 + n}-01", due_at=NOW, at=NOW, by="system",
            outgoing=sent, reply="明天补报" if n == 7 else "", acknowledged_at=NOW if n == 7 else None,
        )
        for n in range(500)
    )  # fmt: skip
    browser = seen_by("transmission")

    def asked(**query: str) -> Page:
        return browser.get("/exchange/notices/", query).context["page"]

    def periods(**query: str) -> list[str]:
        return [each.content["items"][0]["period"] for each in asked(show="came", **query)]

    assert asked(show="came").paginator.count == 500
    assert len(periods()) < 100
    assert periods()[0] == "1999-01"
    assert periods(sort="time")[0] == "1500-01"
    assert periods(state="open")[-1] == "1990-01"
    assert periods(q="1623-01") == ["1623-01"]

    assert asked(show="sent").paginator.count == 500
    assert [each.period for each in asked(show="sent", q="补报")] == ["1507-01"]
    assert [each.period for each in asked(show="sent", state="answered")] == ["1507-01"]
    assert asked(show="sent", sort="-period").object_list[0].period == "1999-01"
    assert asked(show="sent", sort="period").object_list[0].period == "1500-01"
    assert asked(show="sent", centre="4403").paginator.count == 0
