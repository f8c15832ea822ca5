"""What the self-check reads (F30). A room adds its own gauge in a module imported by its apps.ready():

@gauge("links", _("Links"))
def links() -> Reading: ...
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)


class State(models.TextChoices):
    """What a gauge shows. OFF: not meant to run now, so no failure."""

    OK = "ok", _("fine")
    WARN = "warn", _("attention")
    BAD = "bad", _("broken")
    OFF = "off", _("off")


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one gauge: its state, the value read (with its unit) and what to make of it."""

    state: State
    value: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reading with its gauge's name, and how long it took in milliseconds."""

    name: str
    label: str | Promise
    reading: Reading
    took_ms: float


@dataclass(frozen=True, slots=True)
class Examination:
    """All gauges, read once."""

    centre: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return all(finding.reading.state != State.BAD for finding in self.findings)


Gauge = Callable[[], Reading]
_gauges: dict[str, tuple[str | Promise, Gauge]] = {}


def gauge(name: str, label: str | Promise) -> Callable[[Gauge], Gauge]:
    """Make a function a gauge; what it raises counts as broken."""

    def register(function: Gauge) -> Gauge:
        _gauges[name] = (label, function)
        return function

    return register


def examine() -> Examination:
    """Read every gauge, in the order they were registered."""
    found = tuple(_read(name, label, measure) for name, (label, measure) in _gauges.items())
    return Examination(settings.CANTON_CENTRE, found)


def _read(name: str, label: str | Promise, measure: Gauge) -> Finding:
    start = time.perf_counter()
    try:
        reading = measure()
    except Exception as error:
        log.info("gauge %s", name, exc_info=True)
        reading = Reading(
            State.BAD, type(error).__name__, str(error).strip() or gettext("It does not answer.")
        )
    return Finding(name, label, reading, round((time.perf_counter() - start) * 1000, 1))
