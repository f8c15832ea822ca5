"""What is decided and written about packages between centres."""

from .links import add_link
from .notices import acknowledge, send_notice, take_notice
from .queues import MAY_CANCEL, MAY_RETRY, cancel, retry
from .receipts import deliver_receipt, file_receipt, receipt_name, send_receipt, take_receipt
from .schedule import chase, chase_all, drop_duty, save_duty
from .sending import Report, queue
from .sweeping import sweep
from .taking_in import here_already, open_incoming, refuse, take_in

__all__ = [
    "MAY_CANCEL",
    "MAY_RETRY",
    "Report",
    "acknowledge",
    "add_link",
    "cancel",
    "chase",
    "chase_all",
    "deliver_receipt",
    "drop_duty",
    "file_receipt",
    "here_already",
    "open_incoming",
    "queue",
    "receipt_name",
    "refuse",
    "retry",
    "save_duty",
    "send_notice",
    "send_receipt",
    "sweep",
    "take_in",
    "take_notice",
    "take_receipt",
]
