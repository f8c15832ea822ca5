"""Screens of result data: what the province sees of its packages and may do, and what the nation sees."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import reports_data
from django.test import Client, override_settings
from django.utils import timezone

from canton.accounts.choices import Role
from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import folders, keys
from canton.exchange import services as exchange
from canton.exchange.choices import IncomingState
from canton.exchange.models import Chase, Incoming, Link, Outgoing
from canton.results import services
from canton.results.models import Result

pytestmark = pytest.mark.usefixtures("centres", "home")
NAME = "traffic-day"


@pytest.fixture
def seen_by(clerk):
    def sign_in(role=Role.STATISTICS, **where):
        browser = Client()
        browser.force_login(clerk(role, **where), backend="canton.accounts.backends.RoleBackend")
        return browser

    return sign_in


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def yesterday(tmp_path):
    """Six calls of a city, four of them answered, one after more than 15 s."""
    day = timezone.localdate() - timedelta(days=1)
    at = datetime(day.year, day.month, day.day, 9)  # noqa: DTZ001
    waits = (3, 4, 5, 20)
    rows = [reports_data.contact(at, wait_seconds=wait) for wait in waits]
    rows += [reports_data.contact(at, "abandoned", wait_seconds=9) for _ in range(2)]
    reports_data.load(tmp_path / "yesterday", rows, centre="4401", batch="GZ-contacts-yesterday")
    return day.isoformat()


def test_the_province_builds_sends_and_takes_away(seen_by, yesterday, tmp_path):
    browser = seen_by()
    for language, empty in (("zh-hans", "还没有生成"), ("en", "Nothing is built yet")):
        browser.cookies["canton_language"] = language
        assert empty in browser.get("/results/").content.decode()
    wrong = browser.post("/results/build/", {"name": NAME, "period": "1999-01"})
    assert (wrong.status_code, "1999-01 is no period" in wrong.content.decode()) == (422, True)
    built = browser.post("/results/build/", {"name": NAME, "period": yesterday})
    page = browser.get(built.url).content.decode()
    for text in ("50.0", "There is no link to", "Days without data", "What the figures mean"):
        assert text in page
    again = browser.post("/results/build/", {"name": NAME, "period": yesterday}, follow=True)
    assert "The figures have not changed." in again.content.decode()
    assert browser.post(f"{built.url}send/").status_code == 409

    exchange.add_link(
        replace(keys.card("44"), centre="0"), host="127.0.0.1", port=9, actor="test", now=timezone.now()
    )
    sent = browser.post(f"{built.url}send/", follow=True).content.decode()
    assert "waiting to be sent" in sent
    waits = Outgoing.objects.filter(dataset="result-traffic-day")
    waits.update(error_code="E-LINK-DOWN", error_zh="不通", error_en="It is down.")
    assert "It is down." in browser.get(built.url).content.decode()
    operator = seen_by(Role.TRANSMISSION)
    operator.cookies["canton_language"] = "en"
    assert "It is down." in operator.get(f"/exchange/outgoing/{waits.get().pk}/").content.decode()
    listed = browser.get("/results/?state=waiting").content.decode()
    assert f'href="{built.url}"' in listed
    assert f'href="{built.url}"' not in browser.get("/results/?state=received").content.decode()

    found = Result.objects.get()
    told = json.loads(body(browser.get(f"/results/{found.pk}.json")))
    assert (told["figures"]["offered"], told["figures"]["service_level"]) == (6, 0.5)
    sheet = body(browser.get(f"/results/{found.pk}.csv"))
    assert sheet.startswith(b"\xef\xbb\xbf")
    assert Entry.objects.filter(action="results.export_result", target=found.number).count() == 2

    late = [reports_data.contact(datetime.fromisoformat(f"{yesterday}T10:00"), wait_seconds=2)]
    reports_data.load(tmp_path / "late", late, centre="4403", batch="SZ-contacts-late")
    corrected = browser.post("/results/build/", {"name": NAME, "period": yesterday}, follow=True)
    assert "What the correction changed" in corrected.content.decode()
    assert "A corrected package has taken its place." in browser.get(built.url).content.decode()


def test_who_may_see_build_and_send(seen_by, yesterday, city):
    number = services.build(NAME, yesterday, by="cli", now=timezone.now()).result.pk
    assert seen_by(Role.AGENT).get("/results/").status_code == 403
    watcher = seen_by(Role.MONITORING)
    assert watcher.get(f"/results/{number}/").status_code == 200
    assert watcher.get(f"/results/{number}.csv").status_code == 403
    assert watcher.post("/results/build/", {"name": NAME, "period": yesterday}).status_code == 403
    assert watcher.post(f"/results/{number}/send/").status_code == 403
    below = seen_by(centre=city)
    assert below.get(f"/results/{number}/").status_code == 404
    assert below.post(f"/results/{number}/send/").status_code == 403
    assert below.post("/results/build/", {"name": NAME, "period": yesterday}).status_code == 403


@pytest.fixture
def day_before(tmp_path):
    """Three calls of a city the day before, all of them answered within 15 s."""
    day = timezone.localdate() - timedelta(days=2)
    at = datetime(day.year, day.month, day.day, 9)  # noqa: DTZ001
    rows = [reports_data.contact(at, wait_seconds=wait) for wait in (3, 4, 5)]
    reports_data.load(tmp_path / "before", rows, centre="4401", batch="GZ-contacts-before")
    return day.isoformat()


def test_the_nation_sees_what_came_what_is_missing_and_compares(seen_by, yesterday, day_before):
    for day in (day_before, yesterday):
        services.build(NAME, day, by="cli", now=timezone.now())
    Result.objects.update(recorded_at=timezone.now() - timedelta(hours=14))  # before noon, whenever this runs
    with override_settings(CANTON_CENTRE="0"):
        browser = seen_by(centre=Centre.objects.get(pk="0"))
        browser.cookies["canton_language"] = "en"
        assert "No centre below is linked" in browser.get("/results/due/").content.decode()
        for code in ("44", "45"):
            exchange.add_link(replace(keys.card("44"), centre=code), actor="test", now=timezone.now())
        before = timezone.now() - timedelta(days=30)
        Link.objects.update(added_at=before)
        old = (timezone.localdate() - timedelta(days=5)).isoformat()
        Incoming.objects.create(
            link_id="44", sha256="0" * 64, name="refused.zip", bytes=1, dataset="result-traffic-day",
            period=old, sequence=1, received_at=before, state=IncomingState.REFUSED, accepted=False,
        )  # fmt: skip
        assert browser.get("/results/").url == "/results/due/"
        page = browser.get("/results/due/").content.decode()
        assert f"Guangdong {yesterday}: in time" in page
        assert f"Guangdong {old}: came and was refused" in page
        assert f"Guangxi {old}: late" in page
        asked = {"result": NAME, "period": yesterday}
        compared = browser.get("/results/compare/", asked).content.decode()
        assert "1 of 2 centres have sent" in compared
        assert "nothing has come" in compared
        assert "Only one centre to show" in compared
        course = json.loads(re.search(r'id="course"[^>]*>([^<]*)<', compared)[1])
        assert course["series"][0]["values"] == [100.0, 50.0]
        told = json.loads(body(browser.get("/results/compare.json", asked)))
        assert [each["centre"] for each in told["centres"]] == ["44", "45"]
        assert (told["together"]["offered"], told["together"]["service_level"]) == (6, 0.5)
        changes = told["centres"][0]["changes"]
        assert (changes["offered"], changes["service_level"], changes["abandoned"]) == (100.0, -50.0, None)
        sheet = list(csv.reader(io.StringIO(body(browser.get("/results/compare.csv", asked)).decode())))
        guangdong, _guangxi, together = (dict(zip(sheet[0], line, strict=True)) for line in sheet[1:])
        assert guangdong["Offered · PoP (per cent)"] == together["Offered · PoP (per cent)"] == "100.0"
        assert browser.get("/results/compare/", asked | {"period": "soon"}).status_code == 404
        assert browser.get("/formats/result-traffic-day/1.0/schema.json").status_code == 200


def test_the_nation_reminds_of_what_is_late(seen_by, yesterday):
    services.build(NAME, yesterday, by="cli", now=timezone.now())
    with override_settings(CANTON_CENTRE="0"):
        nation = Centre.objects.get(pk="0")
        for code in ("44", "45"):
            exchange.add_link(replace(keys.card("44"), centre=code), actor="test", now=timezone.now())
        Link.objects.update(added_at=timezone.now() - timedelta(days=4))
        watcher, operator = (seen_by(role, centre=nation) for role in (Role.MONITORING, Role.TRANSMISSION))
        assert watcher.post("/results/remind/", {"result": NAME}).status_code == 403
        operator.cookies["canton_language"] = "en"
        missing = operator.get("/results/due/", {"result": NAME}).content.decode()
        assert "Remind Guangxi" in missing
        assert "Remind Guangxi" not in watcher.get("/results/due/").content.decode()
        said = operator.post("/results/remind/", {"result": NAME, "centre": "45"}, follow=True)
        assert "Guangxi reminded." in said.content.decode()
        late = Chase.objects.filter(centre="45", dataset="result-traffic-day")
        days = [(timezone.localdate() - timedelta(days=days)).isoformat() for days in (4, 3, 2)]
        assert set(days) <= set(late.values_list("period", flat=True))
        notice = Outgoing.objects.get(link="45", dataset="notice")
        with zipfile.ZipFile(folders.outbox() / notice.name) as package:
            [told] = [json.loads(package.read(name)) for name in package.namelist() if "notice" in name]
        assert {each["dataset"] for each in told["items"]} >= {"result-traffic-day"}
        assert f"Guangxi {days[0]}: late, reminded" in said.content.decode()
        assert exchange.chase_all(by="system", now=timezone.now()) == 1  # the other centre
        assert not Chase.objects.filter(centre="44", dataset="result-traffic-day", period=yesterday).exists()
        again = operator.post("/results/remind/", {"result": NAME}, follow=True).content.decode()
        assert "Everybody who is late was reminded already." in again
        shown = operator.get("/exchange/notices/").content.decode()
        assert "Daily traffic" in shown
