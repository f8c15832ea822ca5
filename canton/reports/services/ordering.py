"""Long reports: ordered on the screen, made whole by the worker, found again among the filed ones."""

import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import get_language

from canton.accounts.models import Staff
from canton.audit.services import record
from canton.kernel import events, jobs
from canton.kernel.errors import CantonError
from canton.records.disk import space_needed

from .. import making, sheet
from ..choices import UNDER_WAY, State
from ..errors import NothingToFile
from ..models import FiledReport, Order
from ..questions import asked
from ..screen import Screen
from . import filing

TOPIC = "reports"
TELL_EVERY = 1.0  # seconds between news of the same order
Clock = Callable[[], datetime]


@transaction.atomic
def order(answer: Screen, *, by: Staff, note: str, now: datetime, address: str | None = None) -> Order:
    """Have the worker make all files of a report and file them. The same one under way is not made twice.

    Raises:
        NothingToFile: it counts nothing.
    """
    if answer.empty:
        raise NothingToFile
    report, question = answer.report, answer.asked
    Staff.objects.select_for_update().get(pk=by.pk)
    wanted = {
        "report": question.report,
        "question": question.query(by=answer.breakdown.name),
        "language": get_language() or settings.LANGUAGE_CODE,
    }
    mine = Order.objects.filter(asked_by=by)
    if same := mine.filter(state__in=UNDER_WAY, **wanted).first():
        return same
    mine.filter(state=State.FAILED, **wanted).delete()
    made = Order.objects.create(
        **wanted, title=str(report.result.definition.title), centre=report.centre, start=report.period.start,
        end=report.period.end, note=note, lines=sheet.length(answer), asked_by=by, asked_at=now,
    )  # fmt: skip
    record(
        "reports.order_report", actor=by.number, centre=by.centre_id, now=now, address=address,
        target=f"{made.report} {made.centre_id}", order=made.pk.hex, lines=made.lines,
    )  # fmt: skip
    jobs.enqueue("reports.make", order=str(made.pk))
    _publish(made)
    return made


def make(number: UUID, *, clock: Clock) -> FiledReport | None:
    """Make an ordered report and file it; ended already, nothing happens. After a kill it begins anew.

    What its owner may see at this moment is in it. Failures are remembered, not raised.
    """
    found = _begin(number, clock())
    if found is None:
        return None
    try:
        with translation.override(found.language), space_needed():
            query = QueryDict(found.question.lstrip("?"))
            question = asked(query, found.asked_by.centre, found.end, found.report)
            answer = making.screen(found.asked_by, question, by=query.get("by", ""), now=clock())
            kept = filing.contents(answer, now=clock(), told=_teller(found))
            return _finish(found, answer, kept, clock())
    except CantonError as error:
        _fail(found, error, clock())
        return None


@transaction.atomic
def _begin(number: UUID, now: datetime) -> Order | None:
    orders = Order.objects.select_for_update(of=("self",)).select_related("asked_by__centre")
    found = orders.filter(pk=number, state__in=UNDER_WAY).first()
    if found is None:
        return None
    found.state, found.started_at, found.progress = State.RUNNING, now, 0
    found.save(update_fields=["state", "started_at", "progress"])
    _publish(found)
    return found


def _teller(found: Order) -> Callable[[float], None]:
    """Writes down how far it is, 0-1, now and then; it never goes back."""
    told, last = time.monotonic(), 0

    def tell(share: float) -> None:
        nonlocal told, last
        percent = max(last, min(99, int(share * 100)))
        if percent == last or time.monotonic() - told < TELL_EVERY:
            return
        told, last = time.monotonic(), percent
        with transaction.atomic():
            Order.objects.filter(pk=found.pk).update(progress=percent)
            _publish(found)

    return tell


@transaction.atomic
def _finish(found: Order, answer: Screen, kept: dict[str, bytes], now: datetime) -> FiledReport:
    filed = filing.file_away(answer, by=found.asked_by, note=found.note, now=now, kept=kept)
    found.state, found.progress, found.ended_at, found.filed = State.DONE, 100, now, filed
    found.save()
    _publish(found)
    return filed


@transaction.atomic
def _fail(found: Order, error: CantonError, now: datetime) -> None:
    found.state, found.ended_at, found.error_code, found.error_text = (
        State.FAILED, now, error.code, str(error.text),
    )  # fmt: skip
    found.error_facts = {name: str(value) for name, value in error.facts.items()}
    found.save()
    _publish(found)


def _publish(found: Order) -> None:
    """Tell the open screens, when the transaction commits."""
    events.publish(TOPIC, centre=found.asked_by.centre_id, id=found.pk.hex)
