"""A package that breaks a term is refused whole, and its sender is told why by a signed receipt."""

from collections.abc import Iterator

import pytest
from exchange_nodes import NOW, delivered, link_up, package, taking

from canton.exchange import folders, handlers, services
from canton.exchange.choices import IncomingState
from canton.exchange.signatures import SigningKey
from canton.kernel.errors import CantonError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def links(home, transactional_db) -> None:
    link_up()


@pytest.fixture
def taken() -> Iterator[list[bytes]]:
    with taking() as seen:
        yield seen


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": SigningKey.new()}, "E-PKG-SIGNATURE"),
        ({"version": "9.9"}, "E-PKG-VERSION"),
        ({"sender": "4403"}, "E-PKG-SENDER"),
        ({"recipient": "43"}, "E-PKG-CENTRE"),
        ({"dataset": "weather"}, "E-PKG-DATASET"),
    ],
)
def test_wrong_package_is_refused_with_a_signed_receipt(links, taken, tmp_path, changes, code):
    incoming = services.open_incoming(delivered(package(tmp_path / "city", **changes)), now=NOW)
    assert (incoming.state, incoming.error_code) == (IncomingState.REFUSED, code)
    assert incoming.error_zh != incoming.error_en
    assert taken == []
    services.deliver_receipt(incoming)
    assert (folders.dropbox("4401") / "receipts" / services.receipt_name(incoming.sha256)).exists()
    assert not incoming.packed_path.exists()


def test_what_is_no_package_is_refused(links, taken, tmp_path):
    path = tmp_path / "junk.zip"
    path.write_bytes(b"not a package")
    assert services.open_incoming(delivered(path), now=NOW).error_code == "E-PKG-ZIP"


def test_changed_content_is_refused(links, taken, tmp_path):
    path = package(tmp_path / "city")
    content = bytearray(path.read_bytes())
    at = content.index(b"data/october.csv") + len("data/october.csv") + 3
    content[at] ^= 0xFF
    path.write_bytes(content)
    assert services.open_incoming(delivered(path), now=NOW).error_code in ("E-PKG-HASH", "E-PKG-ZIP")
    assert taken == []


def test_handler_may_refuse(links, tmp_path):
    class Stale(CantonError):
        code = "E-STALE"
        text = "Too old."

    def refuse(incoming):
        raise Stale

    before = dict(handlers._handlers)
    handlers.register("contacts", refuse)
    try:
        incoming = services.open_incoming(delivered(package(tmp_path / "city")), now=NOW)
    finally:
        handlers._handlers.clear()
        handlers._handlers.update(before)
    assert (incoming.state, incoming.error_code) == (IncomingState.REFUSED, "E-STALE")
