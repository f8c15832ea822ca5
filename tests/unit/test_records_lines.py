"""A line of an original is found by its number, wherever it lies and however the lines end."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canton.records import lines


@pytest.fixture(autouse=True, scope="module")
def _small_blocks() -> object:
    """Blocks of 16 bytes, so that a short file has many and lines cross their edges."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK", 16)
        yield


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.text(alphabet="ab,\"'号", max_size=40), max_size=30),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    last_ended=st.booleans(),
    first=st.integers(1, 35),
    count=st.integers(1, 5),
)
def test_lines_are_those_counted_from_the_start(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[str],
    end: str,
    last_ended: bool,
    first: int,
    count: int,
) -> None:
    path = tmp_path_factory.mktemp("original") / "file"
    content = end.join(rows) + (end if last_ended and rows else "")
    path.write_bytes(content.encode())
    expected = content.encode().split(end.encode())
    if expected[-1] == b"":
        expected.pop()
    for _ in range(2):  # counted, then from the kept counts
        found = lines.read_lines(path, first, count, index=path.with_suffix(".lines"), longest=1000)
        assert found == expected[first - 1 : first - 1 + count]


def test_a_long_line_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 500 + b"\nnext\n")
    assert lines.read_lines(path, 1, 2, index=tmp_path / "index", longest=20) == [b"x" * 20, b"next"]


def test_kept_counts_of_another_file_are_not_believed(tmp_path: Path) -> None:
    path, index = tmp_path / "file", tmp_path / "index"
    index.write_bytes(b"not counts of this")
    path.write_bytes(b"one\ntwo\nthree\n" * 20)
    assert lines.read_lines(path, 60, 1, index=index, longest=20) == [b"three"]


def test_a_read_only_archive_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one\ntwo\n")
    assert lines.read_lines(path, 2, 1, index=tmp_path / "missing" / "index", longest=20) == [b"two"]
