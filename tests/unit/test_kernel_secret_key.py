"""The signing secret is made once, whole, for its owner only, however many ask first."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from canton.kernel.configuration import secret_key


def test_all_first_readers_see_one_whole_secret(tmp_path: Path) -> None:
    for attempt in range(25):
        home, barrier = tmp_path / str(attempt), Barrier(8)

        def ask(home: Path = home, barrier: Barrier = barrier) -> str:
            barrier.wait()
            return secret_key(home)

        with ThreadPoolExecutor(8) as pool:
            answers = {future.result() for future in [pool.submit(ask) for _ in range(8)]}
        assert len(answers) == 1
        assert len(answers.pop()) >= 48
        assert [path.name for path in (home / "keys").iterdir()] == ["django-secret"]


def test_nobody_sees_the_file_before_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    write = Path.write_text

    def watch(path: Path, text: str) -> int:
        seen.append((tmp_path / "keys" / "django-secret").exists())
        return write(path, text)

    monkeypatch.setattr(Path, "write_text", watch)
    secret_key(tmp_path)
    assert seen == [False]


def test_the_secret_is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    first = secret_key(tmp_path)
    kept = tmp_path / "keys" / "django-secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert secret_key(tmp_path) == first
