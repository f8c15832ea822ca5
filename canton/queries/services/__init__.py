"""What can be done with queries."""

from .asking import Asking, ask, cancel, cancel_file
from .exporting import make_file, order_file
from .originals import fetch_original, is_held
from .running import run
from .saving import delete, save, share
from .sweeping import sweep

__all__ = [
    "Asking",
    "ask",
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
    "sweep",
]
