"""What is done with finished reports: filed at once or by the worker, opened, let go of."""

from .filing import SHEET, content, file_away, sweep
from .ordering import make, order

__all__ = ["SHEET", "content", "file_away", "make", "order", "sweep"]
