"""Result tables: definitions fit their published descriptors; a table is written, read back and checked."""

import csv
import io
import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from canton.exchange import handlers
from canton.exchange.formats import others
from canton.reports.periods import Period
from canton.results import board, definition, describing, difference, files, table, terms
from canton.results.errors import BadPeriod, BadTable
from canton.results.table import Row

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("name", definition.names())
def test_a_definition_fits_its_published_table(name: str) -> None:
    known, shape = describing.ready(name)
    content = json.loads(others.get(known.dataset, known.version).document)
    assert [field["name"] for field in content["fields"]] == list(shape.header)
    assert handlers.tables()[known.dataset] >= {known.version}
    for figure in shape.figures:
        assert figure.title.zh and figure.title.en and figure.meaning.zh and figure.meaning.en
        if figure.ratio:
            assert {figure.ratio.of, figure.ratio.by or figure.ratio.of} <= set(shape.header)
    assert shape.population.zh and shape.population.en


@pytest.mark.parametrize(
    ("rhythm", "text", "first", "last"),
    [
        ("day", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("week", "2026-W53", "2026-12-28", "2027-01-03"),
        ("month", "2026-02", "2026-02-01", "2026-02-28"),
        ("quarter", "2026-Q4", "2026-10-01", "2026-12-31"),
    ],
)
def test_a_period_has_one_name(rhythm: str, text: str, first: str, last: str) -> None:
    days = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert terms.read(text, rhythm) == days
    assert terms.name(days, rhythm) == text


@pytest.mark.parametrize(
    ("rhythm", "text"),
    [("day", "2026-02-30"), ("week", "2026-W54"), ("month", "2026-13"), ("month", "2026-10-01"), ("day", "")],
)
def test_what_is_no_period_is_refused(rhythm: str, text: str) -> None:
    with pytest.raises(BadPeriod):
        terms.read(text, rhythm)


def test_periods_that_are_over_and_their_moments() -> None:
    found = terms.over("month", date(2026, 3, 1), 2)
    assert [terms.name(each, "month") for each in found] == ["2026-01", "2026-02"]
    due = definition.load("traffic-month").due
    assert due.of(found[1], ZONE) == datetime(2026, 3, 5, 4, 0, tzinfo=UTC)


SHAPE = table.get("result-traffic-day", "1.0")
NEWER = table.get("result-traffic-day", "1.1")
AGENTS = table.get("result-agents-week", "1.1")


def line(breakdown: str, key: str = "", **changes: object) -> dict[str, object]:
    values = dict.fromkeys(SHAPE.header, 0) | {
        "breakdown": breakdown, "key": key, "missing_days": "", "offered": 8, "answered": 6, "abandoned": 2,
        "answered_within_15s": 3, "service_level": 0.375, "asa_s": 20 / 6, "aht_s": 50.0, "abandonment": 0.25,
        "answer_wait_seconds": 20, "handle_seconds": 300,
    }  # fmt: skip
    return values | changes


def written(tmp_path, *lines, header=SHAPE.header):
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    path = tmp_path / "table.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def test_a_table_is_read_back_byte_for_byte(tmp_path) -> None:
    path = written(tmp_path, line("total"), line("city", "4401", missing_days=1), line("hour", "7"))
    rows = files.read(path, SHAPE)
    assert [row.place for row in rows] == [("total", ""), ("city", "4401"), ("hour", "7")]
    assert (rows[0].values["asa_s"], rows[1].missing) == (20 / 6, 1)
    path.write_bytes(files.write(SHAPE, rows))
    assert files.read(path, SHAPE) == rows


@pytest.mark.parametrize(
    ("lines", "column"),
    [
        ([line("total"), line("planet", "x")], "breakdown"),
        ([line("total", "44")], "breakdown"),
        ([line("city", "4401")], "breakdown"),
        ([line("total"), line("total")], "key"),
        ([line("total", service_level=0.9)], "service_level"),
        ([line("total", service_level="")], "service_level"),
        ([line("total", offered=-1)], "offered"),
        ([line("total", answered="")], "answered"),
        ([line("total", offered="1e3")], "offered"),
        ([line("total", asa_s="nan")], "asa_s"),
        ([line("total"), line("city", "=cmd\x07")], "key"),
        ([line("total", missing_days="two")], "missing_days"),
    ],
)
def test_a_table_that_is_not_as_described_is_refused_whole(tmp_path, lines, column) -> None:
    with pytest.raises(BadTable) as refused:
        files.read(written(tmp_path, *lines), SHAPE)
    assert refused.value.facts["column"] == column


def unknown(breakdown: str, key: str, days: int, **changes: object) -> dict[str, object]:
    """A line of which nothing is known."""
    line = dict.fromkeys(NEWER.header, "") | {"breakdown": breakdown, "key": key, "missing_days": days}
    return line | changes


def test_a_line_of_which_nothing_is_known_is_empty_not_0(tmp_path) -> None:
    path = written(tmp_path, line("total", missing_days=1), unknown("city", "4401", 1), header=NEWER.header)
    rows = files.read(path, NEWER)
    assert set(rows[1].values.values()) == {None}
    assert (rows[0].known, rows[1].known, rows[1].missing) == (True, False, 1)
    with pytest.raises(BadTable):
        files.read(path, SHAPE)  # as published then, every line has its counts


@pytest.mark.parametrize(
    "wrong", [unknown("city", "4401", 0), unknown("city", "4401", 1, offered=3), unknown("hour", "7", "")]
)
def test_a_line_is_whole_or_unknown_with_days_missing(tmp_path, wrong) -> None:
    with pytest.raises(BadTable):
        files.read(written(tmp_path, line("total"), wrong, header=NEWER.header), NEWER)


def test_hours_without_an_interval_are_not_known_though_contacts_are(tmp_path) -> None:
    """An agent's contacts came, his states did not: 0 hours would be made up."""
    empty = dict.fromkeys(("key", "missing_days", "aht_s"), "")
    told = dict.fromkeys(AGENTS.header, 0) | {"breakdown": "total"} | empty
    hours = ("agents", "logged_in", "ready", "talking", "wrap", "away", "occupancy")
    rows = files.read(written(tmp_path, told | dict.fromkeys(hours, ""), header=AGENTS.header), AGENTS)
    assert [rows[0].values[name] for name in hours] == [None] * len(hours)
    with pytest.raises(BadTable):
        files.read(written(tmp_path, told, header=AGENTS.header), AGENTS)


def test_centres_together_add_what_is_known_and_leave_unknown_what_nobody_knows() -> None:
    shape = table.get("result-surveys-month", "1.1")
    counts = [column.name for column in shape.columns if column.ratio is None]
    first = Row("total", "", None, dict.fromkeys(counts, None) | {"answers": 5})
    rows = [first, Row("total", "", 2, {"answers": 7})]
    sums = board.together(shape, [board.Compared(None, None, row) for row in rows])
    assert (sums["answers"], sums["missing_days"]) == (12, 2)
    assert {sums[name] for name in counts if name != "answers"} == {None}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b'"'])
def test_what_is_no_table_is_refused(tmp_path, content: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(BadTable):
        files.read(path, SHAPE)


def test_a_difference_names_what_changed_came_and_went() -> None:
    old = [Row("total", "", 0, {"a": 1, "b": None}), Row("city", "4401", 0, {"a": 1, "b": 2.5})]
    new = [Row("total", "", 0, {"a": 3, "b": None}), Row("city", "4403", 1, {"a": 2, "b": None})]
    found = [(each.key, each.column, each.before, each.after) for each in difference.between(old, new)]
    assert found == [
        ("", "a", 1, 3),
        ("4403", "missing_days", None, 1), ("4403", "a", None, 2),
        ("4401", "missing_days", 0, None), ("4401", "a", 1, None), ("4401", "b", 2.5, None),
    ]  # fmt: skip
    assert difference.between(new, new) == []
