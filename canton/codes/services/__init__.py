"""Drafting, publishing and bringing into force versions of the classification."""

from .drafts import alter, drop, set_kind, start, undo
from .publishing import bring_into_force, publish, withdraw

__all__ = ["alter", "bring_into_force", "drop", "publish", "set_kind", "start", "undo", "withdraw"]
