"""The HTTPS door for neighbours (F07): uploads after tus 1.0, receipts and packages to fetch.

    OPTIONS                                          what is spoken here, and how large a package may be
    POST    /transfer/TO/FROM/packages/              Upload-Length, Upload-Metadata: filename, sha256
    HEAD    /transfer/TO/FROM/packages/NAME/WHAT     how much is there
    PATCH   …                                        the next piece, at Upload-Offset; the last hands it over
    GET     /transfer/TO/FROM/receipts/NAME          a receipt; DELETE clears it away
    GET     /transfer/TO/FROM/out/                   packages laid out for FROM; out/NAME as a receipt

TO is this centre, FROM the one that signs; it sees its own folder and nothing else.
"""

import base64
import binascii
import logging
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from canton.kernel.access import public
from canton.kernel.errors import CantonError

from . import folders, services
from .choices import Way
from .https import errors, messages
from .https.uploads import PIECE, Upload
from .models import Link
from .services import callers
from .sftp.dropbox import PACKAGE

log = logging.getLogger(__name__)

TUS = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
LOOPBACK = ("127.0.0.1", "::1")
DIGEST = re.compile(r"[0-9a-f]{64}")
WHAT = re.compile(r"(\d{1,12})-([0-9a-f]{64})")

Door = Callable[..., HttpResponseBase]


def door(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Door]:
    """A view of the door: told over TLS, signed by the link's key, refused with a code."""

    def make(view: Callable[..., HttpResponseBase]) -> Door:
        @public("neighbouring centres sign each request with the key of their link")
        @csrf_exempt
        @require_http_methods([*methods, "OPTIONS"])
        @wraps(view)
        def guarded(request: HttpRequest, to: str, sender: str, **rest: str) -> HttpResponseBase:
            with translation.override("en"):
                try:
                    _require_tls(request)
                    if request.method == "OPTIONS":
                        return _spoken()
                    body = _body(request)
                    link = _caller(request, body, to, sender)
                    answer = view(request, link, body, **rest)
                except errors.RequestRefused as error:
                    content = {"error": {"code": error.code, "message": error.message}}
                    answer = JsonResponse(content, status=error.status)
            answer["Tus-Resumable"], answer["Cache-Control"] = TUS, "no-store"
            return answer

        return guarded

    return make


@door("POST")
def packages(request: HttpRequest, link: Link, body: bytes) -> HttpResponseBase:
    """Begin an upload, or learn how far it is; one that is here whole answers with its full length."""
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    length, digest = request.headers.get("Upload-Length", ""), told.get("sha256", "")
    if not re.fullmatch(r"\d{1,12}", length) or not DIGEST.fullmatch(digest):
        raise errors.WrongForm(part="Upload-Length, Upload-Metadata")
    upload = _upload(link, told.get("filename", ""), f"{length}-{digest}")
    if services.here_already(link, digest, now=timezone.now()):
        offset = upload.length
    else:
        offset = upload.begin(largest=settings.CANTON_PACKAGE_BYTES)
    answer = HttpResponse(status=201)
    address = [settings.CANTON_CENTRE, link.pk, upload.name, f"{upload.length}-{upload.sha256}"]
    answer["Location"], answer["Upload-Offset"] = reverse("exchange:transfer-package", args=address), offset
    return answer


@door("HEAD", "PATCH", "DELETE")
def package(request: HttpRequest, link: Link, body: bytes, name: str, what: str) -> HttpResponseBase:
    """How far an upload is; its next piece; or the end of one that is not wanted."""
    upload = _upload(link, name, what)
    if request.method == "DELETE":
        upload.part.unlink(missing_ok=True)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        answer = HttpResponse(status=200)
        answer["Upload-Offset"], answer["Upload-Length"] = upload.offset(), upload.length
        return answer
    return _grown(request, link, upload, body)


@door("GET", "DELETE")
def receipt(request: HttpRequest, link: Link, body: bytes, name: str) -> HttpResponseBase:
    """A receipt for a package of the neighbour's; cleared away once he has filed it."""
    return _fetched(request, folders.dropbox(link.pk) / "receipts", name)


@door("GET")
def laid_out(request: HttpRequest, link: Link, body: bytes) -> HttpResponseBase:
    """What is laid out for the neighbour to fetch."""
    names = (path.name for path in (folders.dropbox(link.pk) / "out").glob("*.zip"))
    return JsonResponse({"packages": sorted(name for name in names if PACKAGE.fullmatch(name))})


@door("GET", "DELETE")
def laid_out_package(request: HttpRequest, link: Link, body: bytes, name: str) -> HttpResponseBase:
    """One of these packages; cleared away once he has it."""
    return _fetched(request, folders.dropbox(link.pk) / "out", name)


def _grown(request: HttpRequest, link: Link, upload: Upload, body: bytes) -> HttpResponseBase:
    at = request.headers.get("Upload-Offset", "")
    if request.content_type != PIECE_TYPE or not re.fullmatch(r"\d{1,12}", at):
        raise errors.WrongForm(part="Content-Type, Upload-Offset")
    offset = upload.append(body, at=int(at))
    if offset == upload.length:
        _take_in(upload.hand_over(), link)
    answer = HttpResponse(status=204)
    answer["Upload-Offset"] = offset
    return answer


def _take_in(path: Path, link: Link) -> None:
    """It is ours from now on; what fails is found by the next sweep."""
    try:
        services.take_in(path, sender=link.pk, way=Way.HTTPS, now=timezone.now())
    except FileNotFoundError:
        log.info("%s has been taken in by another process", path.name)
    except (CantonError, DatabaseError, InterfaceError, OSError) as error:
        log.error("%s is left for the next sweep: %s", path.name, error)


def _fetched(request: HttpRequest, folder: Path, name: str) -> HttpResponseBase:
    path = folder / name
    if not PACKAGE.fullmatch(name) or path.is_symlink() or not path.is_file():
        raise errors.Nothing(name=name)
    if request.method == "DELETE":
        path.unlink(missing_ok=True)
        return HttpResponse(status=204)
    return FileResponse(path.open("rb"), content_type="application/zip")


def _upload(link: Link, name: str, what: str) -> Upload:
    found = WHAT.fullmatch(what)
    if found is None:
        raise errors.WrongForm(part="address")
    return Upload(folders.dropbox(link.pk) / "in", name, int(found[1]), found[2])


def _require_tls(request: HttpRequest) -> None:
    """TLS ends in front of us; what a proxy says it let through unencrypted is refused too."""
    if request.headers.get("X-Forwarded-Proto", "https") != "https":
        raise errors.NotEncrypted
    near = request.META.get("REMOTE_ADDR") in LOOPBACK
    if not (request.is_secure() or near or settings.CANTON_TRANSFER_PLAIN):
        raise errors.NotEncrypted


def _body(request: HttpRequest) -> bytes:
    """The content, whole; bounded before it is read."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > PIECE:
        raise errors.TooLarge(most=PIECE)
    body: bytes = request.read(length) if length else b""
    if len(body) != length:
        raise errors.WrongContent
    return body


def _caller(request: HttpRequest, body: bytes, to: str, sender: str) -> Link:
    if to != settings.CANTON_CENTRE or request.META.get("QUERY_STRING"):
        raise errors.WrongForm(part="address")
    headers = {name.lower(): value for name, value in request.headers.items()}
    said = messages.Request(request.method or "", request.path, headers)
    link = callers.let_in(said, centre=sender, now=timezone.now())
    if headers["content-digest"] != messages.digest(body):
        raise errors.WrongContent
    return link


def _metadata(header: str) -> dict[str, str]:
    """tus 1.0, Upload-Metadata: key and base64 value, with commas."""
    found: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise errors.WrongForm(part="Upload-Metadata") from error
    return found


def _spoken() -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["Tus-Resumable"] = answer["Tus-Version"] = TUS
    answer["Tus-Extension"] = "creation,termination"
    answer["Tus-Max-Size"] = str(settings.CANTON_PACKAGE_BYTES)
    return answer
