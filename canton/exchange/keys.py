"""This centre's own keys: made when first asked for, in CANTON_HOME/keys, readable by their owner only."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from canton.kernel.configuration import home, keys
from canton.kernel.files import flush

from .signatures import SigningKey, fingerprint

if TYPE_CHECKING:
    import asyncssh  # imported where it is needed: a third of a second, and not every process speaks SSH

SIGNING, SIGN_IN, HOST = "exchange-signing", "exchange-sign-in", "exchange-host"
NEXT = ".next"
__all__ = [
    "Card", "card", "fingerprint", "host", "make_next", "next_card", "public_line", "sign_in", "signing",
    "signing_next", "take_next",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """What a neighbour has to know of a centre: its code and public keys (base64; OpenSSH lines)."""

    centre: str
    signing_key: str
    ssh_key: str
    ssh_host_key: str


def signing() -> SigningKey:
    """Signs our packages."""
    return _signing(SIGNING)


def sign_in() -> "asyncssh.SSHKey":
    """Opens our neighbours' SFTP servers to us."""
    return _ssh_key(SIGN_IN)


def host() -> "asyncssh.SSHKey":
    """Proves to our neighbours that our SFTP server is ours."""
    return _ssh_key(HOST)


def card(centre: str) -> Card:
    """Our public keys, for our neighbours."""
    return Card(centre, str(signing().public), public_line(sign_in()), public_line(host()))


def public_line(key: "asyncssh.SSHKey") -> str:
    """The public half as one OpenSSH line, without comment."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def make_next() -> None:
    """Make the keys that will follow, unless they are there."""
    for name, make in KEPT.items():
        _kept(name + NEXT, make)


def signing_next() -> SigningKey:
    """The signing key that will follow."""
    return _signing(SIGNING + NEXT)


def next_card(centre: str) -> Card:
    """The public halves of the keys that will follow."""
    lines = [public_line(_ssh_key(name + NEXT)) for name in (SIGN_IN, HOST)]
    return Card(centre, str(signing_next().public), *lines)


def take_next() -> None:
    """Put the keys that follow in the place of those in use; again changes nothing."""
    folder = keys(home())
    for name in KEPT:
        following = folder / (name + NEXT)
        if following.exists():
            following.replace(folder / name)
    flush(folder)


def _signing(name: str) -> SigningKey:
    private = serialization.load_pem_private_key(_kept(name, _new_signing_key), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"{name} is not an Ed25519 key")
    return SigningKey(private)


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    """Written beside and linked, so that of several first readers all see one whole key."""
    path = keys(home()) / name
    if not path.exists():
        beside = path.with_name(f"{name}.tmp-{uuid4().hex}")
        _write_private(beside, make())
        with suppress(FileExistsError):  # another process made it in this moment; read theirs
            path.hardlink_to(beside)
        beside.unlink()
    return path.read_bytes()


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _new_signing_key() -> bytes:
    return SigningKey.new().private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _ssh_key(name: str) -> "asyncssh.SSHKey":
    import asyncssh

    return asyncssh.import_private_key(_kept(name, _new_ssh_key))


def _new_ssh_key() -> bytes:
    import asyncssh

    return asyncssh.generate_private_key("ssh-ed25519", comment="canton").export_private_key("openssh")


KEPT = {SIGNING: _new_signing_key, SIGN_IN: _new_ssh_key, HOST: _new_ssh_key}
