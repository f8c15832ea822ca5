"""Taking a file in: its original is kept for good, and it becomes a batch, once."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from canton.audit.services import record
from canton.centres.models import Centre
from canton.centres.selectors import Operator, own, visible_to
from canton.exchange.models import Incoming
from canton.kernel import jobs, locks
from canton.records.identity import Identity
from canton.records.models import Original
from canton.records.services import keep_original

from .. import journal
from ..choices import Route, State, Step, StepState
from ..errors import UnknownCentre
from ..layout import Layout, load_layout, names
from ..models import Batch, Delivery, StepRun
from ..numbering import number, require_name


@dataclass(frozen=True, slots=True)
class Upload:
    """A data file that somebody hands in.

    name: what its sender calls it. centre: code of the centre whose data it is. layout: how it is written,
    and so of which dataset and version. route, by: how it came and who sent it ("cli", "link:4401" or a staff
    number). period, sequence: name the batch; without them its content does. incoming: the package it was in.
    corrects: the batch of which this is a copy that people corrected here.
    """

    path: Path
    name: str
    centre: str
    layout: Layout
    route: Route
    by: str
    period: str = ""
    sequence: int | None = None
    incoming: Incoming | None = None
    corrects: Batch | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The batch a file is, and whether it was there before."""

    batch: Batch
    again: bool


def accept_file(upload: Upload, *, now: datetime) -> Accepted:
    """Keep a file for good and make a batch of it, to be run by a worker; the same again changes nothing.

    A batch that was refused whole may be handed in again: it is run afresh, with the layout given now.

    Raises:
        BadName, UnknownCentre (no centre of ours): it cannot be a batch; nothing is kept.
        NoSpace: the disk is full; nothing is kept.
    """
    require_name(upload.period, upload.sequence)
    centre = visible_to(Operator(own())).filter(pk=upload.centre).first()
    if centre is None:
        raise UnknownCentre(centre=upload.centre)
    original = keep_original(upload.path, centre=centre.code, name=upload.name, now=now)
    return _enter(upload, centre, original, now)


@transaction.atomic
def _enter(upload: Upload, centre: Centre, original: Original, now: datetime) -> Accepted:
    """The batch of this content: the one that is there, or a new one with its job."""
    layout, dataset = upload.layout, upload.layout.format.name
    identity = Identity(centre.code, dataset, original.sha256, upload.period, upload.sequence)
    _one_at_a_time(centre)
    there = _same(identity) or (_corrected_here(identity) if upload.incoming is not None else None)
    if there is not None and there.state != State.REFUSED:
        _deliver(upload, there, again=True)
        if upload.incoming is not None or not there.finished:
            run_later(there)
        return Accepted(there, again=True)
    batch = there or Batch(number=number(centre.letters, identity, taken=_taken), **identity.columns())
    batch.sha256, batch.original, batch.version = original.sha256, original, layout.format.version
    batch.layout, batch.layout_document = layout.name, _document(layout)
    batch.route, batch.sent_by = upload.route, upload.by
    batch.corrects = upload.corrects or batch.corrects
    batch.state, batch.step, batch.received_at, batch.finished_at = State.RECEIVED, Step.RECEIVE, now, None
    batch.error_code, batch.error_detail, batch.error_facts = "", "", {}
    batch.save()
    batch.steps.all().delete()
    StepRun.objects.create(
        batch=batch,
        step=Step.RECEIVE,
        state=StepState.DONE,
        started_at=now,
        ended_at=now,
        seconds=0,
        detail={"bytes": original.bytes},
    )
    _deliver(upload, batch, again=False)
    record("intake.accept_file", actor=upload.by, centre=centre.code, now=now, target=batch.number)
    run_later(batch)
    journal.publish(batch)
    return Accepted(batch, again=False)


def run_later(batch: Batch) -> None:
    """Have a worker run the batch; batches of one centre and dataset follow one another."""
    jobs.enqueue("intake.run", lock=lock_of(batch), number=batch.number)


def lock_of(batch: Batch) -> str:
    """Name of the lock under which batches of one centre and dataset are run one at a time."""
    return f"intake:{batch.dataset}:{batch.centre_id}"


def _deliver(upload: Upload, batch: Batch, *, again: bool) -> None:
    if upload.incoming is not None:
        Delivery.objects.create(batch=batch, incoming=upload.incoming, again=again)


def _document(layout: Layout) -> dict[str, object] | None:
    """What to keep of a layout with the batch: all of it, unless the house has it under its name."""
    if layout.name in names() and load_layout(layout.name).document == layout.document:
        return None
    return dict(layout.document)


def _same(identity: Identity) -> Batch | None:
    """The batch that stands for this content; a file without a name is whichever batch has its content."""
    alike = Batch.objects.filter(
        centre_id=identity.centre, dataset=identity.dataset, sha256=identity.sha256, replaced_by=None
    )
    if identity.named:
        named = alike.filter(period=identity.period, sequence=identity.sequence).first()
        return named or alike.filter(period="", state=State.LOADED).first()
    return alike.exclude(state=State.REFUSED).first() or alike.filter(period="").first()


def _corrected_here(identity: Identity) -> Batch | None:
    """What people made of this content: sent once more by itself, it does not undo their corrections."""
    name = {"period": identity.period, "sequence": identity.sequence} if identity.named else {}
    found = Batch.objects.filter(
        centre_id=identity.centre, dataset=identity.dataset, sha256=identity.sha256, **name
    ).last()
    while found is not None and (later := found.replaced_by) is not None:
        found = later if later.corrects_id == found.pk else None
    return found


def _taken(candidate: str) -> bool:
    return Batch.objects.filter(number=candidate).exists()


def _one_at_a_time(centre: Centre) -> None:
    """Two hands with the same file at once: the second waits and finds the batch of the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.key(f"intake.accept:{centre.code}")])
