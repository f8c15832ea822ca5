"""How much a file that must be unpacked may hold; each a setting."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Bounds:
    """unpacked: bytes of all parts of a workbook. ratio: unpacked to packed of a part above a mebibyte.
    shared: bytes of its table of texts, which is held in memory. cell: characters of one value.
    """

    unpacked: int = 2 << 30
    ratio: int = 200
    shared: int = 256 << 20
    cell: int = 1 << 20


def bounds() -> Bounds:
    """What this centre allows."""
    return Bounds(
        unpacked=settings.CANTON_SHEET_BYTES,
        ratio=settings.CANTON_SHEET_RATIO,
        shared=settings.CANTON_SHEET_TEXTS,
        cell=settings.CANTON_LINE_BYTES,
    )
