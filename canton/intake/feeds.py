"""The batches as a relation that reports read: a row per batch, with its reasons as a list."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canton.exchange import due
from canton.exchange.choices import Rhythm
from canton.exchange.expected import duty_of
from canton.exchange.models import Duty
from canton.records.feeds import Feed, offer

from .models import Batch, Reason

if TYPE_CHECKING:
    import pyarrow as pa

TITLES = {
    "batch": _("batch"), "dataset": _("dataset"), "period": _("period"), "state": _("state"),
    "route": _("route"), "received": _("received"), "finished": _("finished"), "due": _("due at"),
    "read": _("read"), "kept": _("kept"), "refused": _("refused rows"), "repaired": _("repaired"),
}  # fmt: skip


def offer_batches() -> None:
    """Called once, when the apps are ready."""
    offer(Feed("batches", read=batches, days=days, titles=dict(TITLES)))


def batches(centres: Sequence[str], start: date, end: date) -> "pa.Table":
    """Batches of these centres received on the local days start to end, both included.

    due: when the period it reports was due, grace included, after the schedule as it stands; None where no
    duty asks for it, and for a correction, which takes the place of what was there.
    """
    import pyarrow as pa  # this module is read when the apps get ready, in every process

    if not centres:
        return pa.Table.from_pylist([], schema())
    zone = timezone.get_current_timezone()
    first = datetime.combine(start, time.min, zone)
    after = datetime.combine(end + timedelta(days=1), time.min, zone)
    found = list(_of(centres).filter(received_at__gte=first, received_at__lt=after).select_related("centre"))
    corrections = set(
        Batch.objects.filter(replaced_by__in=[batch.pk for batch in found], taken_back_at=None).values_list(
            "replaced_by", flat=True
        )
    )
    reasons: dict[int, list[dict[str, object]]] = {}
    for reason in Reason.objects.filter(batch__in=[batch.pk for batch in found]).order_by("pk"):
        entry = {"kind": str(reason.kind), "code": reason.code, "rows": reason.rows}
        reasons.setdefault(reason.batch_id, []).append(entry)
    duties = list(Duty.objects.select_related("centre"))
    rows = [
        _row(batch, batch.pk in corrections, reasons.get(batch.pk, []), duties, ZoneInfo(str(zone)))
        for batch in found
    ]
    return pa.Table.from_pylist(rows, schema())


def schema() -> "pa.Schema":
    """Columns of the relation."""
    import pyarrow as pa

    text, number, moment, yes_or_no = pa.string(), pa.int64(), pa.timestamp("us"), pa.bool_()
    return pa.schema({
        "batch": text, "centre": text, "dataset": text, "period": text, "state": text, "route": text,
        "received": moment, "finished": moment, "due": moment,
        "read": number, "kept": number, "refused": number, "repaired": number,
        "replaced": yes_or_no, "correction": yes_or_no,
        "reasons": pa.list_(pa.struct({"kind": text, "code": text, "rows": number})),
    })  # fmt: skip


def days(centres: Sequence[str]) -> tuple[date, date] | None:
    """First and last local day a batch of these centres was received on; None without any."""
    found = _of(centres).aggregate(first=Min("received_at"), last=Max("received_at"))
    if found["first"] is None:
        return None
    return timezone.localtime(found["first"]).date(), timezone.localtime(found["last"]).date()


def _of(centres: Sequence[str]) -> QuerySet[Batch]:
    return Batch.objects.filter(centre_id__in=list(centres)).order_by("received_at", "pk")


def _row(
    batch: Batch, correction: bool, reasons: list[dict[str, object]], duties: list[Duty], zone: ZoneInfo
) -> dict[str, object]:
    return {
        "batch": batch.number,
        "centre": batch.centre_id,
        "dataset": batch.dataset,
        "period": batch.period,
        "state": str(batch.state),
        "route": str(batch.route),
        "received": _wall(batch.received_at, zone),
        "finished": _wall(batch.finished_at, zone),
        "due": None if correction else _wall(_due(batch, duties, zone), zone),
        "read": batch.read,
        "kept": batch.kept,
        "refused": batch.refused,
        "repaired": batch.repaired,
        "replaced": batch.replaced_by_id is not None,
        "correction": correction,
        "reasons": reasons,
    }


def _due(batch: Batch, duties: list[Duty], zone: ZoneInfo) -> datetime | None:
    """When the last period it names had to be there, grace included; one without a period never."""
    duty = duty_of(batch.centre, [each for each in duties if each.dataset == batch.dataset])
    known = due.days_of(batch.period)
    if duty is None or known is None:
        return None
    last = known[1]
    beginning = last if duty.rhythm == Rhythm.DAILY else last.replace(day=1)
    if beginning not in due.beginnings(duty.term, beginning, last):
        return None
    return due.due_at(duty.term, beginning, zone) + duty.term.grace


def _wall(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The local wall clock, without a zone, as data files carry it."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)
