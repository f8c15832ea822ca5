"""Refused rows put right by people: corrections, their undoing, and the corrected copy that is run again.

A batch is locked while a correction is decided, so of two people at one row the second is told.
"""

import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path, PurePath

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from canton.audit.services import record
from canton.kernel import jobs
from canton.kernel.configuration import home
from canton.kernel.errors import CantonError
from canton.records.disk import space_needed
from canton.records.selectors import original_path
from canton.shell.figures import number as figure

from ... import journal
from ...choices import FINISHED, Route, State
from ...models import Batch, Repair, RepairAct
from ...services.acceptance import Accepted, Upload, accept_file
from ..errors import (
    BeingApplied,
    BeingCorrected,
    BeingTakenBack,
    NothingChanged,
    NotRepairable,
    Replaced,
    RowMoved,
    UndoneAlready,
)
from ..mending import WHOLE, Change
from ..models import RepairKind, Stage
from ..rows import Row, hidden_columns, row_of
from ..written import Form, written_of

WRITING = "intake.write_corrected"
PIECEWISE = "intake.go_on_correcting"


def obstacle(batch: Batch) -> CantonError | None:
    """Why rows of the batch cannot be put right now; None when they can."""
    if batch.replaced_by is not None:
        return Replaced(by=batch.replaced_by.number)
    if batch.state not in FINISHED:
        return NotRepairable(batch=batch.number)
    act = RepairAct.objects.filter(batch=batch).exclude(stage=Stage.DONE).first()
    if act is not None:
        return BeingTakenBack() if act.stage == Stage.UNDOING else BeingCorrected(rows=figure(act.rows))
    under_way = batch.corrections.exclude(state=State.REFUSED).filter(taken_back_at=None).exists()
    return BeingApplied(batch=batch.number) if under_way or being_written(batch) else None


def being_written(batch: Batch) -> bool:
    """Whether a job stands for the batch's corrected copy."""
    written = ProcrastinateJob.objects.filter(task_name=WRITING, args__number=batch.number)
    return written.filter(status__in=["todo", "doing"]).exists()


@transaction.atomic
def correct(
    batch: Batch, line: int, changes: Mapping[str, str], *, seen: int, by: str, now: datetime
) -> RepairAct | None:
    """Put a row right: column → new value, or `WHOLE` → the record; None when it is as sent again.

    Args:
        seen: `Row.version` when the person opened it.

    Raises:
        NotRepairable, BeingApplied: not now.
        RowMoved: somebody corrected it since.
        NothingChanged, Unwritable: no such correction.
    """
    batch = locked(batch)
    written = written_of(batch)
    row = row_of(batch, line, written)
    if row is None:
        raise NotRepairable(batch=batch.number)
    if row.version != seen:
        raise RowMoved
    wanted = _wanted(row, changes, hidden_columns(batch.how_written, row), written)
    kept = {each.column: each.new for each in row.repairs if WHOLE not in wanted}
    written.mended(row.raw, {**kept, **wanted})
    columns = [each.column for each in row.repairs] if WHOLE in wanted else list(wanted)
    Repair.objects.filter(batch=batch, line=line, live=True, column__in=columns).update(live=False)
    record(
        "intake.correct_row", actor=by, centre=batch.centre_id, now=now, target=f"{batch.number}:{line}",
        columns=sorted(wanted),
    )  # fmt: skip
    sent = {WHOLE: row.raw, **(row.sent or {})}
    differing = {column: new for column, new in wanted.items() if new != sent[column]}
    if not differing:
        return None
    act = RepairAct.objects.create(batch=batch, kind=RepairKind.ROW, rows=1, made_by=by, made_at=now)
    Repair.objects.bulk_create(
        Repair(
            act=act, batch=batch, line=line, lines=row.lines, column=column, old=sent[column], new=new,
            reason=_answered(row, column),
        )
        for column, new in differing.items()
    )  # fmt: skip
    return act


def _wanted(row: Row, changes: Mapping[str, str], hidden: Iterable[str], written: Form) -> dict[str, str]:
    """What differs from the row as it stands; a row rewritten as a whole is rewritten again."""
    if WHOLE in changes or row.values is None:
        text = changes.get(WHOLE, row.text)
        wanted = {WHOLE: text} if text != row.text else {}
    else:
        now = row.values
        wanted = {
            column: new
            for column, new in changes.items()
            if column in now and new != now[column] and column not in hidden
        }
    if not wanted:
        raise NothingChanged
    if row.sent is None and WHOLE not in wanted:  # it had no fields when it was sent
        return {WHOLE: written.mended(row.text, wanted)}
    return wanted


def _answered(row: Row, column: str) -> str:
    codes = [
        each.reason
        for each in row.reasons
        if not column or not each.column or column in each.column.split(", ")
    ]
    return " ".join(dict.fromkeys(codes))


@transaction.atomic
def undo(act: RepairAct, *, by: str, now: datetime) -> None:
    """Take an act back: its rows are as they were sent again, except those corrected anew since.

    One of many rows is taken back by a worker; one that is still being written stops, and is taken back.

    Raises:
        NotRepairable, BeingApplied: not now.
        UndoneAlready: there is nothing to take back.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=act.batch_id)
    act = RepairAct.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if act.stage == Stage.DONE:
        require_open(batch)
    if act.undone_at is not None:
        raise UndoneAlready
    act.undone_by, act.undone_at = by, now
    if act.stage == Stage.WRITING:  # the worker finds it so
        act.stage = Stage.UNDOING
    elif is_long(act):
        act.stage = Stage.UNDOING
        enqueue_act(act)
    else:
        act.repairs.filter(live=True).update(live=False)
    act.save(update_fields=["undone_by", "undone_at", "stage"])
    record(
        "intake.undo_repair", actor=by, centre=batch.centre_id, now=now, target=batch.number, act=act.pk,
        rows=act.rows,
    )  # fmt: skip
    journal.publish(batch)


def is_long(act: RepairAct) -> bool:
    """Whether a worker takes the act back, because of its rows."""
    return act.stage != Stage.DONE or act.rows > settings.CANTON_REPAIR_AT_ONCE


def enqueue_act(act: RepairAct) -> None:
    """Have a worker write an act, or take it back; joins the caller's transaction."""
    jobs.enqueue(PIECEWISE, lock=f"intake.repair:{act.batch.number}", act=act.pk)


@transaction.atomic
def apply(batch: Batch, *, by: str, now: datetime) -> None:
    """Have a worker write the corrected copy and take it in, in place of the batch.

    Raises:
        NotRepairable, BeingApplied: not now.
        NothingChanged: no row was corrected.
    """
    batch = locked(batch)
    live = Repair.objects.filter(batch=batch, live=True)
    if not live.exists():
        raise NothingChanged
    rows = live.values("line").distinct().count()
    jobs.enqueue(WRITING, lock=f"intake.repair:{batch.number}", number=batch.number, by=by)
    record("intake.apply_repairs", actor=by, centre=batch.centre_id, now=now, target=batch.number, rows=rows)
    journal.publish(batch)


def write_and_take_in(number: str, *, by: str, now: datetime) -> Accepted:
    """Write the corrected copy, keep it as an original of its own, make a batch of it; again changes nothing.

    Raises:
        NoSpace: the disk is full; nothing is kept.
        OriginalMissing: there is nothing to copy.
    """
    batch = Batch.objects.select_related("original").get(number=number)
    repairs = Repair.objects.filter(batch=batch, live=True).order_by("line")
    changes: dict[int, Change] = {}
    for line, lines, column, new in repairs.values_list("line", "lines", "column", "new").iterator():
        known = changes[line].values if line in changes else {}
        changes[line] = Change(lines, {**known, column: new})
    work = home() / "work"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix="repair-") as folder:
        copy = Path(folder, "corrected")
        with space_needed():
            written_of(batch).write(original_path(batch.sha256), copy, changes)
        with transaction.atomic():
            accepted = accept_file(_upload(batch, copy, by), now=now)
            acts = RepairAct.objects.filter(batch=batch, undone_at=None, repairs__live=True).distinct()
            RepairAct.objects.filter(pk__in=list(acts.values_list("pk", flat=True))).update(
                applied_in=accepted.batch
            )
            journal.publish(batch)
    return accepted


def _upload(batch: Batch, copy: Path, by: str) -> Upload:
    name = PurePath(batch.original.name)
    stem = name.stem.removesuffix("-corrected")
    return Upload(
        path=copy, name=f"{stem}-corrected{name.suffix}", centre=batch.centre_id, layout=batch.how_written,
        route=Route.SCREEN, by=by, period=batch.period, sequence=batch.sequence, corrects=batch,
    )  # fmt: skip


def locked(batch: Batch) -> Batch:
    """The batch, held until the transaction ends; it must be one whose rows can be put right now.

    Raises:
        NotRepairable, BeingApplied, BeingCorrected, BeingTakenBack: it is not.
    """
    held = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    require_open(held)
    return held


def require_open(batch: Batch) -> None:
    """See that rows of the batch can be put right now.

    Raises:
        NotRepairable, BeingApplied, BeingCorrected, BeingTakenBack: they cannot.
    """
    found = obstacle(batch)
    if found is not None:
        raise found
