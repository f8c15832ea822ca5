"""One-time codes of an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 seconds) and recovery codes."""

import re
import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django_otp.oath import TOTP

KEY_BYTES = 20  # RFC 4226, 4, R6 recommends 160 bits
DRIFT = 1  # steps a clock may be ahead or behind
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
RECOVERY_HALF = 5  # characters on each side of the dash; ten of them are 49 bits
SIX_DIGITS = re.compile(r"[0-9]{6}")
SPACES = re.compile(r"[\s-]")


def new_key() -> bytes:
    """A secret to share with an authenticator."""
    return secrets.token_bytes(KEY_BYTES)


def in_letters(key: bytes) -> str:
    """The secret as a person types it: base32 in groups of four."""
    text = b32encode(key).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(key: bytes, *, number: str, issuer: str) -> str:
    """otpauth:// address that an authenticator reads from the picture (Key Uri Format)."""
    query = urlencode({"secret": b32encode(key).decode(), "issuer": issuer}, quote_via=quote)
    return "otpauth://totp/" + quote(issuer, safe="") + ":" + quote(number, safe="") + "?" + query


def picture(text: str) -> SafeString:
    """A QR code as SVG without styles, black on white whatever the theme: readers want it so."""
    code = segno.make(text, error="m", micro=False)
    return SafeString(code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr"))


def step_of(code: str, key: bytes, *, now: datetime, after: int) -> int | None:
    """The time step a code is for, if it is right and its step later than `after`; None otherwise.

    after: the step of the last code taken, so that none is taken twice.
    """
    given = SPACES.sub("", code)
    if not SIX_DIGITS.fullmatch(given):
        return None
    counter = TOTP(key)
    counter.time = now.timestamp()
    return counter.t() if counter.verify(int(given), tolerance=DRIFT, min_t=after + 1) else None


def new_recovery_codes() -> list[str]:
    """Ten codes to keep on paper, each good once."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str) -> str:
    """What the database keeps of a recovery code: an HMAC-SHA-256; spaces, dash and case are nothing."""
    plain = SPACES.sub("", code).lower()
    return salted_hmac("canton.accounts.recovery", plain, algorithm="sha256").hexdigest()


def _recovery_code() -> str:
    halves = ("".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_HALF)) for _ in range(2))
    return "-".join(halves)
