"""Signed Data Packages (v2): how files travel between centres. Pure: no database, no clock."""

from .archive import Limits
from .manifest import Manifest, Resource
from .reading import Opened, Terms, open
from .writing import Source, pack

__all__ = ["Limits", "Manifest", "Opened", "Resource", "Source", "Terms", "open", "pack"]
