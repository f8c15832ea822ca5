"""What can be done with queries."""

from .asking import Asking, ask, cancel, cancel_file
from .exporting import make_file, order_file
from .originals import ask_again, fetch_original, is_held, show_numbers
from .running import run
from .saving import delete, save, share
from .sweeping import sweep

__all__ = [
    "Asking",
    "ask",
    "ask_again",
    "cancel",
    "cancel_file",
    "delete",
    "fetch_original",
    "is_held",
    "make_file",
    "order_file",
    "run",
    "save",
    "share",
    "show_numbers",
    "sweep",
]
