"""The way to the running province: its address, and its SFTP server as a city's own software would use it."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from canton.exchange import keys, packages
from canton.exchange.receipts import CONTENT, DATASET, VERSION, Outcome
from canton.exchange.services import receipt_name
from canton.exchange.sftp import client
from canton.exchange.signatures import VerifyKey
from canton.kernel import presence
from canton.kernel.configuration import home
from canton.kernel.errors import CantonError

from .errors import NotUp
from .keyring import Keyring

HERE = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")
ATTEMPTS = 6  # the last one comes half a minute after the first

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Door:
    """Where the province is. address: for people; host, sftp: for cities; the keys it proves itself with."""

    province: str
    address: str
    host: str
    sftp: int
    host_key: str
    verify_key: VerifyKey

    def deliver(self, package: Path, ring: Keyring) -> None:
        """Hand a package over; a line that breaks is tried again.

        Raises:
            CantonError: E-LINK-*, the province does not take it or cannot be reached.
        """
        _patiently(lambda: client.put(package, self._neighbour(ring)))

    def answer(self, sha256: str, ring: Keyring) -> Outcome | None:
        """What became of a package with this digest, None without a receipt. Once read it is cleared away."""
        name, neighbour = receipt_name(sha256), self._neighbour(ring)
        with tempfile.TemporaryDirectory(prefix="canton-demo-") as folder:
            package = _patiently(lambda: client.fetch(name, neighbour, into=Path(folder)))
            if package is None:
                return None
            outcome = self._read(package, ring, Path(folder) / "receipt")
        _patiently(lambda: client.clear_away(name, neighbour))
        return outcome

    def laid_out(self, ring: Keyring, into: Path) -> list[Path]:
        """What the province has for a city that it does not call, brought to the folder `into`."""
        neighbour = self._neighbour(ring)
        names = _patiently(lambda: client.waiting(neighbour))
        found = [
            _patiently(partial(client.fetch, name, neighbour, into=into, folder="out")) for name in names
        ]
        return [path for path in found if path is not None]

    def clear_away(self, package: Path, ring: Keyring) -> None:
        """Tell the province that the city has it."""
        _patiently(lambda: client.clear_away(package.name, self._neighbour(ring), folder="out"))

    def _neighbour(self, ring: Keyring) -> client.Neighbour:
        return client.Neighbour(self.province, ring.city, self.host, self.sftp, self.host_key, ring.sign_in)

    def _read(self, package: Path, ring: Keyring, into: Path) -> Outcome:
        terms = packages.Terms(
            sender=self.province,
            recipient=ring.city,
            keys=((self.province, self.verify_key),),
            accepts={DATASET: frozenset({VERSION})},
            limits=packages.Limits(ratio=10**6),
        )
        into.mkdir()
        opened = packages.open(package, terms=terms, into=into)
        return Outcome.read_from(json.loads((opened.folder / "data" / CONTENT).read_bytes()))


def front_door() -> Door:
    """The province running in this home.

    Raises:
        NotUp: none is, or it has no SFTP server.
    """
    up = presence.read(home())
    if up is None or up.sftp is None:
        raise NotUp(home=home())
    host = os.environ.get("CANTON_HOST", HERE)
    host = HERE if host in EVERYWHERE else host
    card = keys.card(settings.CANTON_CENTRE)
    return Door(
        province=card.centre,
        address=f"http://{host}:{up.web}/",
        host=host,
        sftp=up.sftp,
        host_key=card.ssh_host_key,
        verify_key=VerifyKey.parse(card.signing_key),
    )


def _patiently(call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Make the call; while it fails for a reason that may pass, make it again, waiting 1, 2, 4 … seconds."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return asyncio.run(call())
        except CantonError as error:
            if not error.transient:
                raise
            time.sleep(2**attempt)
    return asyncio.run(call())
