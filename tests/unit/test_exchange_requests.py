"""A signed request holds as RFC 9421 says, and with anything changed, left out or added it does not."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from canton.exchange.https.errors import NotSigned
from canton.exchange.https.messages import Request, digest, sign, verify
from canton.exchange.signatures import SigningKey

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = SigningKey.new()
PLAIN = Request(
    "PATCH",
    "/transfer/44/4401/packages/a.zip/9-00",
    {"content-digest": digest(b"piece"), "upload-offset": "4", "host": "44.example"},
)


def signed(request: Request = PLAIN, key: SigningKey = KEY) -> Request:
    return replace(request, headers={**request.headers, **lower(sign(request, key, now=NOW))})


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def changed(request: Request, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(request, headers={**request.headers, **named})


def test_it_says_who_and_when() -> None:
    said = verify(signed(), [SigningKey.new().public, KEY.public])
    assert (said.key, said.created) == (KEY.public, NOW)
    assert said.nonce != verify(signed(), [KEY.public]).nonce


def test_what_is_signed_is_the_base_of_the_standard() -> None:
    """The lines of RFC 9421, 2.5, put together here by hand."""
    request = signed()
    parameters = request.headers["signature-input"].removeprefix("sig1=")
    content = base64.b64encode(hashlib.sha256(b"piece").digest()).decode()
    lines = [
        '"@method": PATCH',
        '"@path": /transfer/44/4401/packages/a.zip/9-00',
        f'"content-digest": sha-256=:{content}:',
        '"upload-offset": 4',
        f'"@signature-params": {parameters}',
    ]
    signature = base64.b64decode(request.headers["signature"].removeprefix("sig1=:").rstrip(":"))
    KEY.private.public_key().verify(signature, "\n".join(lines).encode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda request: replace(request, method="DELETE"),
        lambda request: replace(request, path="/transfer/44/4403/packages/a.zip/9-00"),
        lambda request: changed(request, upload_offset="5"),
        lambda request: changed(request, content_digest=digest(b"other")),
        lambda request: changed(request, upload_metadata="filename Yi56aXA="),  # there, and not covered
        lambda request: changed(request, signature_input="sig1=()"),
        lambda request: changed(
            request, signature_input=request.headers["signature-input"].replace("created=17", "created=18")
        ),
        lambda request: changed(request, signature=f"sig1=:{'A' * 86}==:"),
        lambda request: changed(request, signature=request.headers["signature"].replace("sig1", "sig2")),
        lambda request: changed(request, signature=""),
        lambda request: Request(request.method, request.path, PLAIN.headers),
        lambda request: signed(key=SigningKey.new()),
        lambda request: changed(
            request, signature_input=request.headers["signature-input"].replace("canton-transfer", "other")
        ),
    ],
)
def test_changed_it_does_not_hold(spoil) -> None:
    with pytest.raises(NotSigned):
        verify(spoil(signed()), [KEY.public])
