"""Keeping originals and loading batches: the only writers of the warehouse."""

import shutil
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from canton.kernel import locks
from canton.kernel.configuration import home

from . import originals, store
from .errors import Moved, RowsMissing, Swept
from .identity import Identity
from .models import DataFile, Load, Original
from .selectors import shelf_state

READERS_MAY_TAKE = timedelta(days=1)
SWEEP_MAY_TAKE = timedelta(hours=1)


def keep_original(path: Path, *, centre: str, name: str, now: datetime) -> Original:
    """Keep a centre's file for good, byte for byte (F16); the same bytes again are the same original.

    The bytes are on the disk before the entry is committed.

    Raises:
        NoSpace: the disk is full; nothing is kept.
    """
    kept = originals.keep(path, home() / "originals")
    original, _ = Original.objects.get_or_create(
        sha256=kept.sha256,
        defaults={"bytes": kept.bytes, "name": name[:255], "centre_id": centre, "received_at": now},
    )
    return original


def place(folder: Path, *, batch: str, centre: str, dataset: str, rows: int) -> store.Placed:
    """Bring the sorted files of a batch into the store; nobody sees them until `load`.

    Raises:
        NoSpace: the disk is full; nothing is left behind.
        RowsMissing: the files do not hold `rows` rows.
    """
    placed = store.place(folder, home() / "store", dataset=dataset, centre=centre, batch=batch)
    if placed.rows != rows:
        shutil.rmtree(home() / "store" / placed.folder, ignore_errors=True)
        raise RowsMissing(found=placed.rows, expected=rows)
    return placed


@transaction.atomic
def load(
    placed: store.Placed, *, batch: str, identity: Identity, version: str, seen: str, now: datetime
) -> Load:
    """Make placed files visible, all at once; a load of the same identity leaves the manifest with them.

    Joins the caller's transaction. The same identity with the same content is a no-op: the load that is there
    is answered, and the placed files are left for the sweep.

    Args:
        seen: `selectors.shelf_state` at the time the rows were checked against what is loaded.

    Raises:
        Moved: something else of this centre and dataset was loaded since; check again.
    """
    _lock_shelf(identity)
    before = Load.objects.filter(**identity.columns(), withdrawn_at=None).first()
    if before is not None and before.sha256 == identity.sha256:
        return before
    if seen != shelf_state(identity.dataset, identity.centre):
        raise Moved
    if before is not None:
        Load.objects.filter(pk=before.pk).update(withdrawn_at=now)
    made = Load.objects.create(
        centre_id=identity.centre,
        dataset=identity.dataset,
        version=version,
        period=identity.period,
        sequence=identity.sequence,
        sha256=identity.sha256,
        batch=batch,
        folder=placed.folder,
        rows=placed.rows,
        loaded_at=now,
    )
    DataFile.objects.bulk_create(DataFile(load=made, **asdict(file)) for file in placed.files)
    return made


@transaction.atomic
def rewrite(placed: store.Placed, *, batch: str, identity: Identity, now: datetime) -> Load:
    """Let placed files take the place of those of a visible batch: the same rows, some values changed.

    Joins the caller's transaction. Whoever reads has the old files or the new ones, never both.

    Raises:
        Load.DoesNotExist: no load of this batch is visible.
        RowsMissing: the files do not hold as many rows.
    """
    _lock_shelf(identity)
    before = Load.objects.select_for_update().get(batch=batch, withdrawn_at=None)
    if placed.rows != before.rows:
        raise RowsMissing(found=placed.rows, expected=before.rows)
    Load.objects.filter(pk=before.pk).update(withdrawn_at=now)
    made = before
    made.pk, made._state.adding = None, True
    made.folder, made.loaded_at = placed.folder, now
    made.save(force_insert=True)
    DataFile.objects.bulk_create(DataFile(load=made, **asdict(file)) for file in placed.files)
    return made


@transaction.atomic
def retract(*, batch: str, now: datetime) -> Load:
    """Take a batch's load out of the manifest; its files stay until the sweep.

    Raises:
        Load.DoesNotExist: no load of this batch is visible.
    """
    taken = Load.objects.select_for_update().get(batch=batch, withdrawn_at=None)
    taken.withdrawn_at = now
    taken.save(update_fields=["withdrawn_at"])
    return taken


@transaction.atomic
def put_back(*, batch: str, before: str | None, identity: Identity, now: datetime) -> None:
    """Take a batch's load out of the manifest and let the one that was there before be seen again, at once.

    before: the batch whose rows come back; None when there were none.

    Raises:
        Load.DoesNotExist: no load of `batch` is visible.
        Swept: the rows of `before` may be gone.
    """
    _lock_shelf(identity)
    retract(batch=batch, now=now)
    if before is None:
        return
    kept = now - READERS_MAY_TAKE + SWEEP_MAY_TAKE
    last = Load.objects.select_for_update().filter(batch=before, withdrawn_at__gt=kept).last()
    if last is None or not (home() / "store" / last.folder).is_dir():
        raise Swept(batch=before)
    Load.objects.filter(pk=last.pk).update(withdrawn_at=None)


def sweep(*, now: datetime) -> int:
    """Remove folders no manifest names: of loads withdrawn, or of work that was killed before its commit.

    Waits a day, so that a report or a load under way keeps its files. Answers how many folders were removed.
    """
    limit = now - READERS_MAY_TAKE
    root = home() / "store"
    Load.objects.filter(withdrawn_at__lt=limit).delete()
    named = set(Load.objects.values_list("folder", flat=True))
    orphans = [folder for folder in store.folders_before(root, limit) if folder not in named]
    for folder in orphans:
        shutil.rmtree(root / folder)
    for left in (home() / "originals").glob("arriving-*"):
        if left.stat().st_mtime < limit.timestamp():
            left.unlink(missing_ok=True)
    return len(orphans)


def _lock_shelf(identity: Identity) -> None:
    """One load at a time of a centre's dataset, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [locks.key(f"records:{identity.dataset}:{identity.centre}")]
        )
