"""Packing files into a signed package."""

import base64
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from canton.kernel.files import write_beside

from ..signatures import SigningKey
from . import manifest as descriptors
from .archive import is_safe
from .manifest import DESCRIPTOR, SIGNATURE, Manifest, Resource

_CHUNK = 1 << 20
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the oldest time a ZIP can state: packing twice gives the same bytes
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """A file to pack, the encoding its receiver is told ("" when unknown), and its name in the package."""

    path: Path
    encoding: str = "utf-8"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A package on the disk; sha256 is that of the whole archive, the manifest lists what is in it."""

    path: Path
    manifest: Manifest
    sha256: str
    bytes: int


def pack(files: Sequence[Source], *, manifest: Manifest, key: SigningKey, into: Path) -> Packed:
    """Write a package of these files into the folder `into`; the same in gives the same bytes.

    manifest: its resources are filled in here. The package is called `<name>.<12 hex digits>.zip` after its
    descriptor, so different content never carries the same name.

    Raises:
        PackageDescriptor: the manifest is one that no recipient could accept.
        ValueError: a file's name could not be unpacked safely, or two files have the same.
        OSError: a file cannot be read, or `into` not written.
    """
    resources = tuple(_resource(each) for each in files)
    if len({each.path.casefold() for each in resources}) != len(files):
        raise ValueError("two files have the same name")
    manifest = replace(manifest, resources=resources)
    descriptor = descriptors.write(manifest)
    descriptors.read(descriptor)
    path = into / f"{manifest.name}.{sha256(descriptor).hexdigest()[:12]}.zip"
    with write_beside(path) as beside, ZipFile(beside, "w", allowZip64=True) as archive:
        archive.writestr(_entry(DESCRIPTOR), descriptor)
        archive.writestr(_entry(SIGNATURE, ZIP_STORED), _signature(descriptor, key))
        for source, resource in zip(files, resources, strict=True):
            entry = _entry(resource.path)
            entry.file_size = resource.bytes
            with source.path.open("rb") as content, archive.open(entry, "w") as packed:
                shutil.copyfileobj(content, packed, _CHUNK)
    with path.open("rb") as file:
        return Packed(path, manifest, file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _resource(source: Source) -> Resource:
    name = f"data/{source.name or source.path.name}"
    if not is_safe(name):
        raise ValueError(f"not a name for a file in a package: {name}")
    with source.path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Resource(path=name, bytes=source.path.stat().st_size, sha256=digest, encoding=source.encoding)


def _entry(name: str, compress: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, _BEGINNING)
    entry.compress_type, entry.external_attr, entry.create_system = compress, _PLAIN_FILE, 3
    return entry


def _signature(descriptor: bytes, key: SigningKey) -> bytes:
    """`ed25519 <key id> <base64>` and a line end, over the exact bytes of the descriptor."""
    return f"ed25519 {key.public.id} {base64.b64encode(key.sign(descriptor)).decode()}\n".encode()
