"""A file or folder is there whole or not at all, also when its writer fails."""

from pathlib import Path

import pytest

from canton.kernel.files import replace_folder, sweep, write_beside


def test_a_file_takes_its_place_when_the_block_ends(tmp_path: Path) -> None:
    final = tmp_path / "deep" / "counts.json"
    with write_beside(final) as beside:
        beside.write_text("1")
        assert not final.exists()
    assert final.read_text() == "1"
    assert list(final.parent.iterdir()) == [final]


def test_after_an_error_the_old_content_stands_and_nothing_is_left(tmp_path: Path) -> None:
    final = tmp_path / "counts.json"
    final.write_text("old")
    with pytest.raises(RuntimeError), write_beside(final) as beside:
        beside.write_text("half")
        raise RuntimeError
    assert final.read_text() == "old"
    assert list(tmp_path.iterdir()) == [final]


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), write_beside(tmp_path / "counts.json"):
        pass


def test_a_folder_replaces_the_one_before(tmp_path: Path) -> None:
    final = tmp_path / "checked"
    for content in ("first", "second"):
        beside = tmp_path / "building"
        (beside / "day=1").mkdir(parents=True)
        (beside / "day=1" / content).write_text(content)
        replace_folder(beside, final)
    assert [path.name for path in (final / "day=1").iterdir()] == ["second"]
    assert [path.name for path in tmp_path.iterdir()] == ["checked"]


def test_sweeping_removes_what_killed_writers_left(tmp_path: Path) -> None:
    (tmp_path / "checked.old-1a").mkdir()
    (tmp_path / "checked.old-1a" / "part").write_text("x")
    (tmp_path / "counts.json.tmp-2b").write_text("x")
    (tmp_path / "counts.json").write_text("x")
    assert sweep(tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["counts.json"]
