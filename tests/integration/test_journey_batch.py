"""Journey 1: a city's files travel to the province by SFTP, are loaded and reported, and receipts come back.

City and province are homes, databases and processes of their own. The province's worker is killed (SIGKILL)
once in each of the six steps. The report is held against a count that uses nothing of Canton.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from centre_nodes import PATIENCE, Node, opened
from contact_files import row, rows, write

CALLS = Path(__file__).parents[2].parent / "shared" / "data" / "bank1999_calls"
NURSERY, HAND = Path(__file__).with_name("nursery.py"), Path(__file__).with_name("hand.py")
STEPS = {"receive", "check", "classify", "sort", "load", "receipt"}
UNDER_WAY = """
    SELECT 'receive' FROM procrastinate_jobs WHERE task_name = 'exchange.open_package' AND status = 'doing'
    UNION ALL SELECT step FROM intake_steprun WHERE state = 'running'"""


@pytest.fixture(scope="module")
def open_node() -> Iterator[Callable[[str], Node]]:
    """Opens a centre: open_node("4401")."""
    with opened() as make:
        yield make


@pytest.fixture(scope="module")
def nodes(open_node: Callable[[str], Node]) -> Iterator[tuple[Node, Node]]:
    """City 4401 and province 44, known to each other; the province's SFTP server is open."""
    city, province = open_node("4401"), open_node("44")
    for one, other, where in ((city, province, True), (province, city, False)):
        card = one.home / "neighbour.json"
        card.write_text(other.canton("link", "export"))
        address = ["--host", "127.0.0.1", "--port", province.environment["CANTON_SFTP_PORT"]] if where else []
        one.canton("link", "add", str(card), *address)
    server = province.start("-m", "canton.exchange.sftp")
    yield city, province
    server.terminate()
    server.communicate(timeout=PATIENCE)


class Killer:
    """The province's worker, killed once in each step; its nursery starts another."""

    def __init__(self, province: Node) -> None:
        self.province = province
        self.left = set(STEPS)
        self.nursery = province.start(str(NURSERY), out=subprocess.PIPE)
        self.worker = self._next()

    def watch(self, sending: "subprocess.Popen[str]") -> None:
        """Kill the worker in every step it has not been killed in, until the sender has its receipt."""
        end = time.monotonic() + PATIENCE
        with psycopg.connect(self.province.database, autocommit=True) as session:
            while sending.poll() is None:
                assert time.monotonic() < end, self.left
                if self.left & self._under_way(session):
                    self._kill(session)
                time.sleep(0.002 if self.left else 0.1)

    def stop(self) -> None:
        self.nursery.communicate(timeout=PATIENCE)

    def _kill(self, session: "psycopg.Connection[tuple[str]]") -> None:
        """Kill it; that counts for the steps that are still under way when it is dead."""
        os.kill(self.worker, signal.SIGKILL)
        self.worker = self._next()
        self.left -= self._under_way(session)

    def _next(self) -> int:
        assert self.nursery.stdout is not None
        return int(self.nursery.stdout.readline())

    @staticmethod
    def _under_way(session: "psycopg.Connection[tuple[str]]") -> set[str]:
        return {step for (step,) in session.execute(UNDER_WAY).fetchall()}


def sent(city: Node, province: Node, files: dict[str, Path], *options: str) -> list[dict[str, object]]:
    """Send files by the name of their period while the worker is being killed; answer their receipts."""
    killer, receipts = Killer(province), []
    try:
        for period, path in files.items():
            name = ["--period", period, "--sequence", "1", *options]
            sending = city.ask("send", str(path), *name, "--wait", "--json")
            killer.watch(sending)
            answer = json.loads(sending.communicate()[0])
            assert (sending.returncode, answer["state"]) == (0, "receipted"), answer
            receipts.append(answer["receipt"])
    finally:
        killer.stop()
    assert killer.left == set()
    return receipts


def reported(province: Node, start: str, end: str) -> dict[str, object]:
    asked = ["--centre", "4401", "--from", start, "--to", end, "--format", "json"]
    answer: dict[str, object] = json.loads(province.canton("report", "traffic", *asked))
    return answer


@pytest.mark.skipif(CALLS.is_dir(), reason="the real call logs are there and go the same way")
def test_files_of_our_own(nodes: tuple[Node, Node], tmp_path: Path) -> None:
    city, province = nodes
    good = rows(20_000, first=20_000)  # from April 2001 on: the real months stay alone in their year
    for each in good[:500]:
        each |= {"outcome": "abandoned", "answered": "", "agent": "", "talk_seconds": 0}
    for each in good[500:800]:
        each["wait_seconds"] = 16
    bad = [row(40_000, channel="pigeon"), row(40_001, ended="yesterday")]
    [receipt] = sent(city, province, {"2001-04": write(tmp_path / "own.csv", [*good, *bad])})

    counts = {name: receipt[name] for name in ("batch", "duplicate", "read", "kept", "refused", "reasons")}
    assert counts == {
        "batch": "GZ-contacts-2001-04-1",
        "duplicate": False,
        "read": 20_002,
        "kept": 20_000,
        "refused": 2,
        "reasons": {"channel:code": 1, "ended:type": 1},
    }
    [filed] = (city.home / "receipts" / "filed").glob("*.csv")
    assert [line.split(",")[:4] for line in filed.read_text("utf-8").splitlines()[1:]] == [
        ["20002", "channel", "pigeon", "channel:code"],
        ["20003", "ended", "yesterday", "ended:type"],
    ]
    report = reported(province, "2001-01-01", "2003-12-31")
    assert (report["offered"], report["answered"], report["abandoned"]) == (20_000, 19_500, 500)
    assert report["answered_within_15s"] == 19_200
    assert report["service_level"] == pytest.approx(0.96)


def counted(files: list[Path]) -> dict[str, float]:
    """The figures of call logs as their documentation defines them, with nothing of Canton."""
    calls = []
    for file in files:
        header, *lines = file.read_bytes().decode("ascii").splitlines()
        calls += [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
    answered = [call for call in calls if call["outcome"] == "AGENT"]
    abandoned = [call for call in calls if call["outcome"] == "HANG" and int(call["q_time"]) > 0]
    within = [call for call in answered if int(call["q_time"]) <= 15]
    offered = len(answered) + len(abandoned)
    return {
        "offered": offered,
        "answered": len(answered),
        "abandoned": len(abandoned),
        "answered_within_15s": len(within),
        "service_level": len(within) / offered,
        "asa_s": sum(int(call["q_time"]) for call in answered) / len(answered),
        "aht_s": sum(int(call["ser_time"]) for call in answered) / len(answered),
    }


@pytest.mark.skipif(not CALLS.is_dir(), reason=f"the real call logs are not there: {CALLS}")
def test_two_months_of_a_real_call_centre(nodes: tuple[Node, Node]) -> None:
    city, province = nodes
    files = {"1999-01": CALLS / "january.txt", "1999-02": CALLS / "february.txt"}
    receipts = sent(city, province, files, "--layout", "technion1999")
    lines = [path.read_bytes().count(b"\n") - 1 for path in files.values()]
    assert [receipt["read"] for receipt in receipts] == lines
    assert [receipt["refused"] for receipt in receipts] == [0, 0]

    report = reported(province, "1999-01-01", "1999-02-28")
    expected = counted(list(files.values()))
    assert {name: report[name] for name in expected} == pytest.approx(expected)


class Hand:
    """A centre played by hand: hand("work") answers what tests/integration/hand.py does."""

    def __init__(self, node: Node) -> None:
        self.process = node.start(str(HAND), out=subprocess.PIPE)

    def __call__(self, name: str, *arguments: object, **more: object) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, arguments, more]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.communicate(timeout=PATIENCE)


@pytest.fixture
def hands(nodes: tuple[Node, Node]) -> Iterator[tuple[Hand, Hand]]:
    both = Hand(nodes[0]), Hand(nodes[1])
    yield both
    for hand in both:
        hand.stop()


def test_originals_are_opened_over_the_link(hands: tuple[Hand, Hand], tmp_path: Path) -> None:
    """The province asks over SFTP; the city gives, cannot, or may not, and both keep who asked and why."""
    city, province = hands
    numbers = {name: f"138{place}0138000" for place, name in enumerate(("whole", "huge", "gone", "refused"))}
    files = {
        name: write(tmp_path / f"{name}.csv", [{**row(50_000 + i), "number": number} for i in range(400)])
        for name, number in numbers.items()
    }
    batches = {name: province("batch", str(path), f"2004-{name}") for name, path in files.items()}
    kept = {name: city("keep", str(path)) for name, path in files.items() if name != "refused"}
    city("lose", kept["gone"])
    for name, number in batches.items():
        province("ask", number, 200, 1_000 if name == "huge" else 1 << 30)
    province("work")
    status, _, text = province("page", batches["whole"], 200)
    assert status == 200 and "has not called since" in text  # the city is not there: said as it is
    for _ in range(2):
        city("work")  # fetches the questions, answers by SFTP, brings receipts
        province("work")

    status, leads, _ = province("page", batches["whole"], 200)
    assert (status, leads) == (302, f"/data/originals/{batches['whole']}/200/")
    _, _, text = province("page", batches["huge"], 200)
    assert "138****8000" in text and numbers["huge"] not in text
    assert province("largest_package", "original-lines") < 6_000 < files["huge"].stat().st_size
    assert province("page", batches["huge"], 200, act="numbers", reason="x")[0] == 422
    status, _, text = province("page", batches["huge"], 200, act="numbers", reason="complaint 17")
    assert status == 200 and numbers["huge"] in text
    assert "E-ORIGINAL-MISSING" in province("page", batches["gone"], 200)[2]
    assert "E-ORIGINAL-SCOPE" in province("page", batches["refused"], 200)[2]

    asked, given = province("trail"), city("trail")
    assert asked.count(["30118", "queries.ask_original"]) == 4
    assert asked.count(["link:4401", "queries.file_original"]) == 2
    assert asked.count(["30118", "queries.show_original"]) == 1
    assert given == [["link:44", "queries.give_original"]] * 2
