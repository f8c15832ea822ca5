"""Times read by whole columns: what is answered is what Python's own reading answers, and nothing more."""

from datetime import datetime

import pyarrow as pa
import pytest

from canton.intake.steps.moments import read_moments

GOOD = [
    "1900-01-01 00:00:00", "1999-12-31 23:59:59", "2000-02-29 12:30:45", "2024-02-29 00:00:00",
    "2026-11-24 08:05:09", "2199-12-31 23:59:59",
]  # fmt: skip
NOT_READ = [
    "", "2026-11-24", "1899-12-31 23:59:59", "2200-01-01 00:00:00", "1900-02-29 00:00:00",
    "2026-02-29 00:00:00", "2026-00-10 00:00:00", "2026-13-10 00:00:00", "2026-04-31 00:00:00",
    "2026-04-00 00:00:00", "2026-04-01 24:00:00", "2026-04-01 00:60:00", "2026-04-01 00:00:60",
    "2026/04/01 00:00:00", "2026-04-01T00:00:00", "2026-4-01 00:00:000", "+026-04-01 00:00:00",
    "2026-04-01 00:00: 1", "２０２６-04-01 00:0", "2026-04-01 00:00:0é", "20260401 00:00:0000",
    "2026-04-01 00-00-00",
]  # fmt: skip


def test_what_is_plain_is_read_as_python_reads_it() -> None:
    found = read_moments(pa.array(GOOD))
    assert found.type == pa.timestamp("us")
    assert found.to_pylist() == [datetime.strptime(text, "%Y-%m-%d %H:%M:%S") for text in GOOD]  # noqa: DTZ007


@pytest.mark.parametrize("among", [[], GOOD])
def test_what_is_not_plain_stays_for_the_engine(among: list[str]) -> None:
    texts = [each for pair in zip(NOT_READ, NOT_READ, strict=True) for each in (*pair, None, *among)]
    found = read_moments(pa.array(texts, pa.string())).to_pylist()
    assert [text for text, moment in zip(texts, found, strict=True) if moment] == among * len(NOT_READ)


def test_a_part_of_a_column_is_read_alone() -> None:
    column = pa.array(["2026-04-01 00:00:00", None, *GOOD, "x"])
    assert read_moments(column.slice(2, len(GOOD))).to_pylist() == read_moments(pa.array(GOOD)).to_pylist()
    assert read_moments(column.slice(1, 1)).to_pylist() == [None]
    assert read_moments(pa.array([], pa.string())).to_pylist() == []
    assert read_moments(pa.array([None, None], pa.string())).to_pylist() == [None, None]


def test_every_day_there_is() -> None:
    days = [datetime.fromordinal(day) for day in range(693_596, 803_169, 7)]
    found = read_moments(pa.array([f"{day:%Y-%m-%d} 01:02:03" for day in days])).to_pylist()
    assert found == [day.replace(hour=1, minute=2, second=3) for day in days]
