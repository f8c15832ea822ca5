"""One-time codes and sealed secrets. Expected codes are those of RFC 6238, appendix B, cut to six digits."""

from base64 import b32decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from canton.accounts import codes, sealing
from canton.accounts.errors import SealBroken

KEY = b"12345678901234567890"  # of the RFC
RFC = [
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
    (2000000000, "279037"), (20000000000, "353130"),
]  # fmt: skip


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), RFC)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert codes.step_of(code, KEY, now=at(seconds), after=0) == seconds // 30


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(late: int, taken: bool) -> None:
    assert (codes.step_of("081804", KEY, now=at(1111111109 + late), after=0) is not None) is taken


def test_a_code_is_taken_once_and_none_from_before_it() -> None:
    step = 1111111109 // 30
    assert codes.step_of("081804", KEY, now=at(1111111109), after=step) is None
    assert codes.step_of("081804", KEY, now=at(1111111109), after=step - 1) == step


@pytest.mark.parametrize(
    "code", ["", "0", "81804", "0818044", "０８１８０４", "08180a", "-8180", "08180\0", "9" * 5000]
)
def test_what_is_no_code_is_none(code: str) -> None:
    assert codes.step_of(code, KEY, now=at(1111111109), after=0) is None


def test_spaces_do_not_matter() -> None:
    assert codes.step_of(" 081 804", KEY, now=at(1111111109), after=0)


def test_an_authenticator_finds_the_secret_in_the_address_and_in_the_letters() -> None:
    key = codes.new_key()
    assert len(key) == 20
    parts = urlsplit(codes.address(key, number="44 001/x", issuer="Canton"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Canton:44%20001%2Fx")
    assert b32decode(parse_qs(parts.query)["secret"][0]) == key
    assert b32decode(codes.in_letters(key).replace(" ", "")) == key


def test_the_picture_obeys_the_content_policy() -> None:
    picture = codes.picture("otpauth://totp/Canton:441001?secret=ABC")
    assert picture.startswith("<svg")
    assert "style" not in picture
    assert "<script" not in picture


def test_recovery_codes_differ_and_are_kept_as_digests() -> None:
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    digests = {codes.recovery_digest(code) for code in made}
    assert len(digests) == 10
    assert not digests & set(made)
    assert codes.recovery_digest(made[0].upper().replace("-", " ")) == codes.recovery_digest(made[0])


def test_a_sealed_secret_opens_in_this_house_only(settings: object) -> None:
    sealed = sealing.seal(KEY)
    assert KEY.decode() not in sealed
    assert sealing.unseal(sealed) == KEY
    old = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]  # type: ignore[attr-defined]
    assert sealing.unseal(sealed) == KEY
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    with pytest.raises(SealBroken):
        sealing.unseal(sealed)
