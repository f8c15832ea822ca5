"""Segments: where numbers are at home, on screen and in the file the analytical engine reads."""

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from django.test import Client

from canton.accounts.models import Staff
from canton.centres import reference
from canton.centres.models import Centre, Edition, Segment
from canton.centres.selectors import home_of, segment_counts, segment_table
from canton.centres.territory import Territory

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("centres", "home")


def territory(*entries: tuple[int, str]) -> Territory:
    """A number table of these (segment, area code) entries, all in Guangdong."""
    body, index = b"test\0\0\0\0", b""
    for segment, area_code in entries:
        index += struct.pack("<iiB", segment, len(body), 1)
        body += f"广东|某市|000000|{area_code}".encode() + b"\0"
    return Territory(content=body + index, index=len(body), entry="<iiB")


def test_the_file_holds_what_the_table_holds() -> None:
    held = duckdb.sql(f"select prefix, centre from '{segment_table()}' order by 1").fetchall()
    assert held == list(Segment.objects.values_list("prefix", "centre_id"))
    assert len(held) > 50_000


def test_the_file_is_written_once_and_again_only_for_another_edition() -> None:
    written = segment_table().stat().st_mtime_ns
    assert segment_table().stat().st_mtime_ns == written
    reference.load_segments(territory((1999999, "020")), NOW)
    found = duckdb.sql(f"select centre from '{segment_table()}' where prefix = '1999999'").fetchall()
    assert found == [("4401",)]


@pytest.mark.parametrize("content", [b"", b"PAR1 half a file"])
def test_a_broken_file_is_written_anew(content: bytes, home: Path) -> None:
    path = home / "reference" / "segments.parquet"
    path.parent.mkdir()
    path.write_bytes(content)
    assert duckdb.sql(f"select count(*) > 50000 from '{segment_table()}'").fetchall() == [(True,)]


def test_the_same_edition_is_not_loaded_again() -> None:
    before = Edition.objects.get(name="segments")
    reference.load(LATER)
    assert Edition.objects.get(name="segments").loaded_at == before.loaded_at


def test_a_later_edition_moves_and_adds_segments_and_deletes_none() -> None:
    count = Segment.objects.count()
    assert home_of("13000401234", NOW.date()) == Centre.objects.get(code="4401")
    reference.load_segments(territory((1300040, "0755"), (1999999, "020")), NOW)
    assert home_of("13000401234", NOW.date()) == Centre.objects.get(code="4403")
    assert Segment.objects.count() == count + 1


def test_a_later_edition_renames_and_keeps_what_it_no_longer_lists(tmp_path: Path) -> None:
    for name in reference.ORGANISATION:
        lines = (reference.DATA / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line.replace("云浮", "云浮新") for line in lines if "市场经营部" not in line]
        (tmp_path / name).write_text("".join(kept), encoding="utf-8")
    reference.load_organisation(NOW, tmp_path)
    centre = Centre.objects.get(code="4453")
    assert centre.name == "云浮新"
    assert centre.departments.filter(code="market").exists()


def test_counts_of_the_cities_add_up_to_the_table() -> None:
    counts = segment_counts(NOW.date())
    assert sum(counts.values()) == Segment.objects.count()
    assert set(counts) == set(Centre.objects.filter(tier="city").values_list("code", flat=True))


@pytest.mark.parametrize("number", ["02081234567", "+85291234567", "19900000000", "10086", ""])
def test_a_number_that_is_not_of_the_province_has_no_home_here(number: str) -> None:
    Segment.objects.filter(prefix="1990000").delete()
    assert home_of(number, NOW.date()) is None


@pytest.mark.parametrize("script", [True, False])
def test_the_screen_answers_where_a_number_is_at_home(
    client: Client, clerk: Callable[..., Staff], script: bool
) -> None:
    client.force_login(clerk("agent"), "canton.accounts.backends.RoleBackend")
    headers = {"HX-Request": "true"} if script else {}
    answer = client.post("/manage/centres/home/", {"number": "+86 130 0040 1234"}, headers=headers)
    assert "广州市客户服务中心" in answer.content.decode()
    assert ("<html" in answer.content.decode()) is not script


def test_segments_of_a_city_are_found_by_how_they_begin(client: Client, clerk: Callable[..., Staff]) -> None:
    client.force_login(clerk("agent"), "canton.accounts.backends.RoleBackend")
    page = client.get("/manage/centres/4401/?q=130%200040%201234").context["page"]
    assert [segment.prefix for segment in page.object_list] == ["1300040"]


def test_a_segment_is_added_with_its_city_and_one_there_is_opened(
    client: Client, clerk: Callable[..., Staff]
) -> None:
    client.force_login(clerk("administration"))
    where = "/manage/segments/add/"
    page = client.get("/manage/centres/4401/").content.decode()
    assert f'href="{where}?city=4401"' in page
    assert 'value="4401" selected' in client.get(f"{where}?city=4401").content.decode()

    def send(prefix: str, city: str) -> tuple[int, str]:
        answer = client.post(where, {"segment": prefix, "city": city, "since": "2026-11-22"})
        return answer.status_code, answer.content.decode()

    for prefix, city, said in (
        ("198123", "4401", "号段为七位数字"),
        ("1981234", "", "选择发放此号段的地市"),
        ("1380013", "", "选择发放此号段的地市"),
    ):
        status, page = send(prefix, city)
        assert (status, said in page) == (422, True)
    known = Segment.objects.filter(centre_id="4403").order_by("prefix")[0]
    status, page = send(known.prefix, "4401")
    assert status == 422
    assert f'href="/manage/segments/{known.prefix}/"' in page
    assert send("1981234", "4401")[0] == 302
    assert Segment.objects.get(prefix="1981234").centre_id == "4401"


def test_a_segment_nobody_entered_is_not_called_foreign(client: Client, clerk: Callable[..., Staff]) -> None:
    client.force_login(clerk("administration"))
    page = client.get("/manage/segments/1981234/").content.decode()
    assert "号段表中没有" in page
    assert "非本省" not in page
