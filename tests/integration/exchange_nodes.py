"""A city and the province that exchange packages: their links, the SFTP server, what the city sends.

Both centres live in one database here: link 4401 is how the province knows the city, link 44 how the city
knows the province. The keys are the same for both, because one home plays both.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
from django.test import override_settings

from canton.centres.models import Centre
from canton.exchange import handlers, keys, packages, services
from canton.exchange.models import Incoming
from canton.exchange.sftp import client
from canton.exchange.sftp.server import House, Limits
from canton.exchange.signatures import SigningKey

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND_CITY = asyncssh.generate_private_key("ssh-ed25519")


def link_up() -> None:
    """44 and 4401 know each other; 4403 is another city with a key of its own."""
    above = None
    for code, tier in (("0", "nation"), ("44", "province"), ("4401", "city"), ("4403", "city")):
        named = {"tier": tier, "parent": above, "name": code, "name_en": code, "letters": code}
        centre, _ = Centre.objects.get_or_create(code=code, defaults=named)
        above = above if tier == "city" else centre
    own = keys.card("4401")
    services.add_link(own, actor="test", now=NOW)
    with override_settings(CANTON_CENTRE="4401"):
        services.add_link(replace(own, centre="44"), host="127.0.0.1", port=1, actor="test", now=NOW)
    other = keys.Card(
        "4403", str(SigningKey.new().public), keys.public_line(SECOND_CITY), keys.public_line(SECOND_CITY)
    )
    services.add_link(other, actor="test", now=NOW)


@contextmanager
def taking() -> Iterator[list[bytes]]:
    """What the handler of the data set got to see."""
    seen: list[bytes] = []
    before = dict(handlers._handlers)
    handlers.register("contacts", lambda incoming: seen.append(incoming.data_path.read_bytes()))
    try:
        yield seen
    finally:
        handlers._handlers.clear()
        handlers._handlers.update(before)


class Province:
    """The SFTP server of 44 in a loop of its own for each act."""

    def __init__(self, **limits: int) -> None:
        self.limits = Limits(**{"packed": 2**20, "sessions": 32, "sessions_each": 8, **limits})

    def while_open(self, act):
        """Run `act(port)` in the server's loop, then wait until everything handed over is taken in."""

        async def scene():
            house = House(self.limits)
            acceptor = await house.serve("127.0.0.1", 0, keys.host())
            try:
                result = await act(acceptor.get_port())
                await house.settle()
                return result
            finally:
                acceptor.close()
                await acceptor.wait_closed()

        return asyncio.run(scene())


def neighbour(port: int, **changes) -> client.Neighbour:
    known = client.Neighbour(
        centre="44",
        own="4401",
        host="127.0.0.1",
        port=port,
        host_key=keys.public_line(keys.host()),
        key=keys.sign_in(),
    )
    return replace(known, **changes)


def package(folder: Path, content: str = "contact_id,centre\n1,4401\n", *, key=None, **changes) -> Path:
    folder.mkdir(exist_ok=True)
    data = folder / "october.csv"
    data.write_text(content)
    manifest = packages.Manifest(
        sender="4401",
        recipient="44",
        dataset="contacts",
        version="1.0",
        created=NOW,
        period="2026-10",
        sequence=1,
    )
    changed = replace(manifest, **changes)
    return packages.pack(
        [packages.Source(data)], manifest=changed, key=key or keys.signing(), into=folder
    ).path


def delivered(path: Path, province: Province | None = None) -> Incoming:
    (province or Province()).while_open(lambda port: client.put(path, neighbour(port)))
    return Incoming.objects.select_related("link").get(name=path.name)


def raw(act, *, province: Province | None = None, **changes):
    """Run `act(sftp)` as a plain SFTP client that knows nothing of Canton."""

    async def call(port: int):
        async with client._session(neighbour(port, **changes)) as sftp:
            return await act(sftp)

    return (province or Province()).while_open(call)
