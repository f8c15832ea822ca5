"""How many refused rows a dataset's files may have: said, and held to."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from canton.audit.services import record
from canton.centres.selectors import own

from ...models import Batch, RefusalLimit
from ..refused import keep
from ..tolerance import Tolerance, TooManyRefused, require_tolerable


@transaction.atomic
def change_limit(dataset: str, limits: Tolerance | None, *, by: str, now: datetime) -> None:
    """Give a dataset limits of its own, or those of the settings again (None)."""
    if limits is None:
        RefusalLimit.objects.filter(dataset=dataset).delete()
    else:
        values = {"share": limits.share, "rows": limits.rows, "changed_by": by, "changed_at": now}
        RefusalLimit.objects.update_or_create(dataset=dataset, defaults=values)
    share, rows = (limits.share, limits.rows) if limits else (None, None)
    record(
        "intake.change_limit", actor=by, centre=own().pk, now=now, target=dataset, share=share, rows=rows,
        own=limits is not None,
    )  # fmt: skip


def judge(batch: Batch, refused: Path) -> None:
    """Hold a batch that was just checked to the limits of its dataset.

    Args:
        refused: what the check wrote of the refused rows; they are kept, to be looked at and put right.

    Raises:
        TooManyRefused: it is refused whole.
        NoSpace: the disk is full.
    """
    try:
        require_tolerable(batch.dataset, read=batch.read, refused=batch.refused)
    except TooManyRefused:
        keep(batch, refused)
        raise
