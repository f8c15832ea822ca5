"""The traffic figures equal a count made by hand: plain Python over the same rows, no code of Canton."""
# ruff: noqa: DTZ001 (data files carry the local wall clock, without a zone)

from collections import defaultdict
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canton.reports import engine
from canton.reports.engine import Page, Question

TEXT, NUMBER, MOMENT = pa.string(), pa.int32(), pa.timestamp("us")
COLUMNS = {
    "contact_id": TEXT, "centre": TEXT, "channel": TEXT, "number": TEXT, "roaming": TEXT, "category": TEXT,
    "language": TEXT, "started": MOMENT, "queued": MOMENT, "answered": MOMENT, "ended": MOMENT,
    "wait_seconds": NUMBER, "talk_seconds": NUMBER, "hold_seconds": NUMBER, "wrap_seconds": NUMBER,
    "agent": TEXT, "outcome": TEXT, "satisfaction": NUMBER, "resolved": pa.bool_(), "recording": TEXT,
    "day": pa.date32(), "home_city": TEXT, "roaming_kind": TEXT, "category_head": TEXT, "batch": TEXT,
    "line": pa.int64(),
}  # fmt: skip
FIRST, LAST = date(1999, 1, 1), date(1999, 1, 3)
QUESTION = Question(FIRST, LAST, ("4401", "4403"))
FIGURES = ("offered", "answered", "abandoned", "answered_within_15s", "service_level", "asa_s", "aht_s",
           "abandonment", "short_abandoned", "ivr", "void")  # fmt: skip

contacts = st.fixed_dictionaries(
    {
        "centre": st.sampled_from(["4401", "4403", "4405"]),
        "started": st.datetimes(datetime(1998, 12, 31, 22), datetime(1999, 1, 4, 2)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
        "outcome": st.sampled_from(["answered", "answered", "abandoned", "ivr", "void"]),
        "wait_seconds": st.sampled_from([0, 1, 4, 5, 6, 14, 15, 16, 300]),
        "talk_seconds": st.integers(0, 900),
        "hold_seconds": st.integers(0, 60),
        "wrap_seconds": st.integers(0, 60),
        "agent": st.sampled_from([None, "ANNA", "BEN"]),
        "category": st.sampled_from([None, "0101", "02"]),
        "channel": st.sampled_from(["voice", "web", "sms"]),
    }
)


def write(rows, path):
    """The rows as one stored Parquet file; what a row does not name gets a harmless value or none."""
    full = [
        {
            "contact_id": f"c{number}", "channel": "voice", "number": "13800001234", "roaming": "none",
            "language": "zh", "ended": row["started"] + timedelta(seconds=600), "batch": "GZ-contacts-1",
            "line": number, "day": row["started"].date(),
        } | row
        for number, row in enumerate(rows, 2)
    ]  # fmt: skip
    columns = {name: pa.array([row.get(name) for row in full], kind) for name, kind in COLUMNS.items()}
    pq.write_table(pa.table(columns), path)
    return path


def by_hand(rows):
    """The eleven figures of MISSION B over rows already chosen."""
    answered = [row for row in rows if row["outcome"] == "answered"]
    abandoned = [row for row in rows if row["outcome"] == "abandoned"]
    offered = len(answered) + len(abandoned)
    within = sum(row["wait_seconds"] <= 15 for row in answered)
    handled = sum(row["talk_seconds"] + row["hold_seconds"] + row["wrap_seconds"] for row in answered)
    return {
        "offered": offered,
        "answered": len(answered),
        "abandoned": len(abandoned),
        "answered_within_15s": within,
        "service_level": within / offered if offered else None,
        "asa_s": sum(row["wait_seconds"] for row in answered) / len(answered) if answered else None,
        "aht_s": handled / len(answered) if answered else None,
        "abandonment": len(abandoned) / offered if offered else None,
        "short_abandoned": sum(row["wait_seconds"] <= 5 for row in abandoned),
        "ivr": sum(row["outcome"] == "ivr" for row in rows),
        "void": sum(row["outcome"] == "void" for row in rows),
    }


def chosen(rows):
    return [
        row for row in rows if row["centre"] in QUESTION.centres and FIRST <= row["started"].date() <= LAST
    ]


def figures(result, line):
    return {figure.name: line.value(figure) for figure in result.definition.figures}


SPLITS = {
    "hour": lambda row: (row["started"].hour,),
    "day": lambda row: (row["started"].date(),),
    "city": lambda row: (row["centre"],),
    "category": lambda row: (row["category"],),
    "channel": lambda row: (row["channel"],),
    "agent": lambda row: (row["centre"], row["agent"]),
    "rhythm": lambda row: (row["started"].date(), row["started"].hour),
}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(contacts, max_size=40))
def test_every_figure_of_every_breakdown_equals_the_count_by_hand(tmp_path, rows):
    file = write(rows, tmp_path / "one.parquet")
    result = engine.run(engine.ready("traffic"), QUESTION, [file])
    mine = chosen(rows)
    assert figures(result, result.total) == by_hand(mine)
    for name, key_of in SPLITS.items():
        groups = defaultdict(list)
        for row in mine:
            groups[key_of(row)].append(row)
        found = {line.keys: figures(result, line) for line in result.by[name]}
        assert {keys: found.pop(keys) for keys in groups} == {
            keys: by_hand(group) for keys, group in groups.items()
        }
        assert all(each == by_hand([]) for each in found.values()), (
            name
        )  # only the empty places of an axis are left


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(contacts, min_size=5, max_size=40))
def test_rows_behind_a_figure_are_as_many_as_it_counts(tmp_path, rows):
    file = write(rows, tmp_path / "one.parquet")
    definition = engine.ready("traffic")
    result = engine.run(definition, QUESTION, [file])
    for figure in definition.figures:
        for name in ("", "day", "city", "category", "agent"):
            for line in result.by[name][:3] if name else [result.total]:
                selection = engine.selection(definition, figure.name, name, line.keys)
                counted = line.counts[figure.counted]
                assert engine.count(definition, QUESTION, [file], selection) == counted


def test_rows_come_sorted_in_pages_and_ties_keep_the_order_of_lines(tmp_path):
    moment = datetime(1999, 1, 1, 9)
    waits = [5, 3, 3, 9, 3]
    rows = [
        {"centre": "4401", "started": moment, "outcome": "answered", "wait_seconds": wait, "talk_seconds": 1,
         "hold_seconds": 0, "wrap_seconds": 0}
        for wait in waits
    ]  # fmt: skip
    file = write(rows, tmp_path / "one.parquet")
    definition = engine.ready("traffic")

    def read(**page):
        selection = engine.selection(definition, "offered", "", ())
        return list(
            engine.rows(definition, QUESTION, [file], selection, Page(("wait_seconds", "line"), **page))
        )

    assert read(sort="wait_seconds") == [(3, 3), (3, 4), (3, 6), (5, 2), (9, 5)]
    assert read(sort="wait_seconds", descending=True, limit=2, offset=1) == [(5, 2), (3, 3)]


def test_without_files_counts_are_zero_and_rates_undefined():
    result = engine.run(engine.ready("traffic"), QUESTION, [])
    assert figures(result, result.total) == by_hand([])
    assert figures(result, result.total)["service_level"] is None
    assert [line.key for line in result.by["hour"]] == list(range(24))
    assert [line.key for line in result.by["day"]] == [FIRST, date(1999, 1, 2), LAST]
    assert result.by["agent"] == ()


def test_a_wait_of_fifteen_seconds_counts_and_one_of_sixteen_does_not(tmp_path):
    base = {"centre": "4401", "started": datetime(1999, 1, 3, 23, 59, 59), "outcome": "answered",
            "talk_seconds": 10, "hold_seconds": 0, "wrap_seconds": 0}  # fmt: skip
    file = write([base | {"wait_seconds": wait} for wait in (15, 16)], tmp_path / "one.parquet")
    total = engine.run(engine.ready("traffic"), QUESTION, [file]).total
    assert (total.counts["offered"], total.counts["answered_within_15s"]) == (2, 1)


def test_unknown_names_are_refused_by_name():
    definition = engine.ready("traffic")
    with pytest.raises(engine.UnknownPart, match="nonsense"):
        engine.selection(definition, "nonsense", "", ())
    with pytest.raises(engine.UnknownPart, match="weather"):
        engine.selection(definition, "offered", "weather", ("rain",))
    with pytest.raises(engine.UnknownPart):
        engine.selection(definition, "offered", "agent", ("ANNA",))
    assert tuple(figure.name for figure in definition.figures) == FIGURES
