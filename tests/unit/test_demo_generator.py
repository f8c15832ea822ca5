"""The demonstration's files: the same every time, busy like real ones, untidy in every way."""

import csv
import re
from collections import Counter
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from canton.demo.cities import City, cities
from canton.demo.dirt import ALL_KINDS, LATE, REPEAT
from canton.demo.generator import COLUMNS, Written, write

LETTERS = {"4401": "GZ", "4403": "SZ", "4408": "ZJ", "4413": "HZ", "4453": "YF"}
SEGMENTS = {"4401": 60, "4403": 50, "4408": 12, "4413": 250, "4453": 5}
PREFIXES = {code: [f"13{position:03d}{code[2:]}" for position in range(n)] for code, n in SEGMENTS.items()}
MONDAY = datetime(2026, 11, 9)  # noqa: DTZ001 - the wall clock of the file
REQUIRED = ("contact_id", "started", "ended", "outcome", "language")
DURATIONS = ("wait_seconds", "talk_seconds", "wrap_seconds")
STRANGE = frozenset({"fax", "maybe", "HANGUP", "yue"})
CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def city(code: str) -> City:
    return next(each for each in cities(LETTERS, PREFIXES) if each.code == code)


def make(folder: Path, code: str, *, days: int = 1, dirt: float | None = None) -> Written:
    end = MONDAY + timedelta(days=days)
    return write(folder / f"{code}.csv", city(code), start=MONDAY, end=end, dirt=dirt)


def hour(folder: Path, at: int, dirt: float) -> Written:
    start, end = MONDAY + timedelta(hours=at), MONDAY + timedelta(hours=at + 1)
    return write(folder / f"hour-{at}.csv", city("4401"), start=start, end=end, dirt=dirt)


def rows(written: Written) -> list[dict[str, str]]:
    with written.path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_city_and_hours_give_the_same_bytes(tmp_path: Path) -> None:
    first = sha256(make(tmp_path, "4401").path.read_bytes()).hexdigest()
    assert sha256(make(tmp_path, "4401").path.read_bytes()).hexdigest() == first
    assert sha256(make(tmp_path, "4403").path.read_bytes()).hexdigest() != first


def test_hours_of_a_day_are_slices_of_the_day(tmp_path: Path) -> None:
    whole = {row["contact_id"] for row in rows(make(tmp_path, "4401", dirt=0))}
    hours = [row["contact_id"] for at in range(24) for row in rows(hour(tmp_path, at, dirt=0))]
    assert sorted(hours) == sorted(whole)


def test_a_clean_file_keeps_every_rule(tmp_path: Path) -> None:
    written = make(tmp_path, "4401", days=2, dirt=0)
    found = rows(written)
    assert len(found) == written.rows > 1000
    assert len({row["contact_id"] for row in found}) == len(found)
    for row in found:
        assert tuple(row) == COLUMNS
        assert row["centre"] == "4401"
        moments = [row[name] for name in ("started", "queued", "answered", "ended") if row[name]]
        assert moments == sorted(moments)
        assert all(CLOCK.fullmatch(moment) for moment in moments)
        assert bool(row["answered"]) is (row["outcome"] == "answered") is bool(row["agent"])
        assert re.fullmatch(r"(\+?\d{8,15})?", row["number"])


def test_every_kind_of_dirt_occurs_and_is_counted(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for code in ("4401", "4403", "4408"):
        seen.update(make(tmp_path, code, days=3, dirt=0.2).dirt)
    for at in (9, 10, 11):
        seen.update(hour(tmp_path, at, dirt=0.2).dirt)
    assert set(seen) == set(ALL_KINDS)


def test_dirt_is_what_its_name_says(tmp_path: Path) -> None:
    """Faults counted here by hand, without Canton's checks, agree with what the generator says it did."""
    written = make(tmp_path, "4401", days=5, dirt=0.2)
    with written.path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    whole = [dict(zip(COLUMNS, line, strict=True)) for line in lines if len(line) == len(COLUMNS)]
    repeated = Counter(row["contact_id"] for row in whole)
    found = {
        "too few fields": sum(len(line) < len(COLUMNS) for line in lines),
        "too many fields": sum(len(line) > len(COLUMNS) for line in lines),
        "missing": sum(not all(row[name] for name in REQUIRED) for row in whole),
        "date form": sum(bool(row["started"]) and not _is_moment(row["started"]) for row in whole),
        "type": sum(not all(re.fullmatch(r"-?\d+", row[name]) for name in DURATIONS) for row in whole),
        "pattern": sum(not re.fullmatch(r"(\+?\d{3,20})?", row["number"]) for row in whole),
        "choice": sum(not STRANGE.isdisjoint(row.values()) for row in whole),
        "centre": sum(row["centre"] != "4401" for row in whole),
        "length": sum(len(row["agent"]) > 40 for row in whole),
        "backwards": sum(row["ended"].startswith("2000") for row in whole),
        REPEAT: sum(n - 1 for contact_id, n in repeated.items() if contact_id),
    }
    said = {kind: written.dirt.get(kind, 0) for kind in found}
    assert found == said | {REPEAT: said[REPEAT] + written.dirt.get(LATE, 0)}
    assert all(found.values())


def _is_moment(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return False
    return True


def test_cities_differ_in_size_and_tidiness(tmp_path: Path) -> None:
    large, small = make(tmp_path, "4401", days=3), make(tmp_path, "4453", days=3)
    assert large.rows > 5 * small.rows
    assert small.dirt == {}
    untidy = make(tmp_path, "4408", days=3)
    assert sum(untidy.dirt.values()) / untidy.rows > 3 * sum(large.dirt.values()) / large.rows


def test_calls_peak_in_the_morning_and_rest_at_the_weekend(tmp_path: Path) -> None:
    hours: Counter[int] = Counter()
    days: Counter[int] = Counter()
    for row in rows(make(tmp_path, "4401", days=14, dirt=0)):
        hours[int(row["started"][11:13])] += 1
        days[datetime.fromisoformat(row["started"]).weekday()] += 1
    assert max(hours, key=hours.__getitem__) in {9, 10, 11}
    assert hours[3] * 15 < hours[10]
    weekday, weekend = sum(days[day] for day in range(5)) / 5, (days[5] + days[6]) / 2
    assert weekday > weekend * 1.1


@pytest.mark.parametrize(("code", "good"), [("4403", True), ("4408", False)])
def test_short_staff_miss_the_target_and_lose_callers(tmp_path: Path, code: str, good: bool) -> None:
    offered = answered = within = 0
    for row in rows(make(tmp_path, code, days=14, dirt=0)):
        if row["outcome"] not in {"answered", "abandoned"}:
            continue
        offered += 1
        answered += row["outcome"] == "answered"
        within += row["outcome"] == "answered" and int(row["wait_seconds"]) <= 15
    assert (within / offered >= 0.85) is good
    assert (answered / offered > 0.97) is good
