"""What is decided and written about packages between centres."""

from .links import add_link
from .receipts import deliver_receipt, file_receipt, receipt_name, send_receipt
from .sending import Report, queue
from .sweeping import sweep
from .taking_in import here_already, open_incoming, refuse, take_in

__all__ = [
    "Report",
    "add_link",
    "deliver_receipt",
    "file_receipt",
    "here_already",
    "open_incoming",
    "queue",
    "receipt_name",
    "refuse",
    "send_receipt",
    "sweep",
    "take_in",
]
