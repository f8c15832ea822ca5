"""Ed25519 keys that sign what a centre sends (RFC 8032); raw keys travel as base64."""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

RAW_KEY_BYTES = 32


def fingerprint(line: str) -> str:
    """SHA256:… of an OpenSSH line, as every SSH program prints it."""
    import asyncssh  # a third of a second, and not every process speaks SSH

    return str(asyncssh.import_public_key(line).get_fingerprint())


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """The public half: 32 raw bytes."""

    raw: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifyKey":
        """From base64; ValueError when it is not a key."""
        try:
            raw = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError("not base64") from error
        if len(raw) != RAW_KEY_BYTES:
            raise ValueError(f"an Ed25519 key has {RAW_KEY_BYTES} bytes, not {len(raw)}")
        return cls(raw)

    def __str__(self) -> str:
        return base64.b64encode(self.raw).decode()

    @property
    def id(self) -> str:
        """Names the key in a signature and on screen: 16 hex digits of its SHA-256."""
        return sha256(self.raw).hexdigest()[:16]

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """Whether the private half signed exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private half."""

    private: Ed25519PrivateKey

    @classmethod
    def new(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate())

    @property
    def public(self) -> VerifyKey:
        return VerifyKey(self.private.public_key().public_bytes_raw())

    def sign(self, content: bytes) -> bytes:
        return self.private.sign(content)
