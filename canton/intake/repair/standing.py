"""What keeps a batch's rows from being put right now, as pages tell it and wait for it."""

from typing import Any

from ..models import Batch, RepairAct
from .errors import NotRepairable
from .models import Stage
from .services import repairing


def standing_of(batch: Batch) -> dict[str, Any]:
    """obstacle: why not, or None. waits: it passes by itself. under_way: the act a worker is at."""
    obstacle = repairing.obstacle(batch)
    under_way = RepairAct.objects.filter(batch=batch).exclude(stage=Stage.DONE).first()
    waits = obstacle is not None and not isinstance(obstacle, NotRepairable)
    return {"obstacle": obstacle, "waits": waits, "under_way": under_way}
