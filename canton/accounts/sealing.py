"""Secrets the house must be able to read again, sealed before they go into the database.

The key comes from SECRET_KEY by HKDF (RFC 5869): who has the database alone reads none of them. A key that
was replaced, and is named in SECRET_KEY_FALLBACKS, still opens what it sealed.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from .errors import SealBroken

PURPOSE = b"canton.accounts.second-factor"


def seal(secret: bytes) -> str:
    """Text that only this house can open."""
    return _seals().encrypt(secret).decode()


def unseal(sealed: str) -> bytes:
    """What was sealed.

    Raises:
        SealBroken: it was sealed by another house, or altered.
    """
    try:
        return _seals().decrypt(sealed.encode())
    except InvalidToken as error:
        raise SealBroken() from error


def _seals() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str | bytes) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(force_bytes(secret))
    return Fernet(urlsafe_b64encode(derived))
