"""Tables that rooms above describe and exchange; published beside the formats, where packages say."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from .model import Text


@dataclass(frozen=True, slots=True)
class Offered:
    """One version of such a table. document: its Table Schema, byte for byte; sha256 is its digest in hex."""

    title: Text
    document: bytes
    sha256: str


_places: dict[tuple[str, str], Path] = {}


def offer(name: str, version: str, path: Path) -> None:
    """Publish a version of a table; its descriptor is read when somebody asks for it."""
    _places[name, version] = path


def get(name: str, version: str) -> Offered | None:
    """A version, None when nobody offers it."""
    path = _places.get((name, version))
    return _read(path) if path else None


def titles() -> dict[str, str]:
    """Tables by their names, as a person calls them."""
    return {name: str(_read(path).title) for (name, _), path in _places.items()}


@cache
def _read(path: Path) -> Offered:
    document = path.read_bytes()
    content = json.loads(document)
    title = Text(zh=content["canton:zh"]["title"], en=content["title"])
    return Offered(title, document, sha256(document).hexdigest())
