"""Receipts: every package that brought a batch is told what became of it, row by row (F07)."""

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import translation

from canton.exchange.receipts import ROWS_HEADER, Outcome
from canton.exchange.services.receipts import send_receipt
from canton.kernel.configuration import home
from canton.records.disk import space_needed

from .. import journal, wording
from ..choices import ReasonKind, State, Step
from ..journal import Finding
from ..models import Batch, Delivery
from ..repair.refused import RefusedRows
from .stages import Work


def answer(work: Work) -> None:
    """Answer every package that brought the batch; the step is done with the receipts, or not at all."""
    with transaction.atomic():
        sent = answer_deliveries(work.batch, now=work.clock())
        journal.finish(work.batch, Step.RECEIPT, Finding({"receipts": sent}), now=work.clock())


@transaction.atomic
def answer_deliveries(batch: Batch, *, now: datetime) -> int:
    """Send a receipt for each package that has none yet; answer how many.

    Raises:
        NoSpace: the disk is full.
    """
    waiting = list(batch.deliveries.select_for_update(of=("self",)).filter(answered_at=None))
    if not waiting:
        return 0
    with refused_csv(batch) as rows:
        for delivery in waiting:
            send_receipt(delivery.incoming, outcome=outcome(batch, delivery), refused_csv=rows, now=now)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in waiting]).update(answered_at=now)
    return len(waiting)


def outcome(batch: Batch, delivery: Delivery) -> Outcome:
    """What the sender is told: counts and reasons, or why the file was refused whole."""
    counted: dict[str, dict[str, int]] = {kind: {} for kind in ReasonKind.values}
    for reason in batch.reasons.all():
        counted[reason.kind][reason.code] = reason.rows
    with translation.override("zh-hans"):
        chinese = batch.message
    with translation.override("en"):
        english = batch.message
    return Outcome(
        accepted=batch.state == State.LOADED,
        batch=batch.number,
        duplicate=delivery.again,
        error_code=batch.error_code,
        error_zh=chinese,
        error_en=english,
        read=batch.read,
        kept=batch.kept,
        refused=batch.refused,
        repaired=batch.repaired,
        reasons=counted[ReasonKind.REFUSE],
        repairs=counted[ReasonKind.REPAIR],
    )


@contextmanager
def refused_csv(batch: Batch) -> Iterator[Path | None]:
    """The refused rows as a receipt carries them, UTF-8 CSV; None when there are none."""
    rows = RefusedRows(batch)
    if batch.state != State.LOADED or not len(rows):
        yield None
        return
    (home() / "work").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home() / "work", prefix="receipt-") as folder:
        path = Path(folder, "refused.csv")
        with space_needed(), path.open("w", encoding="utf-8", newline="") as file:
            write_rows(file, rows, batch)
        yield path


def write_rows(file: IO[str], rows: RefusedRows, batch: Batch) -> None:
    """Line, column, value, rule and what the rule says in Chinese, one line for each reason."""
    writer = csv.writer(file)
    writer.writerow(ROWS_HEADER)
    format_ = batch.how_written.format
    with translation.override("zh-hans"):
        said = cache(partial(wording.reason, format_=format_))
        for row in rows:
            writer.writerow((row.line, row.column, row.value, row.reason, said(row.reason)))
