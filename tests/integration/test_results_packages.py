"""Result packages: counted, packed once, corrected, sent, sent again by the province; taken in by the nation.

One database plays both; expected figures are counted from the rows by code that uses nothing of Canton.
"""

import csv
import io
import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import reports_data
from click.testing import CliRunner
from django.test import override_settings

from canton.audit.models import Entry
from canton.exchange import keys, packages
from canton.exchange import services as exchange
from canton.exchange.models import Incoming, Outgoing
from canton.exchange.signatures import SigningKey
from canton.results import files, services, tabled
from canton.results.commands import result as command
from canton.results.models import Result

pytestmark = pytest.mark.usefixtures("centres", "home")
NOW = datetime(1999, 2, 10, 4, 0, tzinfo=UTC)
NAME, DAY = "traffic-day", "1999-01-02"


@pytest.fixture
def rows(tmp_path):
    return reports_data.january(tmp_path / "january")


@pytest.fixture
def linked():
    """The province knows the nation, which nobody answers for, and the nation the province."""
    card = keys.card("44")
    nation = replace(card, centre="0")
    exchange.add_link(nation, host="127.0.0.1", port=1, actor="test", now=NOW)
    with override_settings(CANTON_CENTRE="0"):
        exchange.add_link(card, actor="test", now=NOW)


def ask(*arguments):
    """What `canton result …` answers: (exit code, its output as JSON if it is any)."""
    done = CliRunner().invoke(command, [*arguments])
    text = done.stdout_bytes.decode()
    return done.exit_code, json.loads(text) if text.startswith(("{", "[")) else text


def by_hand(rows, day):
    """Traffic of a day, of the province and of its cities."""
    found = Counter()
    for row in rows:
        if row["started"].strftime("%Y-%m-%d") != day or row["outcome"] not in ("answered", "abandoned"):
            continue
        for place in ("44", row["centre"]):
            found[place, "offered"] += 1
            found[place, row["outcome"]] += 1
            found[place, "within"] += row["outcome"] == "answered" and row["wait_seconds"] <= 15
    return found


def test_built_once_corrected_when_figures_changed_and_kept(rows, tmp_path):
    counted = by_hand(rows, DAY)
    code, first = ask("build", NAME, DAY, "--json")
    assert (code, first["new"], first["sequence"], first["state"]) == (0, True, 1, "built")
    assert ask("build", NAME, DAY, "--json")[1] == first | {"new": False, "changes": 0}
    figures = ask("show", NAME, DAY, "--json")[1]
    assert {name: figures["figures"][name] for name in ("offered", "answered", "answered_within_15s")} == {
        "offered": counted["44", "offered"],
        "answered": counted["44", "answered"],
        "answered_within_15s": counted["44", "within"],
    }
    cities = {row["key"]: row for row in figures["by"]["city"]}
    assert len(cities) == 21
    assert figures["figures"]["missing_days"] == 19
    assert (cities["4405"]["offered"], cities["4405"]["answered"]) == (None, None)  # not 0: nobody knows
    assert (cities["4405"]["service_level"], cities["4405"]["missing_days"]) == (None, 1)
    for city in ("4401", "4403"):
        share = counted[city, "within"] / counted[city, "offered"]
        assert cities[city]["service_level"] == share

    late = [reports_data.contact(datetime(1999, 1, 2, 9), wait_seconds=3)]  # noqa: DTZ001
    reports_data.load(tmp_path / "late", late, centre="4405", batch="ST-contacts-late")
    code, second = ask("build", NAME, DAY, "--json")
    assert (second["new"], second["sequence"], second["changes"] > 3) == (True, 2, True)
    assert ask("show", NAME, DAY, "--json")[1]["figures"]["offered"] == counted["44", "offered"] + 1
    old = ask("show", NAME, DAY, "--sequence", "1", "--json")[1]
    assert (old["figures"]["offered"], old["current"]) == (counted["44", "offered"], False)
    assert [each["sequence"] for each in ask("list", "--json")[1]] == [2]
    assert all(each.path.is_file() for each in Result.objects.all())
    assert {row["missing_days"] for row in old["by"]["hour"]} == {None}
    table = list(csv.DictReader(io.StringIO(ask("show", NAME, DAY, "--csv")[1])))
    unknown = next(row for row in table if row["key"] == "4406")
    assert {name: unknown[name] for name in ("offered", "answer_wait_seconds", "missing_days")} == {
        "offered": "", "answer_wait_seconds": "", "missing_days": "1",
    }  # fmt: skip
    assert int(table[0]["offered"]) == counted["44", "offered"] + 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("build", NAME, "1999-13-01"), 2),
        (("build", NAME, "1999-01"), 2),
        (("build", NAME, "2999-01-01"), 2),
        (("build", "weather", DAY), 2),
        (("build", NAME, "1998-06-01"), 1),
        (("send", NAME, DAY), 1),
        (("show", NAME, DAY), 1),
    ],
)
def test_commands_say_what_was_asked_wrongly(arguments, code):
    assert ask(*arguments)[0] == code


def test_sent_in_order_once_and_refused_ones_again(rows, linked, tmp_path):
    morning = datetime(1999, 1, 3, 2, tzinfo=UTC)
    built = services.build(NAME, DAY, by="cli", now=morning).result
    first = services.send(built, by="cli", now=morning)
    assert services.send(first, by="cli", now=morning).outgoing == first.outgoing
    assert (first.state, first.outgoing.dataset) == ("waiting", "result-traffic-day")
    Outgoing.objects.filter(pk=first.outgoing.pk).update(state="refused", error_code="E-PKG-VERSION")
    first.refresh_from_db()
    again = services.resend(first, by="cli", now=morning + timedelta(hours=1))
    assert again.outgoing != first.outgoing
    assert (again.sequence, again.figures_sha256) == (1, first.figures_sha256)
    late = [reports_data.contact(datetime(1999, 1, 2, 9))]  # noqa: DTZ001
    reports_data.load(tmp_path / "late", late, centre="4405", batch="ST-contacts-late")
    touched = services.work_off(now=datetime(1999, 1, 4, 3, 30, tzinfo=UTC))
    assert [each.number for each in touched if each.name == NAME] == [
        "44-traffic-day-1999-01-01-1",
        "44-traffic-day-1999-01-02-2",
        "44-traffic-day-1999-01-03-1",
    ]
    queued = Outgoing.objects.filter(dataset="result-traffic-day", period=DAY, state="queued")
    assert [each.sequence for each in queued.order_by("queued_at")] == [1, 2]
    assert services.work_off(now=datetime(1999, 1, 4, 3, 35, tzinfo=UTC)) == []
    assert Entry.objects.filter(action="results.send_result", target=f"44-{NAME}-{DAY}-1").count() == 2


class Nation:
    """Centre 0, which gets packages of the province that somebody wrote by hand."""

    def __init__(self, folder):
        self.folder = folder

    def package(self, content, *, key=None, **changes):
        self.folder.mkdir(exist_ok=True)
        file = self.folder / "result-traffic-day.csv"
        file.write_bytes(content)
        manifest = packages.Manifest(
            sender="44", recipient="0", dataset="result-traffic-day", version="1.1", created=NOW,
            period=DAY, sequence=1,
        )  # fmt: skip
        source = packages.Source(file)
        changed = replace(manifest, **changes)
        return packages.pack([source], manifest=changed, key=key or keys.signing(), into=self.folder).path

    def gets(self, path, now=NOW) -> Incoming:
        copy = self.folder / "copy" / path.name
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)
        with override_settings(CANTON_CENTRE="0"):
            incoming = exchange.take_in(copy, sender="44", now=now)
            return exchange.open_incoming(incoming, now=now)


@pytest.fixture
def nation(tmp_path, linked):
    return Nation(tmp_path / "nation")


@pytest.fixture
def content(rows):
    """A table as the province makes it; the nation has nothing of it."""
    built = services.build(NAME, DAY, by="cli", now=NOW).result
    found = files.write(tabled.of(built), tabled.rows(built))
    Result.objects.all().delete()
    return found


def test_the_nation_files_once_and_a_correction_takes_its_place(nation, content):
    first = nation.package(content)
    incoming = nation.gets(first)
    assert (incoming.state, incoming.accepted) == ("opened", True)
    nation.gets(first)
    assert Incoming.objects.get().repeats == 1
    again = nation.gets(nation.package(content, created=NOW + timedelta(hours=1)))
    assert (again.accepted, Result.objects.count()) == (True, 1)
    lines = content.decode().splitlines()
    changed = "\n".join(lines[:2] + lines[3:]) + "\n"
    corrected = nation.gets(nation.package(changed.encode(), sequence=2))
    assert corrected.accepted
    held = Result.objects.get(current=True)
    assert (held.sequence, held.centre_id, len(tabled.rows(held))) == (2, "44", len(lines) - 2)
    assert not Result.objects.get(sequence=1).current
    assert Entry.objects.filter(action="results.take_result").count() == 3
    assert nation.gets(nation.package(changed.encode())).error_code == "E-RESULT-SEQUENCE"


@pytest.mark.parametrize(
    ("changes", "edit", "code"),
    [
        ({"key": SigningKey.new()}, None, "E-PKG-SIGNATURE"),
        ({"sender": "45"}, None, "E-PKG-SENDER"),
        ({"version": "9.9"}, None, "E-PKG-VERSION"),
        ({"recipient": "44"}, None, "E-PKG-CENTRE"),
        ({"dataset": "result-quality-week"}, None, "E-RESULT-CENTRE"),
        ({"period": "1999-01"}, None, "E-RESULT-PERIOD"),
        ({"period": "1999-02-10"}, None, "E-RESULT-EARLY"),
        ({}, (b"city,4401", b"city,3201"), "E-RESULT-SENDER"),
        ({}, (b"\ntotal,", b"\nsum,"), "E-RESULT-TABLE"),
    ],
)
def test_the_nation_refuses_whole_with_a_reason(nation, content, changes, edit, code):
    path = nation.package(content.replace(*edit) if edit else content, **changes)
    incoming = nation.gets(path)
    assert (incoming.state, incoming.error_code, incoming.accepted) == ("refused", code, False)
    assert incoming.error_zh != incoming.error_en
    assert incoming.receipt
    assert not Result.objects.exists()


def test_changed_bytes_are_refused(nation, content):
    path = nation.package(content)
    damaged = bytearray(path.read_bytes())
    at = damaged.index(b"data/result-traffic-day.csv") + 40
    damaged[at] ^= 0xFF
    path.write_bytes(damaged)
    assert nation.gets(path).error_code in ("E-PKG-HASH", "E-PKG-ZIP")
    assert not Result.objects.exists()
