"""Opening a package that somebody sent: nothing in it is believed before its signature holds."""

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _

from ..errors import (
    PackageBomb,
    PackageDataset,
    PackageDescriptor,
    PackageFiles,
    PackageHash,
    PackageNotZip,
    PackageRecipient,
    PackageSender,
    PackageSignature,
    PackageVersion,
)
from ..signatures import VerifyKey
from . import manifest as descriptors
from .archive import Limits, is_safe, opened
from .manifest import DESCRIPTOR, SIGNATURE, Manifest, Resource

_CHUNK = 1 << 20
_DESCRIPTOR_BYTES = 256 * 1024
_SIGNATURE_LINE = re.compile(rb"ed25519 ([0-9a-f]{16}) ([A-Za-z0-9+/=]{88})\n")
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"\xfd7zXZ", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a package must be for this centre to take it in.

    sender: centre whose link it came over. recipient: this centre.
    keys: signing keys of all centres we have a link with, as (centre, key); the sender's must have signed.
    accepts: data sets taken in, each with its versions.
    """

    sender: str
    recipient: str
    keys: tuple[tuple[str, VerifyKey], ...]
    accepts: Mapping[str, frozenset[str]]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Opened:
    """A package that kept every term; files lie at `folder / resource.path`.

    descriptor, signature: the bytes that were signed and the line that signs them, to be kept as evidence.
    """

    manifest: Manifest
    folder: Path
    descriptor: bytes
    signature: bytes
    key: str


def open(path: Path, *, terms: Terms, into: Path) -> Opened:
    """Verify a package and unpack its files into the folder `into`, which must exist and be empty.

    Order: structure, signature, descriptor, terms, then each file's size and hash while it is written out.
    After an error `into` may hold files; throw it away.

    Raises:
        PackageRefused: one subclass for each reason.
        OSError: the disk; trying again may help.
    """
    with opened(path, terms.limits) as archive:
        descriptor = _small(archive, DESCRIPTOR)
        signature = _small(archive, SIGNATURE)
        owner, key = _signer(descriptor, signature, terms)
        manifest = descriptors.read(descriptor)
        _require_terms(manifest, owner, terms)
        _require_listed(archive, manifest)
        for resource in manifest.resources:
            _unpack(archive, resource, into, terms.limits)
    return Opened(manifest, into, descriptor, signature, key.id)


def described(path: Path) -> Manifest:
    """What a package of our own says about itself; nothing of it is verified.

    Raises:
        PackageRefused: it is no package.
    """
    with opened(path, Limits()) as archive:
        return descriptors.read(_small(archive, DESCRIPTOR))


def own_file(path: Path, into: Path) -> Path:
    """The data file of a package of our own, unpacked into the folder `into`; its signature is not looked at.

    Raises:
        PackageRefused: it is no package, or was damaged since it was packed.
        OSError: the disk.
    """
    with opened(path, Limits()) as archive:
        resource = descriptors.read(_small(archive, DESCRIPTOR)).resources[0]
        _unpack(archive, resource, into, Limits())
    return into / resource.path


def _small(archive: ZipFile, name: str) -> bytes:
    """Content of the descriptor or its signature, bounded whatever the directory claims."""
    if name not in archive.namelist():
        raise (PackageDescriptor(part=name) if name == DESCRIPTOR else PackageSignature(key="—"))
    try:
        with archive.open(name) as file:
            content = file.read(_DESCRIPTOR_BYTES + 1)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise PackageNotZip(why=_("a file in it is damaged")) from error
    if len(content) > _DESCRIPTOR_BYTES:
        raise PackageBomb(why=name)
    return content


def _signer(descriptor: bytes, signature: bytes, terms: Terms) -> tuple[str, VerifyKey]:
    """Whose key signed, and the key."""
    match = _SIGNATURE_LINE.fullmatch(signature)
    if not match:
        raise PackageSignature(key="—")
    named = match[1].decode()
    try:
        raw = base64.b64decode(match[2], validate=True)
    except binascii.Error as error:
        raise PackageSignature(key=named) from error
    for centre, key in sorted(terms.keys, key=lambda pair: pair[0] != terms.sender):
        if key.id == named and key.verifies(raw, descriptor):
            return centre, key
    raise PackageSignature(key=named)


def _require_terms(manifest: Manifest, owner: str, terms: Terms) -> None:
    """The signer, the stated sender and the link agree; the rest is for this centre and understood here."""
    for speaker in (owner, manifest.sender):
        if speaker != terms.sender:
            raise PackageSender(sender=speaker, link=terms.sender)
    if manifest.recipient != terms.recipient:
        raise PackageRecipient(recipient=manifest.recipient)
    if manifest.dataset not in terms.accepts:
        raise PackageDataset(dataset=manifest.dataset)
    if manifest.version not in terms.accepts[manifest.dataset]:
        raise PackageVersion(dataset=manifest.dataset, version=manifest.version)


def _require_listed(archive: ZipFile, manifest: Manifest) -> None:
    """The archive holds the files listed, each once, and no other."""
    listed = [resource.path for resource in manifest.resources]
    for name in listed:
        if not (is_safe(name) and name.startswith("data/")):
            raise PackageDescriptor(part="path")
    if len({name.casefold() for name in listed}) != len(listed):
        raise PackageDescriptor(part="path")
    for name in sorted({*listed, DESCRIPTOR, SIGNATURE} ^ set(archive.namelist())):
        raise PackageFiles(name=name)
    if not listed:
        raise PackageFiles(name="—")


def _unpack(archive: ZipFile, resource: Resource, into: Path, limits: Limits) -> None:
    """Stream one file out; stop at the first byte more than the descriptor allows."""
    if archive.getinfo(resource.path).file_size != resource.bytes:
        raise PackageHash(name=resource.path)
    target = into / resource.path
    target.parent.mkdir(exist_ok=True)
    digest, written = sha256(), 0
    try:
        with archive.open(resource.path) as packed, target.open("xb") as file:
            while chunk := packed.read(_CHUNK):
                if not written and chunk.startswith(_ARCHIVES):
                    raise PackageBomb(why=_("an archive within the archive"))
                written += len(chunk)
                if written > min(resource.bytes, limits.unpacked):
                    raise PackageHash(name=resource.path)
                digest.update(chunk)
                file.write(chunk)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise PackageNotZip(why=_("a file in it is damaged")) from error
    if (written, digest.hexdigest()) != (resource.bytes, resource.sha256):
        raise PackageHash(name=resource.path)
