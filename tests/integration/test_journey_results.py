"""Journey 1, upwards: result packages wait while the nation is down, and go by HTTPS when it is up.

Province and nation are homes, databases and processes of their own. Figures at the nation are held against a
count that uses nothing of Canton.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import certificates
import psycopg
import reports_data
from centre_nodes import PATIENCE, Errands, Node, free_port, opened

ONE, TWO = "1999-01-02", "1999-01-03"
FILED = "SELECT period, sequence FROM results_result ORDER BY id"
TRIED = "SELECT count(*) FROM exchange_outgoing WHERE error_code = 'E-LINK-DOWN'"
DAY_PASSES = "UPDATE exchange_outgoing SET queued_at = queued_at - interval '1 day'"
WENT = "SELECT DISTINCT went_by FROM exchange_outgoing"
SERVING = "granian --interface wsgi --blocking-threads 2 --log-level warning"
WAITING = "SELECT count(*) FROM exchange_outgoing WHERE state <> 'receipted'"


def asked(node: Node, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(node.database, autocommit=True) as session:
        found = session.execute(sql)
        return found.fetchall() if found.description else []


def until(node: Node, sql: str, holds: Callable[[int], bool], what: str) -> None:
    """Wait until a count in a centre's database is as it shall be."""
    end = time.monotonic() + PATIENCE
    with psycopg.connect(node.database, autocommit=True) as session:
        while not holds(session.execute(sql).fetchone()[0]):
            assert time.monotonic() < end, what
            time.sleep(0.2)


@contextmanager
def running(node: Node, *commands: str) -> Iterator[None]:
    """Processes of a centre, ended afterwards."""
    started = [node.start("-m", *command.split()) for command in commands]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.communicate(timeout=PATIENCE)


@contextmanager
def errands(node: Node) -> Iterator[Errands]:
    found = Errands(node)
    try:
        yield found
    finally:
        found.end()


def meet(one: Errands, other: Errands, node: Node, *address: str) -> None:
    """Let `one` know `other`."""
    card = node.home / "neighbour.json"
    card.write_text(other.told("link", "export"))
    one.told("link", "add", str(card), *address)


def by_hand(day: str) -> tuple[int, int]:
    """Calls of a day that asked for an agent, and those answered within 15 s."""
    rows = [row for row in reports_data.january_rows() if f"{row['started']:%Y-%m-%d}" == day]
    offered = [row for row in rows if row["outcome"] in ("answered", "abandoned")]
    within = [row for row in offered if row["outcome"] == "answered" and row["wait_seconds"] <= 15]
    return len(offered), len(within)


def test_a_nation_that_is_down_for_a_day_gets_everything_once_and_in_order() -> None:
    with opened() as make:
        above, below = make("0"), make("44")
        with errands(above) as nation, errands(below) as province:
            certificate, key = certificates.made(above.home)
            below.environment["CANTON_CA_FILE"] = str(certificate)
            port = free_port()
            meet(province, nation, below, "--url", f"https://127.0.0.1:{port}")
            web = f"{SERVING} --port {port} --ssl-certificate {certificate} --ssl-keyfile {key}"
            meet(nation, province, above)
            province.told("january", str(below.home / "january"))
            with running(below, "canton.cli worker"):
                for day in (ONE, TWO):
                    province.told("result", "build", "traffic-day", day)
                    sent = json.loads(province.told("result", "send", "traffic-day", day, "--json"))
                    assert sent["state"] == "waiting"
                until(below, TRIED, lambda count: count > 0, "the province never tried")
                province.told("late", str(below.home / "late"))
                corrected = json.loads(province.told("result", "build", "traffic-day", ONE, "--json"))
                assert (corrected["sequence"], corrected["new"]) == (2, True)
                province.told("result", "send", "traffic-day", ONE)
                asked(below, DAY_PASSES)
                assert asked(above, FILED) == []
                with running(above, f"{web} canton.wsgi:application", "canton.cli worker"):
                    until(below, WAITING, lambda count: count == 0, "a receipt never came")
            assert asked(below, WENT) == [("https",)]
            assert asked(above, FILED) == [(ONE, 1), (TWO, 1), (ONE, 2)]
            held = {each["period"]: each for each in json.loads(nation.told("result", "list", "--json"))}
            assert {period: each["sequence"] for period, each in held.items()} == {ONE: 2, TWO: 1}
            for day, more in ((ONE, 1), (TWO, 0)):
                told = json.loads(
                    nation.told("result", "show", "traffic-day", day, "--centre", "44", "--json")
                )
                offered, within = by_hand(day)
                figures = told["figures"]
                assert (figures["offered"], figures["answered_within_15s"]) == (offered + more, within + more)
                assert figures["service_level"] == (within + more) / (offered + more)
            home = {each["period"]: each for each in json.loads(province.told("result", "list", "--json"))}
            for day in (ONE, TWO):
                assert home[day]["state"] == "received"
                assert home[day]["receipt"]["batch"] == f"44-traffic-day-{day}-{home[day]['sequence']}"
                assert home[day]["figures_sha256"] == held[day]["figures_sha256"]
