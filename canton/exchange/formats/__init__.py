"""Formats of the files centres exchange (F07): one descriptor beside this file for each version."""

from functools import cache
from pathlib import Path

from ..errors import UnknownFormat
from .descriptor import read
from .model import (
    EmptyWhen,
    Field,
    FieldType,
    FilledWhen,
    Format,
    LoadedKey,
    NotBefore,
    Rule,
    Text,
    TextColumns,
)

__all__ = [
    "EmptyWhen",
    "Field",
    "FieldType",
    "FilledWhen",
    "Format",
    "LoadedKey",
    "NotBefore",
    "Rule",
    "Text",
    "TextColumns",
    "all",
    "get",
    "versions",
]


@cache
def all() -> tuple[Format, ...]:
    """Every version of every format, by name, newest version first."""
    found = [read(path.read_bytes()) for path in Path(__file__).parent.glob("*.json")]
    return tuple(sorted(sorted(found, key=_age, reverse=True), key=lambda each: each.name))


def versions(name: str) -> tuple[Format, ...]:
    """All versions of one format, newest first; empty when the name is unknown."""
    return tuple(each for each in all() if each.name == name)


def get(name: str, version: str | None = None) -> Format:
    """A format in this version, or in its newest.

    Raises:
        UnknownFormat: there is no such format or version.
    """
    for each in versions(name):
        if version in (None, each.version):
            return each
    raise UnknownFormat(name=name, version=version or "")


def _age(format_: Format) -> tuple[int, ...]:
    return tuple(int(part) for part in format_.version.split("."))
