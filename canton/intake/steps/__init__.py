"""The steps of a file. Each reads it and the folders before its own, which it writes whole or not at all."""

from .check import check
from .classify import classify
from .counts import Checked, Classified, Sorted
from .input_file import InputFile
from .sort import sort

__all__ = ["Checked", "Classified", "InputFile", "Sorted", "check", "classify", "sort"]
