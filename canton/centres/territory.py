"""Number segments of a province's cities, read from the data file of the package `phone` (MIT licence).

The file: 4 bytes of version and the offset of the index (`<4si`); then records "province|city|zip|area code",
each ended by a NUL; then the index, 9 bytes an entry (`<iiB`): segment, offset of its record, operator.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from phone import Phone


@dataclass(frozen=True, slots=True)
class Territory:
    """The data file as published: its bytes, where the index starts and what an entry looks like."""

    content: bytes
    index: int
    entry: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the data file, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def segments(self, province: str, cities: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """(segment, centre code) of every segment of the province whose area code `cities` knows.

        province: short Chinese name, 广东. cities: area code -> centre code. Each segment comes once, in
        order; of two entries the last wins.
        """
        homes: dict[int, str | None] = {}
        found: dict[int, str] = {}
        for segment, record, _operator in struct.iter_unpack(self.entry, self.content[self.index :]):
            if record not in homes:
                homes[record] = self._home(record, province, cities)
            if home := homes[record]:
                found[segment] = home
        return ((str(segment), home) for segment, home in sorted(found.items()))

    def _home(self, record: int, province: str, cities: Mapping[str, str]) -> str | None:
        text = self.content[record : self.content.index(b"\0", record)].decode()
        where, _city, _zip, area_code = text.split("|")
        return cities.get(area_code) if where == province else None


def published() -> Territory:
    """The data file that came with the installed package."""
    file = Phone()
    return Territory(content=file.buf, index=file.first_phone_record_offset, entry=file.phone_fmt)
