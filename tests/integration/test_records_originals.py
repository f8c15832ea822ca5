"""Originals are kept for good: once, read-only, byte for byte."""

import errno
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from canton.records import originals, selectors, services
from canton.records.errors import NoSpace, OriginalMissing
from canton.records.models import Original

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CONTENT = b"contact_id,centre\nA1,4401\nA2,4401\n"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    path = tmp_path / "sent.csv"
    path.write_bytes(CONTENT)
    return path


def test_the_same_bytes_are_kept_once_and_cannot_be_written(home: Path, centres: None, sent: Path) -> None:
    first = services.keep_original(sent, centre="4401", name="sent.csv", now=NOW)
    again = services.keep_original(sent, centre="4401", name="another name.csv", now=NOW)

    assert first == again
    assert first.sha256 == hashlib.sha256(CONTENT).hexdigest()
    path = home / "originals" / first.sha256[:2] / first.sha256
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o222 == 0
    assert [entry.name for entry in (home / "originals").rglob("*") if entry.is_file()] == [first.sha256]


def test_lines_come_with_their_numbers(home: Path, centres: None, sent: Path) -> None:
    original = services.keep_original(sent, centre="4401", name="sent.csv", now=NOW)
    found = selectors.raw_lines(original.sha256, 2, before=5, after=1)
    assert found == [(1, "contact_id,centre"), (2, "A1,4401"), (3, "A2,4401")]
    assert selectors.raw_lines(original.sha256, 9) == []


def test_an_unknown_original_is_said_to_be_missing(home: Path) -> None:
    with pytest.raises(OriginalMissing):
        selectors.raw_lines("0" * 64, 1)


def test_a_full_disk_keeps_nothing_and_loses_nothing(
    home: Path, centres: None, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(originals, "flush", full)
        with pytest.raises(NoSpace) as caught:
            services.keep_original(sent, centre="4401", name="sent.csv", now=NOW)
    assert caught.value.transient
    assert not Original.objects.exists()
    assert not [entry for entry in (home / "originals").rglob("*") if entry.is_file()]
    assert services.keep_original(sent, centre="4401", name="sent.csv", now=NOW).bytes == len(CONTENT)
