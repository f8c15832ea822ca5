"""What the exchange brings: result packages of the centres below."""

from typing import TYPE_CHECKING

from canton.exchange import handlers
from canton.exchange.formats import others

from . import table

if TYPE_CHECKING:
    from canton.exchange.models import Incoming


def listen() -> None:
    """Called once, when the apps are ready; publishes what the tables look like."""
    for name, versions in table.versions().items():
        handlers.register_table(name, versions, _take)
        for version in versions:
            others.offer(name, version, table.place(name, version))


def _take(incoming: "Incoming") -> None:
    from . import services  # and with it the reports' engine, which most processes never need

    services.take_result(incoming)
