"""Signed Data Packages (v2): how files travel between centres. Pure: no database, no clock."""

from .archive import Limits, safe_name
from .manifest import Manifest, Resource
from .reading import Opened, Terms, described, open, own_file
from .writing import Packed, Source, pack

__all__ = [
    "Limits",
    "Manifest",
    "Opened",
    "Packed",
    "Resource",
    "Source",
    "Terms",
    "described",
    "open",
    "own_file",
    "pack",
    "safe_name",
]
