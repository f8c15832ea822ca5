"""What a file of a kind must be able to do for single values of it to be put right."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...sources.model import KINDS, Source
from ..mending import Unwritable

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


@dataclass(frozen=True, slots=True)
class Closed:
    """A file of a kind into which nothing is written back; its rows can be looked at."""

    source: Source

    def require(self, _column: str, value: str) -> None:
        """See `Holder`."""
        raise Unwritable(value=value[:80], why=str(KINDS[self.source.kind]))

    def record(self, _whole: str) -> tuple[str, ...] | None:
        """See `Holder`."""
        return None

    def write(self, _original: Path, _into: Path, _changes: Changes) -> None:
        """See `Holder`."""
        raise Unwritable(value="", why=str(KINDS[self.source.kind]))
