"""The regime (F11): what is due is built and sent by itself, and corrected when its data changed."""

import logging
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from canton.centres.selectors import own
from canton.exchange.errors import NoLink, NotAddressed
from canton.kernel.errors import CantonError
from canton.reports.periods import Period

from .. import definition as definitions
from .. import terms
from ..choices import State
from ..definition import Definition
from ..errors import NothingCounted
from ..models import Result
from .building import build
from .sending import send

log = logging.getLogger(__name__)
BY = "system"


def work_off(*, now: datetime, anew: bool = False) -> list[Result]:
    """Build what is to be built by now and send what is to be sent; answer what was built or sent.

    A package that is there is counted again once a day, at the time it is sent: late and corrected data make
    a corrected one, which goes up after it. One that fails keeps none of the others.

    anew: count everything again now.
    """
    touched: list[Result] = []
    for definition, days in _periods(now):
        try:
            touched += filter(None, [_one(definition, days, now=now, anew=anew)])
        except NothingCounted:
            continue  # its data may come yet
        except CantonError as error:
            log.warning("%s %s was not built: %s", definition.name, days.start, error)
    return touched


def _periods(now: datetime) -> Iterator[tuple[Definition, Period]]:
    centre = own()
    zone = ZoneInfo(centre.time_zone)
    for definition in definitions.made_by(centre.tier):
        for days in terms.over(definition.rhythm, now.astimezone(zone).date(), definition.look_back):
            if definition.build.of(days, zone) <= now:
                yield definition, days


def _one(definition: Definition, days: Period, *, now: datetime, anew: bool) -> Result | None:
    """The package of a period, if it was built or sent now."""
    centre, period = own(), terms.name(days, definition.rhythm)
    zone = ZoneInfo(centre.time_zone)
    held = Result.objects.filter(centre=centre, name=definition.name, period=period, current=True)
    result = held.select_related("outgoing").first()
    touched = False
    if result is None or anew or _to_count_again(definition, result, now=now, zone=zone):
        built = build(definition.name, period, by=BY, now=now)
        result = built.result
        touched = built.new
    to_send = definition.send is not None and definition.send.of(days, zone) <= now
    if to_send and result.outgoing is None and result.state == State.BUILT:
        try:
            result, touched = send(result, by=BY, now=now), True
        except (NoLink, NotAddressed) as error:
            log.info("%s %s stays here: %s", definition.name, period, error)
    return result if touched else None


def _to_count_again(definition: Definition, result: Result, *, now: datetime, zone: ZoneInfo) -> bool:
    """Once a day, after the time of day at which it is sent."""
    here = now.astimezone(zone)
    at = (definition.send or definition.build).at
    last = result.counted_at or result.made_at
    return last.astimezone(zone).date() < here.date() and here.time() >= at
