"""A province opens a city's original it does not hold: asked, answered and audited over signed packages."""

import json
import shutil
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from exchange_nodes import NOW, link_up

from canton.accounts.choices import Role
from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.exchange import courier
from canton.exchange.choices import OutgoingState
from canton.exchange.models import Incoming, Link, Outgoing
from canton.exchange.services import open_incoming, queue, take_in
from canton.exchange.services.sending import Report
from canton.intake import services as intake
from canton.intake.choices import Route
from canton.intake.layout import load_layout
from canton.queries import letters
from canton.queries.models import OriginalRequest
from canton.records.selectors import original_path

HEADER = (
    "contact_id,centre,channel,number,roaming,category,language,started,queued,answered,ended,wait_seconds,\
talk_seconds,hold_seconds,wrap_seconds,agent,outcome,satisfaction,resolved,recording"
)
ROW = "C1,4401,voice,13800138000,none,0101,zh,1999-01-01 08:00:00,,,1999-01-01 08:01:00,0,0,0,0,,ivr,,,"


@pytest.fixture
def nodes(centres, home, tmp_path, monkeypatch):
    """Both centres in one database, each with a home of its own; the city alone has the file."""
    link_up()
    Link.objects.filter(pk="4401").update(
        host="127.0.0.1", port=1, host_key=Link.objects.get(pk="44").host_key
    )
    path = tmp_path / "january.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    upload = intake.Upload(
        path=path, name=path.name, centre="4401", layout=load_layout("contacts-1.0"), route=Route.COMMAND,
        by="cli", period="1999-01", sequence=1,
    )  # fmt: skip
    batch = intake.accept_file(upload, now=timezone.now()).batch
    other = tmp_path / "city"
    shutil.copytree(home, other)
    shutil.rmtree(home / "originals")

    @contextmanager
    def at_the_city():
        with monkeypatch.context() as patch, override_settings(CANTON_CENTRE="4401", CANTON_HOME=other):
            patch.setenv("CANTON_HOME", str(other))
            yield

    return batch, at_the_city


def test_a_city_gives_its_original_over_the_link_and_both_keep_it_in_the_trail(
    nodes, client, clerk, tmp_path
):
    batch, at_the_city = nodes
    staff = clerk(Role.QUERIES)
    client.force_login(staff, backend="canton.accounts.backends.RoleBackend")
    line = f"/queries/line/{batch.number}/2/"
    assert client.get(line).status_code == 200
    assert client.post(line, {"reason": "why"}).status_code == 422
    assert client.post(line, {"reason": "complaint 17"}).status_code == 302
    client.post(line, {"reason": "the same again"})
    request = OriginalRequest.objects.get()
    question = tmp_path / "question.zip"
    shutil.copyfile(request.outgoing.packed_path, question)
    with at_the_city():
        taken = open_incoming(take_in(question, sender="44", now=NOW), now=NOW)
        assert taken.state == "opened"
        answer = Outgoing.objects.get(dataset=letters.ANSWER)
        packed = tmp_path / "answer.zip"
        shutil.copyfile(answer.packed_path, packed)
    assert open_incoming(take_in(packed, sender="4401", now=NOW), now=NOW).state == "opened"
    assert ROW in original_path(batch.sha256).read_text(encoding="utf-8")
    assert client.get(line)["Location"] == f"/data/originals/{batch.number}/2/"
    page = client.get(client.get(line)["Location"]).content.decode()
    assert "138****8000" in page
    assert "13800138000" not in page
    told = {entry.action: entry for entry in Entry.objects.filter(action__startswith="queries.")}
    assert (told["queries.ask_original"].actor, told["queries.ask_original"].centre) == (staff.number, "44")
    assert (told["queries.give_original"].actor, told["queries.give_original"].centre) == ("link:44", "4401")
    assert told["queries.give_original"].detail["by"] == staff.number
    assert told["queries.give_original"].detail["reason"] == "complaint 17"
    assert told["queries.file_original"].detail["sha256"] == batch.sha256


@pytest.mark.parametrize(
    ("asker", "content", "code"),
    [
        ("44", {"sha256": "0" * 64}, "E-ORIGINAL-SCOPE"),
        ("44", {"sha256": "../../etc/passwd"}, "E-ORIGINAL-QUESTION"),
        ("44", {"line": 0}, "E-ORIGINAL-QUESTION"),
        ("4403", {}, "E-ORIGINAL-SCOPE"),
    ],
)
def test_what_may_not_be_given_is_refused_with_its_reason(nodes, tmp_path, asker, content, code):
    batch, at_the_city = nodes
    known = {
        "request": "r",
        "sha256": batch.sha256,
        "batch": batch.number,
        "line": 2,
        "by": "1",
        "reason": "because",
    }
    path = tmp_path / "question.json"
    path.write_text(json.dumps(known | content))
    Link.objects.filter(pk=asker).update(signing_key=Link.objects.get(pk="44").signing_key)
    with override_settings(CANTON_CENTRE=asker):
        asked = queue(path, report=Report(letters.QUESTION), to=Centre.objects.get(pk="4401"), now=NOW)
    copy = tmp_path / "question.zip"
    shutil.copyfile(asked.packed_path, copy)
    with at_the_city():
        taken = open_incoming(take_in(copy, sender=asker, now=NOW), now=NOW)
    assert (taken.state, taken.error_code) == ("refused", code)
    assert not Outgoing.objects.filter(dataset=letters.ANSWER).exists()


def test_a_file_nobody_asked_for_is_not_kept(nodes, tmp_path):
    batch, at_the_city = nodes
    with at_the_city():
        sent = queue(
            original_path(batch.sha256),
            report=Report(letters.ANSWER),
            to=Centre.objects.get(pk="44"),
            now=NOW,
        )
        copy = tmp_path / "answer.zip"
        shutil.copyfile(sent.packed_path, copy)
    taken = open_incoming(take_in(copy, sender="4401", now=NOW), now=NOW)
    assert (taken.state, taken.error_code) == ("refused", "E-ORIGINAL-UNASKED")
    assert Incoming.objects.count() == 1


@pytest.fixture
def asked(nodes, client, clerk):
    """The page of a line whose original was asked for."""
    batch, _ = nodes
    client.force_login(clerk(Role.QUERIES), backend="canton.accounts.backends.RoleBackend")
    line = f"/queries/line/{batch.number}/2/"
    client.post(line, {"reason": "complaint 17"})
    return line


def test_city_that_is_down_is_said_so_and_asked_again_on_request(asked, client):
    outgoing = OriginalRequest.objects.get().outgoing
    courier.send(outgoing.pk)  # nobody listens at its port
    page = client.get(asked).content.decode()
    assert "E-LINK-DOWN" in page
    Outgoing.objects.filter(pk=outgoing.pk).update(next_attempt_at=NOW + timedelta(days=999))
    assert client.post(asked, {"act": "again"}).status_code == 302
    outgoing.refresh_from_db()
    assert outgoing.next_attempt_at < NOW + timedelta(days=998)
    assert Entry.objects.filter(action="queries.ask_again").count() == 1


def test_question_to_a_city_that_calls_us_lies_ready(asked, client):
    Link.objects.filter(pk="4401").update(host="", port=None)
    courier.send(OriginalRequest.objects.get().outgoing.pk)
    request = OriginalRequest.objects.get()
    assert request.outgoing.state == OutgoingState.LAID


def test_numbers_of_lines_are_shown_to_those_who_may_with_a_reason(asked, nodes, client, clerk):
    batch, _ = nodes
    excerpt = letters.Excerpt(batch.sha256, 2, 1, (HEADER.encode(), ROW.encode()))
    OriginalRequest.objects.update(arrived_at=NOW, only_lines=True, excerpt=excerpt.content())
    page = client.get(asked).content.decode()
    assert "138****8000" in page and "13800138000" not in page
    assert client.post(asked, {"act": "numbers", "reason": "x"}).status_code == 422
    answer = client.post(asked, {"act": "numbers", "reason": "complaint 17"})
    assert "13800138000" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert Entry.objects.get(action="queries.show_original").detail["reason"] == "complaint 17"
    client.force_login(clerk(Role.DATA_PROCESSING), backend="canton.accounts.backends.RoleBackend")
    refused = client.post(asked, {"act": "numbers", "reason": "complaint 17"})
    assert refused.status_code == 422 and "13800138000" not in refused.content.decode()
