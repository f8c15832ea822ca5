"""Keeping with a package which way did not work before another was taken."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from canton.audit.services import record
from canton.kernel.errors import CantonError

from ..choices import Errand, Way
from ..detours import Detour, added
from ..models import Incoming, Outgoing

Passed = Sequence[tuple[Way, CantonError]]


@transaction.atomic
def note_detours(
    parcel: Outgoing | Incoming, passed: Passed, *, errand: Errand, took: Way, now: datetime
) -> None:
    """Keep with the package that `took` was taken because the ways in `passed` did not work."""
    known = {(each["errand"], each["way"], each["code"]) for each in parcel.detours}
    new = [_detour(way, error, errand, took, now) for way, error in passed]
    parcel.detours = added(parcel.detours, new)
    parcel.save(update_fields=["detours"])
    for each in new:
        if (each.errand, each.way, each.code) not in known:
            record(
                "exchange.take_detour", actor="system", centre=settings.CANTON_CENTRE, now=now,
                target=parcel.name, errand=each.errand, instead_of=each.way, took=each.took, error=each.code,
            )  # fmt: skip


def _detour(way: Way, error: CantonError, errand: Errand, took: Way, now: datetime) -> Detour:
    with translation.override("zh-hans"):
        zh = error.message
    with translation.override("en"):
        en = error.message
    return Detour(errand.value, way.value, took.value, error.code, zh, en, now.isoformat())
