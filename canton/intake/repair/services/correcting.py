"""All rows of a kind put right by one act: a few at once, many piece by piece by a worker.

Each piece is one transaction with how far the act is, so after a kill the worker goes on behind the last one.
Until the act is through nothing else of the batch is corrected, run or taken back; it can be cancelled.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.kernel.errors import CantonError
from canton.shell.figures import number as figure

from ... import journal
from ...journal import facts_of
from ...models import Batch, Repair, RepairAct
from ..errors import NothingChanged, TooManyRows
from ..filling import Filling
from ..kinds import Kind, count_of_kind, rows_of_kind
from ..models import RepairKind, Stage
from .repairing import enqueue_act, locked

PIECE = 2_000  # rows in one transaction: about half a second
GIVEN_UP = "system"


@transaction.atomic
def correct_kind(
    batch: Batch,
    kind: Kind,
    mapping: Mapping[str, str],
    *,
    by: str,
    now: datetime,
    reckoned: Collection[str] = (),
) -> RepairAct:
    """Put all rows of a kind right that are still as they were sent: old value → new value.

    Args:
        reckoned: old values in whose place comes what other fields of the row say, where they say it.

    More than CANTON_REPAIR_AT_ONCE rows are left to a worker; the act's stage says so.

    Raises:
        NotRepairable, BeingApplied, BeingCorrected: not now.
        NothingChanged, TooManyRows, Unwritable: no such correction.
    """
    batch = locked(batch)
    wanted = {old: new for old, new in mapping.items() if old != new and old not in reckoned}
    rows = count_of_kind(batch, kind, {*wanted, *reckoned}) if wanted or reckoned else 0
    if not rows:
        raise NothingChanged
    if rows > settings.CANTON_REPAIR_ROWS:
        raise TooManyRows(limit=figure(settings.CANTON_REPAIR_ROWS))
    act = RepairAct.objects.create(
        batch=batch, kind=RepairKind.KIND, reason=kind.reason, column=kind.column, mapping=wanted,
        reckoned=sorted(reckoned), rows=rows, made_by=by, made_at=now, stage=Stage.WRITING,
    )  # fmt: skip
    record(
        "intake.correct_kind", actor=by, centre=batch.centre_id, now=now, target=batch.number,
        reason=kind.reason, rows=rows, values=len(wanted) + len(reckoned),
    )  # fmt: skip
    if rows > at_once():
        _write_piece(act, 1)  # what the file cannot hold is mostly seen at the first row
        enqueue_act(act)
    else:
        _write_piece(act, rows)
        if not act.done:
            raise NothingChanged
        _end(act)
    journal.publish(batch)
    return act


def at_once() -> int:
    """How many rows are corrected while the page waits."""
    return int(settings.CANTON_REPAIR_AT_ONCE)


def go_on(act: int, *, now: datetime) -> None:
    """Bring an act to its end; one that is through, nothing happens."""
    while _step(act, now):
        pass


@transaction.atomic
def _step(pk: int, now: datetime) -> bool:
    """One piece more; answer whether any is left."""
    batch = Batch.objects.select_for_update(of=("self",)).get(repair_acts=pk)  # first, as everybody does
    act = RepairAct.objects.select_for_update(of=("self",)).get(pk=pk)
    act.batch = batch
    if act.stage == Stage.DONE:
        return False
    try:
        with transaction.atomic():
            more = _write_piece(act, PIECE) if act.stage == Stage.WRITING else _undo_piece(act)
    except CantonError as error:
        if error.transient:
            raise
        _give_up(act, error, now)
        more = True
    if not more and act.stage == Stage.WRITING and not act.done:
        _give_up(act, NothingChanged(), now)
    if not more:
        _end(act)
    journal.publish(batch)
    return more


def _write_piece(act: RepairAct, limit: int) -> bool:
    """Put so many rows right and remember where they ended; answer whether there may be more."""
    kind = Kind(act.reason, act.column, act.rows, act.rows)
    filling = Filling(act.batch, kind, act.mapping, frozenset(act.reckoned))
    rows = rows_of_kind(act.batch, kind, filling.olds, limit=limit, after=act.reached)
    made = [each for row in rows if (each := filling.filled(row)) is not None]
    Repair.objects.bulk_create(
        (
            Repair(
                act=act, batch=act.batch, line=each.line, lines=each.lines, column=each.column, old=each.old,
                new=each.new, reason=act.reason,
            )
            for each in made
        ),
        batch_size=1_000,
    )  # fmt: skip
    act.done += len(made)
    act.reached = max((row.line for row in rows), default=act.reached)
    act.save(update_fields=["done", "reached"])
    return len({row.line for row in rows}) >= limit


def _undo_piece(act: RepairAct) -> bool:
    """Take so many rows back; answer whether there may be more."""
    keys = list(act.repairs.filter(live=True).order_by("pk").values_list("pk", flat=True)[:PIECE])
    Repair.objects.filter(pk__in=keys).update(live=False)
    act.done = max(0, act.done - len(keys))
    act.save(update_fields=["done"])
    return len(keys) >= PIECE


def _give_up(act: RepairAct, error: CantonError, now: datetime) -> None:
    """What cannot be written as a whole is taken back as a whole, and says why."""
    act.error_code, act.error_facts = error.code, facts_of(error)
    act.undone_by, act.undone_at, act.stage = GIVEN_UP, now, Stage.UNDOING
    act.save(update_fields=["error_code", "error_facts", "undone_by", "undone_at", "stage"])


def _end(act: RepairAct) -> None:
    act.stage = Stage.DONE
    if act.undone_at is None:
        act.rows = act.done
    act.save(update_fields=["stage", "rows"])
