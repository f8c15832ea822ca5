"""A file of segments as people hand it in: read, or refused line by line with the reason."""

from datetime import date

import pytest

from canton.centres.errors import UnreadableList
from canton.centres.segment_list import BYTES, read

CITIES = {"4401": "4401", "广州": "4401", "020": "4401", "4403": "4403", "深圳": "4403"}
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "content",
    [
        b"segment,city,valid_from\n1300040,4401,2026-01-01\n",
        "\ufeff号段,地市,启用日期\r\n1300040,广州,2026-01-01\r\n\r\n".encode(),
        "地市,号段,启用日期\n020,1300040,2026-01-01\n".encode("gb18030"),
    ],
)
def test_files_as_people_have_them(content: bytes) -> None:
    found = read(content, CITIES, today=TODAY)
    assert found.wanted == {"1300040": ("4401", date(2026, 1, 1))}
    assert found.refused == []


def test_each_line_that_is_not_taken_says_why() -> None:
    lines = [
        "segment,city,valid_from", "1300040,4401,", "130004,4401,", "1300041,香港,", "1300040,4403,",
        "1300042,4401,soon", "1300043,,2026-11-24", "1300044,,",
        '"1300045","深圳"', "1300046,4401,2026-11-24",
    ]  # fmt: skip
    found = read("\n".join(lines).encode(), CITIES, today=TODAY)
    assert [(each.line, each.reason) for each in found.refused] == [
        (3, "prefix"), (4, "city"), (5, "twice"), (6, "date"), (7, "future"),
    ]  # fmt: skip
    assert found.wanted == {
        "1300040": ("4401", None), "1300044": ("", None), "1300045": ("4403", None),
        "1300046": ("4401", date(2026, 11, 24)),
    }  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"\xff\xfe\x00\x01",
        b'segment,city\n"1300040',
        b"x" * (BYTES + 1),
        b"PK\x03\x04\x00",
    ],
    ids=["empty", "other columns", "not text", "open quote", "too large", "workbook"],
)
def test_what_is_no_list_is_refused_whole(content: bytes) -> None:
    with pytest.raises(UnreadableList):
        read(content, CITIES, today=TODAY)


def test_a_file_that_calls_its_columns_otherwise_is_read_as_said() -> None:
    content = "segment7,carrier,where\n1300040,x,广州\n".encode()
    with pytest.raises(UnreadableList):
        read(content, CITIES, today=TODAY)
    found = read(content, CITIES, today=TODAY, called={"segment": "Segment7 ", "city": "where"})
    assert found.wanted == {"1300040": ("4401", None)}
    with pytest.raises(UnreadableList):
        read(content, CITIES, today=TODAY, called={"segment": "nobody", "city": "where"})
