"""What a file of a kind must be able to do for single values of it to be put right."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

Changes = Mapping[int, Mapping[str, str]]
"""Number of the row in the file (from 1) → column of the file → new value, or "" → the whole record."""


class Holder(Protocol):
    """A file as it is written; a value put into it changes no other."""

    def require(self, column: str, value: str) -> None:
        """See that the file can hold a value.

        Raises:
            Unwritable: it cannot.
        """

    def record(self, whole: str) -> tuple[str, ...] | None:
        """The wanted columns of a record that was written anew; None when it has not the file's columns.

        Raises:
            Unwritable: the file cannot hold it.
        """

    def write(self, original: Path, into: Path, changes: Changes) -> None:
        """Write a copy of the file in which just these values differ.

        Raises:
            Unwritable: a value cannot stand in the file.
        """
