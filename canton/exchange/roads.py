"""The ways to a neighbour: SFTP and HTTPS, whichever are addressed, tried in the order the link says."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone

from canton.kernel.errors import CantonError

from . import keys, known_keys
from .choices import Way
from .errors import HostKeyDiffers, NotAddressed
from .https import client as https
from .models import Link
from .sftp import client as sftp

Answer = TypeVar("Answer")
Told = Callable[[int], None]  # how many bytes are there


def quiet(carried: int) -> None:
    """Tells nobody."""


def in_thread(told: Told) -> Callable[[int], Awaitable[None]]:
    """The same for a loop, which must not wait for the database."""

    async def tell(carried: int) -> None:
        if told is not quiet:
            await asyncio.to_thread(_told, told, carried)

    return tell


def _told(told: Told, carried: int) -> None:
    try:
        told(carried)
    finally:
        connection.close()  # this thread's own, back to the pool


class Road(Protocol):
    """What can be done over either way; errors are those of canton.exchange.errors."""

    @property
    def way(self) -> Way: ...

    def put(self, package: Path, *, told: Told = quiet) -> None: ...

    def waiting(self) -> list[str]: ...

    def fetch(self, name: str, *, into: Path, folder: str = "receipts") -> Path | None: ...

    def clear_away(self, name: str, *, folder: str = "receipts") -> None: ...


@dataclass(frozen=True, slots=True)
class SftpRoad:
    """To the neighbour's SFTP server."""

    neighbour: sftp.Neighbour
    way: Way = Way.SFTP

    def put(self, package: Path, *, told: Told = quiet) -> None:
        asyncio.run(sftp.put(package, self.neighbour, told=in_thread(told)))

    def waiting(self) -> list[str]:
        return asyncio.run(sftp.waiting(self.neighbour))

    def fetch(self, name: str, *, into: Path, folder: str = "receipts") -> Path | None:
        return asyncio.run(sftp.fetch(name, self.neighbour, into=into, folder=folder))

    def clear_away(self, name: str, *, folder: str = "receipts") -> None:
        asyncio.run(sftp.clear_away(name, self.neighbour, folder=folder))


@dataclass(frozen=True, slots=True)
class HttpsRoad:
    """To the neighbour's HTTPS door."""

    neighbour: https.Neighbour
    way: Way = Way.HTTPS

    def put(self, package: Path, *, told: Told = quiet) -> None:
        https.put(package, self.neighbour, told=told)

    def waiting(self) -> list[str]:
        return https.waiting(self.neighbour)

    def fetch(self, name: str, *, into: Path, folder: str = "receipts") -> Path | None:
        return https.fetch(name, self.neighbour, into=into, folder=folder)

    def clear_away(self, name: str, *, folder: str = "receipts") -> None:
        https.clear_away(name, self.neighbour, folder=folder)


def to(link: Link, first: str = "") -> list[Road]:
    """The roads there are, `first` in front, or else the one the link prefers."""
    own = settings.CANTON_CENTRE
    known: list[Road] = []
    if link.host:
        host_key, port = known_keys.host(link, now=timezone.now()), link.port or 22
        known.append(SftpRoad(sftp.Neighbour(link.pk, own, link.host, port, host_key, keys.sign_in())))
    if link.url:
        known.append(HttpsRoad(https.Neighbour(link.pk, own, link.url, keys.signing())))
    return sorted(known, key=lambda road: road.way != (first or link.via))


@dataclass(frozen=True, slots=True)
class Trip(Generic[Answer]):
    """What was answered over which way, and the ways that did not work before it."""

    way: Way
    answer: Answer
    passed: tuple[tuple[Way, CantonError], ...] = ()


def along(link: Link, act: Callable[[Road], Answer], *, first: str = "") -> Trip[Answer]:
    """Do it over the first way that works. Only what may pass by itself lets the next way be tried.

    Raises:
        NotAddressed: there is no way.
        HostKeyDiffers: whoever answers may be somebody else; the other way is not tried.
        CantonError: what went wrong on the way tried first.
    """
    failures: list[tuple[Way, CantonError]] = []
    for road in to(link, first):
        try:
            return Trip(road.way, act(road), tuple(failures))
        except CantonError as error:
            if not error.transient or isinstance(error, HostKeyDiffers):
                raise
            failures.append((road.way, error))
    if not failures:
        raise NotAddressed(centre=link.pk)
    raise failures[0][1]
