"""Writing the trail."""

from datetime import datetime
from typing import Any

from .models import Entry


def record(
    action: str,
    *,
    actor: str,
    centre: str,
    now: datetime,
    target: str = "",
    address: str | None = None,
    **detail: Any,
) -> Entry:
    """Append one entry inside the caller's transaction.

    action is "room.verb"; actor a staff number, "link:<centre>", "system" or "cli"; detail must be JSON.
    """
    return Entry.objects.create(
        at=now, actor=actor, centre=centre, action=action, target=target, address=address, detail=detail
    )
