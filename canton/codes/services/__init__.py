"""Drafting, publishing and bringing into force versions of the classification; rules for texts."""

from .drafts import alter, drop, set_kind, start, undo
from .publishing import bring_into_force, publish, withdraw
from .reading import change_threshold, drop_label, export_labels, keep_label
from .texts import Wanted, add_text_rule, change_text_rule, reinstate_text_rule, retire_text_rule

__all__ = [
    "Wanted", "add_text_rule", "alter", "bring_into_force", "change_text_rule", "change_threshold", "drop",
    "drop_label", "export_labels", "keep_label", "publish", "reinstate_text_rule", "retire_text_rule",
    "set_kind", "start", "undo", "withdraw",
]  # fmt: skip
