"""A load is visible whole or not at all; the same again is nothing new, a correction takes its place."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from django.db import transaction

from canton.centres.models import Centre
from canton.centres.selectors import Operator
from canton.records import selectors, services
from canton.records.errors import Moved, NoSpace, RowsMissing
from canton.records.identity import Identity
from canton.records.models import DataFile, Load

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAYS = (date(1999, 1, 1), date(1999, 1, 2))
JANUARY = Identity("4401", "contacts", "a" * 64, "1999-01", 1)

pytestmark = pytest.mark.usefixtures("centres", "home")


def written(folder: Path, *, rows: int) -> Path:
    """A sorted folder as the sort step leaves it, with `rows` rows on each of two days."""
    folder.mkdir(parents=True)
    days = " union all ".join(
        f"select date '{day}' as day, range as contact_id from range({rows})" for day in DAYS
    )
    with duckdb.connect() as database:
        database.sql(days).write_parquet(str(folder / "rows.parquet"))
    return folder


def brought_in(folder: Path, identity: Identity = JANUARY, *, batch: str = "GZ-contacts-1999-01-1") -> Load:
    seen = selectors.shelf_state(identity.dataset, identity.centre)
    rows = counted(list(folder.rglob("*.parquet")))
    placed = services.place(folder, batch=batch, centre=identity.centre, dataset=identity.dataset, rows=rows)
    return services.load(placed, batch=batch, identity=identity, version="1.0", seen=seen, now=NOW)


def counted(files: list[Path]) -> int:
    """Rows of Parquet files, as their footers say."""
    return sum(pyarrow.parquet.read_metadata(file).num_rows for file in files)


def visible(centre: str = "4401") -> int:
    """Rows a reader finds through the manifest."""
    return counted(selectors.files("contacts", centres=[centre], start=DAYS[0], end=DAYS[-1]))


def test_a_load_is_seen_from_its_commit_on(tmp_path: Path) -> None:
    load = brought_in(written(tmp_path / "sorted", rows=5))
    assert (load.rows, visible()) == (10, 10)
    assert [file.day for file in load.files.all()] == list(DAYS)
    assert [file.rows for file in load.files.all()] == [5, 5]
    everything = selectors.files("contacts", centres=["4401"], start=DAYS[0], end=DAYS[-1])
    assert everything == selectors.files("contacts", centres=["4401"], start=DAYS[1], end=DAYS[1])
    assert len(everything) == 1
    assert selectors.files("contacts", centres=["4401"], start=date(1999, 2, 1), end=date(1999, 2, 2)) == []


def test_placed_files_without_a_commit_are_seen_by_nobody(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    folder = written(tmp_path / "sorted", rows=5)
    with pytest.raises(Killed), transaction.atomic():
        brought_in(folder)
        raise Killed
    assert visible() == 0
    assert brought_in(folder).rows == 10


def test_the_same_content_again_is_nothing_new(tmp_path: Path) -> None:
    folder = written(tmp_path / "sorted", rows=5)
    assert brought_in(folder) == brought_in(folder)
    assert visible() == 10


def test_a_correction_takes_the_place_of_what_it_corrects(tmp_path: Path) -> None:
    first = brought_in(written(tmp_path / "first", rows=5))
    corrected = Identity("4401", "contacts", "b" * 64, "1999-01", 1)
    second = brought_in(written(tmp_path / "second", rows=3), corrected, batch="GZ-contacts-1999-01-1-r2")

    first.refresh_from_db()
    assert (first.withdrawn_at, second.withdrawn_at) == (NOW, None)
    assert visible() == 6
    assert selectors.key_files("contacts", centre="4401", excluding="GZ-contacts-1999-01-1-r2") == []
    assert [day for day, _ in selectors.key_files("contacts", centre="4401")] == list(DAYS)


def test_a_shelf_that_moved_since_the_check_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "late", rows=4)
    seen = selectors.shelf_state("contacts", "4401")
    placed = services.place(folder, batch="late", centre="4401", dataset="contacts", rows=8)
    brought_in(written(tmp_path / "sorted", rows=5))
    late = Identity("4401", "contacts", "c" * 64)
    with pytest.raises(Moved):
        services.load(placed, batch="late", identity=late, version="1.0", seen=seen, now=NOW)
    assert visible() == 10


def test_a_row_lost_on_the_way_stops_the_load(tmp_path: Path, home: Path) -> None:
    with pytest.raises(RowsMissing):
        services.place(
            written(tmp_path / "sorted", rows=5), batch="x", centre="4401", dataset="contacts", rows=11
        )
    assert not list((home / "store").rglob("*.parquet"))


def test_nobody_sees_another_centres_rows(tmp_path: Path) -> None:
    brought_in(written(tmp_path / "sorted", rows=5))
    span = {"start": DAYS[0], "end": DAYS[-1]}
    foshan, province = Operator(Centre.objects.get(pk="4406")), Operator(Centre.objects.get(pk="44"))
    assert selectors.files("contacts", viewer=foshan, **span) == []
    assert selectors.files("contacts", viewer=foshan, centres=["4401"], **span) == []
    assert len(selectors.files("contacts", viewer=province, **span)) == 1


def test_the_sweep_takes_only_what_no_manifest_names_and_nobody_may_still_read(
    tmp_path: Path, home: Path
) -> None:
    live = brought_in(written(tmp_path / "live", rows=5))
    orphan = services.place(
        written(tmp_path / "orphan", rows=2), batch="o", centre="4401", dataset="contacts", rows=4
    )
    fresh = datetime.now(UTC)
    assert services.sweep(now=fresh) == 0
    assert services.sweep(now=fresh + timedelta(days=2)) == 1
    assert not (home / "store" / orphan.folder).exists()
    assert (home / "store" / live.folder).exists()

    services.retract(batch=live.batch, now=fresh)
    assert visible() == 0
    assert services.sweep(now=fresh + timedelta(days=2)) == 1
    assert not DataFile.objects.exists()
    assert not (home / "store" / live.folder).exists()


@pytest.fixture
def small_store(home: Path) -> Iterator[Path]:
    """A store of 256 KiB on a file system of its own."""
    store = home / "store"
    store.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount the small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", store],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield store
    subprocess.run(["umount", store], check=True)


def test_a_full_disk_shows_nothing_and_leaves_nothing(tmp_path: Path, small_store: Path) -> None:
    large = written(tmp_path / "large", rows=200_000)
    with pytest.raises(NoSpace):
        services.place(large, batch="large", centre="4401", dataset="contacts", rows=400_000)
    assert not list(small_store.rglob("*.parquet"))
    assert visible() == 0
    assert brought_in(written(tmp_path / "small", rows=5)).rows == 10
