"""The sample beside its mapping: its own columns and first rows, whatever kind of file, numbers masked."""

from pathlib import Path

import pytest
import xlsxwriter

from canton.exchange import formats
from canton.intake.sources.guessing import Guess, guess
from canton.intake.sources.model import Kind
from canton.intake.workshop.sample_rows import read_rows, shown_rows

HEADER = ["工单号", "联系电话", "说明"]
ROWS = [[f"W{n}", f"1380013800{n}", f"请回电 1390013900{n} 谢谢"] for n in range(8)]
DOCUMENT = {"fields": {"number": {"column": "工单号"}}}


@pytest.fixture(params=["csv", "xlsx", "fixed"])
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Guess]:
    path = tmp_path / "sample"
    if request.param == "xlsx":
        with xlsxwriter.Workbook(path) as made:
            for at, row in enumerate([HEADER, *ROWS]):
                made.get_worksheet_by_name("a") or made.add_worksheet("a")
                made.get_worksheet_by_name("a").write_row(at + 2, 0, row)
        return path, guess(path)
    if request.param == "csv":
        path.write_text("\n".join(",".join(row) for row in [HEADER, *ROWS]), encoding="utf-8")
        return path, guess(path)
    path.write_text("\n".join("".join(row) for row in ROWS), encoding="gb18030")
    places = ((1, 2), (3, 13), (14, 36))
    return path, Guess(Kind.FIXED, "gb18030", header=0, columns=tuple(HEADER), measure="bytes", places=places)


def test_the_first_rows_stand_under_their_columns_with_numbers_masked(sample: tuple[Path, Guess]) -> None:
    found = read_rows(*sample)
    assert found is not None
    assert list(found.columns) == HEADER
    assert [list(row[:2]) for row in found.rows] == [row[:2] for row in ROWS[:5]]
    assert found.values("联系电话")[0] == "13800138000"
    shown = shown_rows(found, DOCUMENT, formats.get("surveys"))
    assert shown is not None
    assert shown.rows[1] == ("**", "138****8001", "请回电 139****9001 谢谢")


def test_a_sample_that_is_not_written_as_said_shows_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "sample"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert read_rows(path, Guess(Kind.XLSX)) is None
    assert read_rows(None, Guess(Kind.TEXT)) is None
