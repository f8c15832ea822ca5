"""The steps of a file. Each reads the folder of the one before and writes its own, whole or not at all."""

from .check import check
from .classify import classify
from .counts import Checked, Classified, Sorted
from .sort import sort

__all__ = ["Checked", "Classified", "Sorted", "check", "classify", "sort"]
