"""The ZIP container of a package: what may stand in it, decided before a byte of it is unpacked.

Only the plainest ZIP is read: one directory at the very end, no comment, no ZIP64 directory, nothing in
front, stored or deflated. So all readers see the same files, and the directory is small before it is parsed.
"""

import re
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext_lazy as _

from ..errors import PackageBomb, PackageEncrypted, PackageNotZip, PackagePath

_END = struct.Struct("<4s4H2LH")  # end of central directory, APPNOTE 4.3.16
_END_MARK = b"PK\x05\x06"
_LOCATOR_BYTES = 20
_LOCATOR_MARK = b"PK\x06\x07"  # APPNOTE 4.3.15: a ZIP64 directory follows
_DIRECTORY_BYTES = 256 * 1024
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UNIX = 3
_NAME = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][\w\u4e00-\u9fff.-]{0,99}", re.ASCII)
_DEPTH = 2  # data/file.csv


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a package may be.

    packed: bytes of the archive. unpacked: bytes of all its files. ratio: unpacked / packed.
    files: number of them.
    """

    packed: int = 2**30
    unpacked: int = 4 * 2**30
    ratio: int = 200
    files: int = 16


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[ZipFile]:
    """The archive, its structure and its directory found good.

    Raises:
        PackageNotZip, PackageEncrypted, PackagePath, PackageBomb.
    """
    _require_plain_ending(path, limits)
    try:
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise PackageNotZip(why=_("the directory cannot be read")) from error
    with archive:
        _require_modest(archive, path.stat().st_size, limits)
        seen: set[str] = set()
        for entry in archive.infolist():
            _require_plain_file(entry)
            if entry.filename.casefold() in seen:
                raise PackagePath(name=entry.filename)
            seen.add(entry.filename.casefold())
        yield archive


def is_safe(name: str) -> bool:
    """Whether a name stays in its folder on every system: relative, at most one folder deep."""
    parts = name.split("/")
    return len(parts) <= _DEPTH and all(_NAME.fullmatch(part) and not part.endswith(".") for part in parts)


def safe_name(name: str) -> str:
    """The nearest name that is_safe: what may not stand in one becomes _."""
    plain = re.sub(r"[^A-Za-z0-9\u4e00-\u9fff_.-]", "_", name)[-80:].rstrip(".")
    return plain if _NAME.fullmatch(plain) else f"x{plain}"


def _require_plain_ending(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if size > limits.packed:
        raise PackageBomb(why=f"{size} > {limits.packed}")
    if size < _END.size:
        raise PackageNotZip(why=_("it is too short"))
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size - _LOCATOR_BYTES))
        tail = file.read()
    mark, disk, start_disk, here, count, length, offset, comment = _END.unpack(tail[-_END.size :])
    if mark != _END_MARK or comment:
        raise PackageNotZip(why=_("it does not end with its directory"))
    if tail[: -_END.size].startswith(_LOCATOR_MARK) or (disk, start_disk) != (0, 0) or here != count:
        raise PackageNotZip(why=_("it is split or in the ZIP64 form"))
    if count > limits.files + 2 or length > _DIRECTORY_BYTES:
        raise PackageBomb(why=_("too many files"))
    if offset + length != size - _END.size:
        raise PackageNotZip(why=_("something stands before or behind its files"))


def _require_modest(archive: ZipFile, packed: int, limits: Limits) -> None:
    """The sizes the directory claims; what is unpacked is counted again against them."""
    claimed = sum(entry.file_size for entry in archive.infolist())
    if claimed > limits.unpacked:
        raise PackageBomb(why=f"{claimed} > {limits.unpacked}")
    if claimed > limits.ratio * packed:
        raise PackageBomb(why=f"{claimed} / {packed} > {limits.ratio}")


def _require_plain_file(entry: ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise PackageEncrypted(name=entry.filename)
    # orig_filename is the name as it stands; zipfile cuts filename at a NUL and turns backslashes
    if entry.orig_filename != entry.filename or not is_safe(entry.filename):
        raise PackagePath(name=entry.orig_filename)
    kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == _UNIX else 0
    if kind not in (0, stat.S_IFREG):
        raise PackagePath(name=entry.filename)
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise PackageNotZip(why=_("it is compressed in another way than deflate"))
