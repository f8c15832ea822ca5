"""Every constraint of the format refuses what breaks it, with the right line, column, value and reason."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from intake_files import process, read, row, text

from canton.intake import steps


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"contact_id": ""}, ["contact_id:required"]),
        ({"contact_id": "x" * 65}, ["contact_id:length"]),
        ({"centre": "4403"}, ["centre:reference"]),
        ({"centre": "city"}, ["centre:pattern", "centre:reference"]),
        ({"channel": ""}, ["channel:required"]),
        ({"channel": "Voice"}, ["channel:code"]),
        ({"number": "138-0013"}, ["number:pattern"]),
        ({"roaming": "yes"}, ["roaming:code"]),
        ({"category": "9999"}, ["category:code"]),
        ({"category": "02034"}, ["category:code", "category:length"]),
        ({"language": "fr"}, ["language:code"]),
        ({"started": "2026-13-45 99:00:00"}, ["started:type"]),
        ({"started": "2026-11-08"}, ["started:type"]),
        ({"started": "26-11-08 09:14:02"}, ["started:type"]),
        ({"started": "0226-11-08 09:14:02"}, ["started:type"]),
        ({"started": ""}, ["started:required"]),
        ({"queued": "2026-02-30 00:00:00"}, ["queued:type"]),
        ({"ended": "tomorrow"}, ["ended:type"]),
        ({"wait_seconds": "11s"}, ["wait_seconds:type"]),
        ({"wait_seconds": "1.5"}, ["wait_seconds:type"]),
        ({"wait_seconds": "1e3"}, ["wait_seconds:type"]),
        ({"wait_seconds": "-1"}, ["wait_seconds:range"]),
        ({"talk_seconds": "86401"}, ["talk_seconds:range"]),
        ({"talk_seconds": "9" * 15}, ["talk_seconds:range"]),
        ({"talk_seconds": "9" * 30}, ["talk_seconds:type"]),
        ({"hold_seconds": ""}, ["hold_seconds:required"]),
        ({"agent": "张" * 41}, ["agent:length"]),
        ({"outcome": "lost"}, ["outcome:code"]),
        ({"satisfaction": "6"}, ["satisfaction:range"]),
        ({"satisfaction": "good"}, ["satisfaction:type"]),
        ({"resolved": "maybe"}, ["resolved:type"]),
        ({"recording": "r" * 201}, ["recording:length"]),
        ({"queued": "2026-11-08 09:14:01"}, ["queued:before_started"]),
        ({"answered": "2026-11-08 09:14:01"}, ["answered:before_started"]),
        ({"ended": "2026-11-08 09:14:50"}, ["ended:before_answered"]),
        (
            {"outcome": "ivr", "answered": "", "queued": "", "ended": "2026-11-08 09:14:01"},
            ["ended:before_started"],
        ),
        ({"answered": ""}, ["answered:missing"]),
        ({"outcome": "abandoned"}, ["answered:unexpected"]),
        (
            {"contact_id": "", "channel": "pigeon", "satisfaction": "9", "answered": ""},
            ["contact_id:required", "channel:code", "satisfaction:range", "answered:missing"],
        ),
    ],
)
def test_a_broken_rule_refuses_the_row(values: dict[str, str], reasons: list[str], tmp_path: Path) -> None:
    found = process(text([row(contact_id="before"), row(**values), row(contact_id="after")]), tmp_path)
    assert [reason for _, reason in found.reasons] == reasons
    assert {line for line, _ in found.reasons} == {3}
    for _, column, value, reason, _ in found.refused:
        assert reason.startswith(column)
        assert value == values.get(column, value)
    assert (found.checked.read, found.checked.kept, found.checked.refused) == (3, 2, 1)
    assert found.kept["after"]["line"] == 4


@pytest.mark.parametrize(
    ("column", "sent", "stored"),
    [
        ("started", "2026-11-08T09:14:02", "2026-11-08 09:14:02"),
        ("wait_seconds", "0011", "11"),
        ("wait_seconds", "+11", "11"),
        ("number", "", "None"),
        ("category", "02", "02"),
        ("resolved", "0", "False"),
        ("resolved", "", "None"),
        ("agent", "张" * 40, "张" * 40),
        ("agent", 'O"Brien', 'O"Brien'),
        ("recording", "a,b\nc", "a,b\nc"),
        ("recording", "", "None"),
    ],
)
def test_spellings_the_format_allows_are_kept(column: str, sent: str, stored: str, tmp_path: Path) -> None:
    found = process(text([row(**{column: sent})]), tmp_path)
    assert found.reasons == []
    assert str(found.kept["c-1"][column]) == stored


@pytest.mark.parametrize(("hashes", "held"), [(1 << 24, 2 << 30), (1, 0)])
def test_of_a_repeated_contact_the_first_is_kept(
    hashes: int, held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canton.intake.steps.dropped.HASHES", hashes)
    rows = [row(contact_id="a"), row(contact_id="b"), row(contact_id="a", agent="Z"), row(contact_id="a")]
    found = process(text(rows), tmp_path, context={"held": held})
    assert found.reasons == [(4, "contact_id:unique"), (5, "contact_id:unique")]
    assert found.refused[0][1:3] == ("contact_id", "a")
    assert found.kept["a"]["agent"] == "A1024"


def test_what_is_loaded_already_that_day_is_refused(tmp_path: Path) -> None:
    yesterday = {"queued": "", "started": "2026-11-07 23:59:59"}
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    process(text([row(contact_id="a"), row(contact_id="b", **yesterday)]), first)
    [file] = (first / "sort").glob("*.parquet")
    loaded = ((date(2026, 11, 7), file), (date(2026, 11, 8), file))
    found = process(
        text([row(contact_id="a"), row(contact_id="b"), row(contact_id="a")]),
        second,
        context={"loaded": loaded},
    )
    assert found.reasons == [
        (2, "contact_id:already_loaded"),
        (4, "contact_id:unique"),
        (4, "contact_id:already_loaded"),
    ]
    assert list(found.kept) == ["b"]
    assert (found.checked.read, found.checked.kept, found.checked.refused) == (3, 1, 2)


def test_rows_lie_in_the_order_of_the_format_and_those_of_a_moment_as_in_the_file(tmp_path: Path) -> None:
    moments = [f"2026-11-{8 + n % 3:02d} 09:{n * 37 % 60:02d}:{n * 11 % 60:02d}" for n in range(5_000)]
    rows = [
        row(
            contact_id=f"c{n}",
            started=moment,
            queued="",
            answered="",
            outcome="ivr",
            ended="2026-11-11 00:00:00",
        )
        for n, moment in enumerate(moments)
    ]
    process(text(rows), tmp_path)
    stored = read(f"'{tmp_path}/sort/rows.parquet'")
    lying = [(str(each["started"]), each["contact_id"], each["line"]) for each in stored]
    assert lying == [
        (moment, f"c{n}", n + 2) for n, moment in sorted(enumerate(moments), key=lambda each: each[1])
    ]
    assert steps.counts.read(steps.Sorted, tmp_path / "sort").days == Counter(each[:10] for each in moments)


@pytest.mark.parametrize(
    ("values", "home", "kind"),
    [
        ({"number": "13800138000"}, "4401", "local"),
        ({"number": "8613800138000"}, "4401", "local"),
        ({"number": "+8613900139000"}, "4403", "province"),
        ({"number": "13700137000"}, None, "local"),
        ({"number": ""}, None, "local"),
        ({"number": "13900139000", "roaming": "domestic"}, "4403", "domestic"),
        ({"number": "13800138000", "roaming": "international"}, "4401", "international"),
        ({"number": "+85291234567"}, None, "international"),
        ({"number": "0014155550100"}, None, "international"),
        ({"number": "02012345678"}, None, "local"),
    ],
)
def test_a_number_has_a_home_and_a_kind_of_roaming(
    values: dict[str, str], home: str | None, kind: str, tmp_path: Path
) -> None:
    segments = tmp_path / "segments.parquet"
    table = pa.table({"prefix": ["1380013", "1390013"], "centre": ["4401", "4403"]})
    pq.write_table(table, segments)
    found = process(text([row(**values)]), tmp_path, context={"segments": segments})
    kept = found.kept["c-1"]
    assert (kept["home_city"], kept["roaming_kind"], kept["category_head"]) == (home, kind, "02")
    assert kept["batch"] == "GZ-contacts-1"


@pytest.mark.parametrize(
    ("day", "home"),
    [("2026-10-31", "4401"), ("2026-11-01", "4403"), ("2026-12-31", "4403"), ("2027-01-01", None)],
)
def test_a_segment_that_moves_is_at_home_where_it_was_on_the_day_of_the_contact(
    day: str, home: str | None, tmp_path: Path
) -> None:
    table = pa.table({
        "prefix": ["1380013", "1380013", "1390013"], "centre": ["4401", "4403", "4405"],
        "since": [None, date(2026, 11, 1), None], "until": [date(2026, 11, 1), date(2027, 1, 1), None],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "segments.parquet")
    times = {name: f"{day}T09:00:00" for name in ("started", "queued", "answered", "ended")}
    lines = [
        row(contact_id="c-1", number="13800138000", **times),
        row(contact_id="c-2", number="13900139000"),
    ]
    found = process(text(lines), tmp_path, context={"segments": tmp_path / "segments.parquet"})
    assert (found.kept["c-1"]["home_city"], found.kept["c-2"]["home_city"]) == (home, "4405")
