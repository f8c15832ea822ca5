"""Saying how many refused rows a dataset's files may have."""

from datetime import datetime

from django.db import transaction

from canton.audit.services import record
from canton.centres.selectors import own

from ..models import RefusalLimit
from ..tolerance import Tolerance


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
