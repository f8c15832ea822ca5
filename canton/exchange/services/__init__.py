"""What is decided and written about packages between centres."""

from .detours import note_detours
from .host_keys import accept_host_key, forget_offered_key, note_offered_key
from .links import add_link
from .notices import acknowledge, send_notice, take_notice
from .pauses import pause_link, resume_link
from .queues import MAY_CANCEL, MAY_RETRY, cancel, retry
from .receipts import deliver_receipt, file_receipt, receipt_name, send_receipt, take_receipt
from .rotation import (
    begin_rotation,
    go_on_with_rotation,
    key_named,
    retire_now,
    revoke_key,
    switch_now,
    unaware,
)
from .schedule import chase, chase_all, drop_duty, save_duty
from .sending import Report, before, first_in_line, queue, queue_packed
from .sweeping import sweep
from .taking_in import here_already, open_incoming, refuse, take_in

__all__ = [
    "MAY_CANCEL",
    "MAY_RETRY",
    "Report",
    "accept_host_key",
    "acknowledge",
    "add_link",
    "before",
    "begin_rotation",
    "cancel",
    "chase",
    "chase_all",
    "deliver_receipt",
    "drop_duty",
    "file_receipt",
    "first_in_line",
    "forget_offered_key",
    "go_on_with_rotation",
    "here_already",
    "key_named",
    "note_detours",
    "note_offered_key",
    "open_incoming",
    "pause_link",
    "queue",
    "queue_packed",
    "receipt_name",
    "refuse",
    "resume_link",
    "retire_now",
    "retry",
    "revoke_key",
    "save_duty",
    "send_notice",
    "send_receipt",
    "sweep",
    "switch_now",
    "take_in",
    "take_notice",
    "take_receipt",
    "unaware",
]
