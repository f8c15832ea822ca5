"""What can be done with batches."""

from .acceptance import Accepted, Upload, accept_file
from .replacing import require_free
from .resuming import pick_up, run_again, stands_still, sweep
from .running import Run, run

__all__ = [
    "Accepted",
    "Run",
    "Upload",
    "accept_file",
    "pick_up",
    "require_free",
    "run",
    "run_again",
    "stands_still",
    "sweep",
]
