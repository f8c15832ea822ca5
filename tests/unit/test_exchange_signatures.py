"""Keys are written down and read again; what is none is not read as one."""

import pytest

from canton.exchange.signatures import SigningKey, VerifyKey

CITY = SigningKey.new()


def test_public_key_survives_being_written_down():
    assert VerifyKey.parse(str(CITY.public)) == CITY.public


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "ssh-ed25519 AAAA"])
def test_what_is_no_key_is_not_read_as_one(text):
    with pytest.raises(ValueError):
        VerifyKey.parse(text)
