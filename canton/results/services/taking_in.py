"""Taking in a result package of a centre below: checked whole, filed, its receipt given."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from canton.audit.services import record
from canton.centres.models import Centre
from canton.centres.selectors import own
from canton.exchange import services as exchange
from canton.exchange.models import Incoming
from canton.exchange.packages.manifest import read as read_manifest
from canton.exchange.receipts import Outcome
from canton.kernel import events
from canton.reports.periods import Period

from .. import files, tabled, terms
from .. import table as tables
from ..definition import HEAD
from ..errors import BadPeriod, NotAddressed, NotItsFigures, PeriodNotOver, SequenceTaken, Superseded
from ..models import Result
from ..table import Row, Table
from .building import TOPIC

CENTRE = "centre"


def take_result(incoming: Incoming) -> Result:
    """File a result package, within the transaction that opens it; handler of the exchange.

    A correction takes the place of the one before in that transaction. The same figures under the same number
    again are answered as filed.

    Raises:
        NotAddressed: such packages are not taken in here, or not from this sender.
        BadPeriod, PeriodNotOver: of a period that is none, or was not over when it was packed.
        BadTable: the table is not as its description says, or its figures do not agree with their counts.
        NotItsFigures: it holds figures of a centre that is not below its sender.
        SequenceTaken: other figures came before under this number.
        Superseded: a later number is here already.
    """
    assert incoming.opened_at is not None  # the exchange has just opened it
    if not incoming.sequence:
        raise BadPeriod(period=f"{incoming.period} 0", example="1")
    table = tables.get(incoming.dataset, incoming.version)
    sender = _sender(incoming, table)
    made = read_manifest(incoming.descriptor.encode()).created
    days = _days(incoming, table, sender, made)
    lines = files.read(incoming.data_path, table)
    _require_its_own(sender, table, lines)
    before = _before(incoming, sender, incoming.sequence)
    if before is not None and before.sequence == incoming.sequence:
        return _again(incoming, before, len(lines))
    if before is not None and before.sequence > incoming.sequence:
        raise Superseded(name=before.name, period=before.period, sequence=incoming.sequence)
    result = _filed(incoming, sender, days, made)
    if before is not None:
        Result.objects.filter(pk=before.pk).update(current=False)
    result.save(force_insert=True)
    tabled.keep(result, lines)
    _answer(incoming, result, len(lines), duplicate=False)
    return result


def _sender(incoming: Incoming, table: Table) -> Centre:
    """The centre below that makes such packages for us."""
    here, sender = own(), Centre.objects.select_for_update().get(pk=incoming.sender)
    ours = table.addressed == here.tier and table.addressed != table.made_by
    if not ours or sender.parent_id != here.code or sender.tier != table.made_by:
        raise NotAddressed(name=incoming.dataset, sender=sender.code)
    return sender


def _days(incoming: Incoming, table: Table, sender: Centre, made: datetime) -> Period:
    days = terms.read(incoming.period, table.rhythm)
    if days.end >= made.astimezone(ZoneInfo(sender.time_zone)).date():
        raise PeriodNotOver(period=incoming.period)
    return days


def _require_its_own(sender: Centre, table: Table, lines: list[Row]) -> None:
    """Lines of centres are of centres below the sender."""
    places = {each.name: each.columns.index(CENTRE) for each in table.splits if CENTRE in each.columns}
    for line in lines:
        if line.breakdown in places:
            code = line.key.split("/")[places[line.breakdown]]
            if not code.startswith(sender.reach):
                raise NotItsFigures(sender=sender.code, centre=code)


def _before(incoming: Incoming, sender: Centre, sequence: int) -> Result | None:
    """The latest of its period, or the one of its number; with other figures that is refused."""
    known = Result.objects.filter(
        centre=sender, name=incoming.dataset.removeprefix(HEAD), period=incoming.period
    )
    same = known.filter(sequence=sequence).first()
    if same is not None and same.figures_sha256 != incoming.data_sha256:
        raise SequenceTaken(name=same.name, period=same.period, sequence=same.sequence)
    return same or known.filter(current=True).first()


def _filed(incoming: Incoming, sender: Centre, days: Period, made: datetime) -> Result:
    return Result(
        centre=sender,
        name=incoming.dataset.removeprefix(HEAD),
        version=incoming.version,
        period=incoming.period,
        start=days.start,
        end=days.end,
        sequence=incoming.sequence or 1,
        sha256=incoming.sha256,
        bytes=incoming.bytes,
        figures_sha256=incoming.data_sha256,
        made_at=made,
        made_by=f"link:{sender.code}",
        recorded_at=incoming.opened_at or made,
        incoming=incoming,
    )


def _again(incoming: Incoming, result: Result, rows: int) -> Result:
    _answer(incoming, result, rows, duplicate=True)
    return result


def _answer(incoming: Incoming, result: Result, rows: int, *, duplicate: bool) -> None:
    now = incoming.opened_at or result.recorded_at
    record(
        "results.take_result", actor=f"link:{incoming.sender}", centre=settings.CANTON_CENTRE, now=now,
        target=result.number, package=incoming.name, duplicate=duplicate,
    )  # fmt: skip
    events.publish(TOPIC, centre=incoming.sender, result=result.number)
    outcome = Outcome(accepted=True, batch=result.number, duplicate=duplicate, read=rows, kept=rows)
    exchange.send_receipt(incoming, outcome=outcome, now=now)
