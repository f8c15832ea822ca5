"""Refused rows that came back to their sender: in full for who puts them right, masked for anybody else."""

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from django.test import Client

from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import folders, keys, services
from canton.exchange.models import Duty, Incoming, Link, Notice, Outgoing

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
