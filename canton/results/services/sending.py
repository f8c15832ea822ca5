"""Sending a result package up over the exchange, and sending one again that was refused or given up."""

from datetime import datetime
from hashlib import file_digest

from django.db import transaction

from canton.audit.services import record
from canton.centres.models import Centre
from canton.exchange import packages
from canton.exchange import services as exchange
from canton.kernel import events

from .. import files, tabled
from ..choices import State
from ..errors import OnItsWay, PackageLost, StaysHere, Superseded
from ..models import Result
from .building import TOPIC, pack, recipient

MAY_SEND = (State.BUILT, State.FAILED)


@transaction.atomic
def send(result: Result, *, by: str, now: datetime, address: str | None = None) -> Result:
    """Send a package up, in its turn; one that is on its way or has arrived stays as it is.

    Raises:
        StaysHere: it is made for this centre itself.
        Superseded: a corrected one has taken its place.
        PackageLost: the package is not in the archive as it was built.
        NoLink, NotAddressed: we cannot send to the centre above.
    """
    result = _locked(result)
    _require_goes_up(result)
    if result.state not in MAY_SEND:
        return result
    _require_whole(result)
    return _queue(result, by, now, address)


@transaction.atomic
def resend(result: Result, *, by: str, now: datetime, address: str | None = None) -> Result:
    """Send the same figures once more after they were refused: packed anew, under the same number.

    The recipient answers the very same package with the receipt it has, so it goes in a package of its own.

    Raises:
        OnItsWay: it was not refused.
        StaysHere, Superseded, NoLink, NotAddressed: as above.
    """
    result = _locked(result)
    _require_goes_up(result)
    if result.state != State.REFUSED:
        raise OnItsWay(name=result.name, period=result.period)
    pack(result, files.write(tabled.of(result), tabled.rows(result)), now=now)
    return _queue(result, by, now, address)


def _queue(result: Result, by: str, now: datetime, address: str | None) -> Result:
    parent = Centre.objects.get(pk=recipient())
    result.outgoing = exchange.queue_packed(result.path, to=parent, now=now, actor=by)
    result.save(update_fields=["outgoing", "sha256", "bytes", "figures_sha256"])
    record(
        "results.send_result", actor=by, centre=result.centre_id, now=now, target=result.number,
        address=address, to=parent.code, package=result.outgoing.name,
    )  # fmt: skip
    events.publish(TOPIC, centre=result.centre_id, result=result.number)
    return result


def _require_goes_up(result: Result) -> None:
    if result.stays or not result.own:
        raise StaysHere(name=result.name)
    if not result.current:
        raise Superseded(name=result.name, period=result.period, sequence=result.sequence)


def _require_whole(result: Result) -> None:
    """What is sent is what was built."""
    try:
        with result.path.open("rb") as file:
            whole = file_digest(file, "sha256").hexdigest() == result.sha256
    except FileNotFoundError:
        whole = False
    if not whole or packages.described(result.path).period != result.period:
        raise PackageLost(name=result.name, period=result.period)


def _locked(result: Result) -> Result:
    found = Result.objects.select_for_update(of=("self",)).select_related("outgoing", "centre")
    return found.get(pk=result.pk)
