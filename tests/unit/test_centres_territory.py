"""Reading the table of number segments; the file is built here by hand, after its published layout."""

import struct

from canton.centres.territory import Territory

CITIES = {"020": "4401", "0755": "4403"}


def published(records: list[str], entries: list[tuple[int, int]]) -> Territory:
    """A data file of these records and (segment, record number) entries."""
    places, body = [], b"2312" + struct.pack("<i", 8 + sum(len(record.encode()) + 1 for record in records))
    for record in records:
        places.append(len(body))
        body += record.encode() + b"\0"
    index = b"".join(struct.pack("<iiB", segment, places[record], 1) for segment, record in entries)
    return Territory(content=body + index, index=len(body), entry="<iiB")


RECORDS = ["广东|广州|510000|020", "广东|深圳|518000|0755", "北京|北京|100000|010", "广东|佛山|528000|0757"]


def test_segments_of_the_province_go_to_their_cities_in_order() -> None:
    territory = published(RECORDS, [(1380755, 1), (1300040, 0), (1301234, 2)])
    assert list(territory.segments("广东", CITIES)) == [("1300040", "4401"), ("1380755", "4403")]


def test_a_city_nobody_knows_is_left_out() -> None:
    assert list(published(RECORDS, [(1380757, 3)]).segments("广东", CITIES)) == []


def test_a_segment_listed_twice_comes_once_with_the_later_city() -> None:
    territory = published(RECORDS, [(1300040, 0), (1300040, 1)])
    assert list(territory.segments("广东", CITIES)) == [("1300040", "4403")]


def test_another_file_has_another_fingerprint() -> None:
    assert published(RECORDS, [(1300040, 0)]).fingerprint != published(RECORDS, [(1300041, 0)]).fingerprint
