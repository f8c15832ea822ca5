"""Secrets that are shown once: the database keeps their digests only."""

import secrets
from hashlib import sha256

BYTES = 32  # of chance; nobody guesses one, so a quick digest is enough


def new() -> str:
    """A token for an address: letters, digits, - and _."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """SHA-256, hexadecimal."""
    return sha256(token.encode()).hexdigest()
