"""The call log of 1999: the real months come through whole and count as by hand; unseen dirt is refused."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from intake_files import process

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "bank1999_calls"
HEADER = [
    "vru+line",
    "call_id",
    "customer_id",
    "priority",
    "type",
    "date",
    "vru_entry",
    "vru_exit",
    "vru_time",
    "q_start",
    "q_exit",
    "q_time",
    "outcome",
    "ser_start",
    "ser_exit",
    "ser_time",
    "server",
]
CALL = {
    "vru+line": "AA0999",
    "call_id": "70001",
    "customer_id": "0",
    "priority": "1",
    "type": "PS",
    "date": "990704",
    "vru_entry": "9:10:05",
    "vru_exit": "9:10:15",
    "vru_time": "10",
    "q_start": "9:10:15",
    "q_exit": "9:10:40",
    "q_time": "25",
    "outcome": "AGENT",
    "ser_start": "9:10:39",
    "ser_exit": "9:14:39",
    "ser_time": "240",
    "server": "SOMEBODY",
}
NO_QUEUE = {"q_start": "0:00:00", "q_exit": "0:00:00", "q_time": "0"}
NO_SERVICE = {"ser_start": "0:00:00", "ser_exit": "0:00:00", "ser_time": "0", "server": "NO_SERVER"}


def call(**values: str) -> str:
    return "\t".join({**CALL, **values}.values())


def file(*lines: str, end: str = "\r\n") -> bytes:
    return end.join(["\t".join(HEADER), *lines, ""]).encode()


@pytest.mark.parametrize(("month", "rows"), [("january", 31_599), ("february", 33_344)])
def test_a_real_month_counts_as_counted_by_hand(month: str, rows: int, tmp_path: Path) -> None:
    path = DATA / f"{month}.txt"
    if not path.exists():
        pytest.skip("the real call logs are not on this machine")
    head, *lines = path.read_text("latin-1").splitlines()
    calls = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    found = process(path, tmp_path, layout="technion1999")
    assert (found.checked.read, found.checked.kept, found.checked.refused) == (rows, rows, 0)
    kept = found.kept.values()
    agents = [each for each in calls if each["outcome"] == "AGENT"]
    gave_up = [each for each in calls if each["outcome"] == "HANG" and int(each["q_time"]) > 0]
    outcomes = Counter(each["outcome"] for each in kept)
    assert outcomes["answered"] == len(agents)
    assert outcomes["abandoned"] == len(gave_up)
    assert outcomes["void"] == sum(each["outcome"] == "PHANTOM" for each in calls)
    within = sum(each["outcome"] == "answered" and each["wait_seconds"] <= 15 for each in kept)
    assert within == sum(int(each["q_time"]) <= 15 for each in agents)
    waits = sum(each["wait_seconds"] for each in kept if each["outcome"] == "answered")
    assert waits == sum(int(each["q_time"]) for each in agents)
    assert {each["line"]: each["contact_id"] for each in kept} == {
        line: f"{each['vru+line']}-{each['call_id']}" for line, each in enumerate(calls, start=2)
    }
    by_hour = Counter(each["started"].strftime("%y%m%d %-H") for each in kept)
    assert by_hour == Counter(f"{each['date']} {int(each['vru_entry'].split(':')[0])}" for each in calls)
    assert {each["agent"] for each in kept} - {None} == {each["server"] for each in calls} - {"NO_SERVER"}
    assert all(each["started"] <= each["ended"] < each["started"] + timedelta(hours=12) for each in kept)
    set_back = sum(-43_200 < int(each["vru_time"]) < 0 for each in calls)
    assert found.checked.repairs["clock:set_back"] == set_back


def at(clock: str, day: int = 4) -> datetime:
    return datetime.strptime(f"1999-07-{day:02d} {clock}", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - local time


@pytest.mark.parametrize(
    ("values", "expected", "repairs"),
    [
        ({}, {"outcome": "answered", "wait_seconds": 25, "talk_seconds": 240, "answered": at("9:10:39")}, {}),
        ({"server": "NO_SERVER"}, {"outcome": "answered", "agent": None}, {}),
        (
            NO_SERVICE | {"outcome": "HANG"},
            {"outcome": "abandoned", "answered": None, "ended": at("9:10:40")},
            {},
        ),
        (
            NO_SERVICE | NO_QUEUE | {"outcome": "HANG"},
            {"outcome": "ivr", "queued": None, "ended": at("9:10:15")},
            {},
        ),
        ({"outcome": "PHANTOM"}, {"outcome": "void", "answered": None}, {}),
        (NO_QUEUE, {"outcome": "answered", "queued": None, "wait_seconds": 0}, {}),
        ({"type": "PE"}, {"language": "en", "category": "05", "category_head": "05"}, {}),
        ({"type": "NE"}, {"language": "other", "category": None}, {}),
        ({"type": "AA"}, {"category": None}, {"category:unknown": 1}),
        (
            {"vru_entry": "23:59:50", "vru_exit": "23:59:59", "q_start": "0:00:00", "q_exit": "0:00:25"}
            | {"ser_start": "0:00:24", "ser_exit": "0:04:24"},
            {"queued": at("0:00:00", 5), "answered": at("0:00:24", 5), "ended": at("0:04:24", 5)},
            {"clock:past_midnight": 1},
        ),
        (
            NO_QUEUE
            | {
                "vru_entry": "23:59:50",
                "vru_exit": "23:59:58",
                "ser_start": "0:00:00",
                "ser_exit": "0:04:00",
            },
            {"answered": at("0:00:00", 5), "ended": at("0:04:00", 5), "queued": None},
            {"clock:past_midnight": 1},
        ),
        (
            {"vru_exit": "9:09:15", "vru_time": "-50", "q_start": "9:09:15", "q_exit": "9:09:40"}
            | {"ser_start": "9:09:39", "ser_exit": "9:13:39"},
            {
                "started": at("9:10:05"),
                "queued": at("9:10:05"),
                "answered": at("9:10:05"),
                "ended": at("9:13:39"),
            },
            {"clock:set_back": 1},
        ),
        (
            {"ser_start": "0:00:00", "ser_exit": "0:00:00", "ser_time": "0"},
            {"outcome": "answered", "answered": at("9:10:40"), "ended": at("9:10:40"), "agent": "SOMEBODY"},
            {"answered:no_clock": 1},
        ),
        ({"server": 'O"BRIEN "Q"'}, {"agent": 'O"BRIEN "Q"'}, {}),
        ({"server": "  DANA "}, {"agent": "DANA"}, {}),
        ({"server": ""}, {"agent": None}, {}),
    ],
)
def test_a_call_becomes_a_contact(
    values: dict[str, str], expected: dict[str, object], repairs: dict[str, int], tmp_path: Path
) -> None:
    found = process(file(call(**values)), tmp_path, layout="technion1999")
    assert found.reasons == []
    contact = found.kept["AA0999-70001"]
    assert {key: contact[key] for key in expected} == expected
    assert found.checked.repairs == repairs
    assert found.checked.repaired == bool(repairs)


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        (call(outcome="LOST"), [("outcome", "LOST", "outcome:code")]),
        (call(date="990230"), [("date", "990230", "date:type")]),
        (call(date="99-7-4"), [("date", "99-7-4", "date:type")]),
        (call(vru_entry="25:10:05"), [("vru_entry", "25:10:05", "vru_entry:type")]),
        (call(ser_start="noon"), [("ser_start", "noon", "ser_start:type")]),
        (call(call_id="7x001"), [("call_id", "7x001", "call_id:type")]),
        (call(vru_time="1o"), [("vru_time", "1o", "vru_time:type")]),
        (call(q_time="25s"), [("q_time", "25s", "q_time:type")]),
        (call(**NO_QUEUE | {"q_time": "0s"}), [("q_time", "0s", "q_time:type")]),
        (call(**NO_SERVICE | {"ser_time": "0s"}), [("ser_time", "0s", "ser_time:type")]),
        (call(q_time="-25"), [("q_time", "-25", "wait_seconds:range")]),
        (call(ser_time="-3"), [("ser_time", "-3", "talk_seconds:range")]),
        (call(ser_time=""), [("ser_time", "", "ser_time:required")]),
        (call(server="S" * 41), [("server", "S" * 41, "agent:length")]),
        (call() + "\tmore", [("", "18", "row:too_many_fields")]),
        (call() + "\t", [("", "18", "row:too_many_fields")]),
        (call().rsplit("\t", 1)[0], [("", "16", "row:too_few_fields")]),
        ("garbage", [("", "1", "row:too_few_fields")]),
        (
            call(date="x", outcome="y"),
            [("date", "x", "date:type"), ("outcome", "y", "outcome:code")],
        ),
    ],
)
def test_dirt_is_refused_with_line_column_value_and_reason(
    line: str, reasons: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    before, after = call(call_id="1"), call(call_id="2")
    found = process(file(before, line, after), tmp_path, layout="technion1999")
    assert found.refused == [(3, column, value, reason, line) for column, value, reason in reasons]
    assert {name: kept["line"] for name, kept in found.kept.items()} == {"AA0999-1": 2, "AA0999-2": 4}


def test_a_month_of_dirt_loses_no_line(tmp_path: Path) -> None:
    lines = [call(call_id=str(number)) for number in range(200)]
    lines[10], lines[20], lines[30] = "", lines[19], lines[30].replace("SOMEBODY", "SOM\ufffd")
    content = file(*lines, end="\n").replace("\ufffd".encode(), b"\xe9")
    content = content.replace(b"\n", b"\r\n", 50)
    found = process(content, tmp_path, layout="technion1999")
    assert (found.checked.read, found.checked.kept, found.checked.refused) == (199, 197, 2)
    assert found.reasons == [(22, "contact_id:unique"), (32, "row:encoding")]
    assert found.kept["AA0999-199"]["line"] == 201
