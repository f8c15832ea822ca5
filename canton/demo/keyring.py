"""Keys of the demonstration's cities: made once, kept in demo/keys/<city> for their owner only."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from canton.exchange.keys import Card, public_line
from canton.exchange.signatures import SigningKey
from canton.kernel.files import write_beside


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a city signs its packages with, and what it opens the province's SFTP server with."""

    city: str
    signing: SigningKey
    sign_in: asyncssh.SSHKey

    @property
    def card(self) -> Card:
        """The public halves, for the province, which never calls the city: any host key will do."""
        line = public_line(self.sign_in)
        return Card(self.city, str(self.signing.public), line, line)


def keyring(folder: Path, city: str) -> Keyring:
    """The keys of a city, made if they are not there."""
    own = folder / city
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    seed = _kept(own / "signing", _new_signing_key)
    line = _kept(own / "sign-in", _new_ssh_key)
    return Keyring(
        city, SigningKey(Ed25519PrivateKey.from_private_bytes(seed)), asyncssh.import_private_key(line)
    )


def _new_signing_key() -> bytes:
    return SigningKey.new().private.private_bytes_raw()


def _new_ssh_key() -> bytes:
    return asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh")


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        with write_beside(path) as beside:
            beside.touch(mode=0o600)
            beside.write_bytes(make())
    return path.read_bytes()
