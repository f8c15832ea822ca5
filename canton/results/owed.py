"""Result packages that centres below owe us, as the exchange reminds of them with all else that is late."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from canton.centres.models import Centre
from canton.centres.selectors import own
from canton.exchange import choices as exchange
from canton.exchange.expected import Due
from canton.exchange.models import Duty

from . import board
from .choices import Standing
from .definition import Definition, taken_by

STANDINGS = {Standing.LATE: exchange.Standing.LATE, Standing.REFUSED: exchange.Standing.REFUSED}


def late(centres: Sequence[Centre], now: datetime) -> Iterator[Due]:
    """Packages of these centres that are late, or came and were refused."""
    for definition in taken_by(own().tier):
        for cell in board.late_of(centres, definition, now=now):
            duty = _duty(definition, cell.centre)
            yield Due(cell.centre, duty, cell.period, cell.due, STANDINGS[cell.standing])


def _duty(definition: Definition, centre: Centre) -> Duty:
    """What the definition asks of a centre, said as the exchange says it; it is entered nowhere."""
    return Duty(
        dataset=definition.dataset, centre=centre, parts=1, chase_by_itself=True,
        chase_hours=definition.chase_hours,
    )  # fmt: skip
