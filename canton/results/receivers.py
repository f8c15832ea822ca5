"""What the exchange brings, result packages of the centres below, and what it reminds of: those missing."""

from typing import TYPE_CHECKING

from canton.exchange import expected, handlers
from canton.exchange.formats import others

from . import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from canton.centres.models import Centre
    from canton.exchange.expected import Due
    from canton.exchange.models import Incoming


def listen() -> None:
    """Called once, when the apps are ready; publishes what the tables look like."""
    expected.expect(_late)
    for name, versions in table.versions().items():
        handlers.register_table(name, versions, _take)
        for version in versions:
            others.offer(name, version, table.place(name, version))


def _take(incoming: "Incoming") -> None:
    from . import services  # and with it the reports' engine, which most processes never need

    services.take_result(incoming)


def _late(centres: "Sequence[Centre]", now: "datetime") -> "Iterable[Due]":
    from . import owed

    return owed.late(centres, now)
