"""Signing and verifying HTTP requests: RFC 9421 with Ed25519, RFC 9530 for their content. Pure.

The signature covers method, path, content digest and the headers of the upload; `created` and `nonce` keep a
request from being used again. The path names both centres: what is signed for one is no use at another.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from ..signatures import SigningKey, VerifyKey
from .errors import NotSigned

TAG = "canton-transfer"
ALWAYS = ("@method", "@path", "content-digest")
IF_THERE = ("upload-offset", "upload-length", "upload-metadata")
_INPUT = re.compile(
    r"([a-z][a-z0-9_-]{0,20})="  # label
    r'(\(((?:"[a-z@-]{1,40}"(?: |(?=\))))*)\)'  # what is covered
    r'((?:;[a-z]{1,10}=(?:\d{1,12}|"[^"\\]{1,64}"))*))'  # parameters
)
_PARAMETER = re.compile(r';([a-z]+)=(?:(\d+)|"([^"]*)")')
_SIGNATURE = re.compile(r"([a-z][a-z0-9_-]{0,20})=:([A-Za-z0-9+/=]{88}):")


@dataclass(frozen=True, slots=True)
class Request:
    """As much of an HTTP request as is signed. headers: by lower-case name."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature says: which key made it, when, and the word that is used once."""

    key: VerifyKey
    created: datetime
    nonce: str


def digest(content: bytes) -> str:
    """Value of Content-Digest."""
    return f"sha-256=:{base64.b64encode(sha256(content).digest()).decode()}:"


def sign(request: Request, key: SigningKey, *, now: datetime) -> dict[str, str]:
    """The two headers that sign a request; its headers must hold content-digest already."""
    covered = [*ALWAYS, *(name for name in IF_THERE if name in request.headers)]
    named = " ".join(f'"{name}"' for name in covered)
    parameters = (
        f'({named});created={int(now.timestamp())};nonce="{secrets.token_urlsafe(24)}"'
        f';keyid="{key.public.id}";alg="ed25519";tag="{TAG}"'
    )
    signature = base64.b64encode(key.sign(_base(request, covered, parameters))).decode()
    return {"Signature-Input": f"sig1={parameters}", "Signature": f"sig1=:{signature}:"}


def verify(request: Request, keys: Iterable[VerifyKey]) -> Signed:
    """Who signed a request, among the keys given.

    Raises:
        NotSigned: it says what is missing or wrong.
    """
    named = _INPUT.fullmatch(request.headers.get("signature-input", ""))
    given = _SIGNATURE.fullmatch(request.headers.get("signature", ""))
    if named is None or given is None or named[1] != given[1]:
        raise NotSigned(why="Signature-Input, Signature")
    covered = [name.strip('"') for name in named[3].split()]
    _require_covered(covered, request)
    values = {name: number or text for name, number, text in _PARAMETER.findall(named[4])}
    if values.get("alg", "ed25519") != "ed25519" or values.get("tag") != TAG:
        raise NotSigned(why="alg, tag")
    if not values.get("created", "").isdecimal() or not values.get("nonce"):
        raise NotSigned(why="created, nonce")
    key = next((key for key in keys if key.id == values.get("keyid")), None)
    if key is None:
        raise NotSigned(why="keyid")
    if not key.verifies(_decoded(given[2]), _base(request, covered, named[2])):
        raise NotSigned(why="Signature")
    return Signed(key, datetime.fromtimestamp(int(values["created"]), UTC), values["nonce"])


def _require_covered(covered: list[str], request: Request) -> None:
    """Everything that says what is to be done is signed, each once, and nothing that is not there."""
    wanted = {*ALWAYS, *(name for name in IF_THERE if name in request.headers)}
    missing = wanted - set(covered)
    strange = [name for name in covered if name not in wanted]
    if missing or strange or len(set(covered)) != len(covered):
        raise NotSigned(why=", ".join(sorted(missing) or strange or covered))


def _base(request: Request, covered: Iterable[str], parameters: str) -> bytes:
    """RFC 9421, 2.5."""
    derived = {"@method": request.method, "@path": request.path}
    values = {name: derived.get(name) or request.headers.get(name, "").strip() for name in covered}
    lines = [f'"{name}": {value}' for name, value in values.items()]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NotSigned(why="Signature") from error
