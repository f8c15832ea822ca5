"""What each step of a batch does: the pure step on its folders, and its findings into the journal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.db import transaction

from canton.centres.selectors import segment_table
from canton.codes.selectors import contact_categories
from canton.records.selectors import key_files, original_path, shelf_state

from .. import journal, steps
from ..choices import Step
from ..journal import Finding
from ..models import Batch
from ..plan import Context, Limits, Plan, compile_plan
from ..repair import refused, rows
from ..repair.services import limiting
from ..steps.kept import REFUSED
from ..wording import BY_PEOPLE
from . import loading
from .judging import text_reader

Clock = Callable[[], datetime]


@dataclass
class Work:
    """One run of a batch: the folder its steps write to, and the upload as they all read it."""

    batch: Batch
    place: Path
    clock: Clock

    @cached_property
    def upload(self) -> steps.InputFile:
        """The batch's original file, looked through and parsed once if it can be."""
        plan = plan_of(self.batch)
        return steps.InputFile(original_path(self.batch.sha256), plan, beside=self.place / "copy.csv")


def check(work: Work) -> None:
    """Find the rows that keep the format, and why the others do not; note what they were held against.

    Raises:
        TooManyRefused: more rows were refused than the dataset allows.
    """
    batch = work.batch
    shelf = shelf_state(batch.dataset, batch.centre_id)
    checked = steps.check(work.upload, into=work.place / Step.CHECK)
    by_people = rows.put_right_by_people(batch, work.place / Step.CHECK / REFUSED) if batch.corrects_id else 0
    repairs = {**checked.repairs, BY_PEOPLE: by_people}
    repaired = min(checked.kept, checked.repaired + by_people)
    with transaction.atomic():
        batch.read, batch.kept = checked.read, checked.kept
        batch.refused, batch.repaired = checked.refused, repaired
        batch.checked_against = shelf
        batch.save(update_fields=["read", "kept", "refused", "repaired", "checked_against"])
        loading.write_reasons(batch, checked.reasons, repairs)
        counts = {"read": checked.read, "kept": checked.kept, "refused": checked.refused}
        finding = Finding({**counts, "repaired": repaired}, checked.seconds)
        journal.finish(batch, Step.CHECK, finding, now=work.clock())
    limiting.judge(batch, work.place / Step.CHECK / REFUSED)


def classify(work: Work) -> None:
    """Find for each number kept where it is at home and how it roams, for each category its head."""
    found = steps.classify(work.upload, work.place / Step.CHECK, into=work.place / Step.CLASSIFY)
    detail: dict[str, object] = {"rows": found.rows, "at_home": found.at_home, "kinds": dict(found.kinds)}
    if found.texts:
        detail |= {"texts": dict(found.texts), "reading_seconds": round(found.reading_seconds, 3)}
    finding = Finding(detail, found.seconds)
    journal.finish(work.batch, Step.CLASSIFY, finding, now=work.clock())


def sort(work: Work) -> None:
    """Order the rows as the format says."""
    place = work.place
    made = steps.sort(work.upload, place / Step.CHECK, place / Step.CLASSIFY, into=place / Step.SORT)
    finding = Finding({"rows": made.rows, "days": len(made.days)}, made.seconds)
    journal.finish(work.batch, Step.SORT, finding, now=work.clock())


def load(work: Work) -> None:
    """Keep the refused rows, make the others visible."""
    refused.keep(work.batch, work.place / Step.CHECK / REFUSED)
    place = work.place
    loading.load(work.batch, place / Step.SORT, classified=place / Step.CLASSIFY, now=work.clock())
    work.batch.refresh_from_db()


def plan_of(batch: Batch) -> Plan:
    """The plan for the batch's file, with what the house knows at this moment."""
    layout = batch.how_written
    context = Context(
        centre=batch.centre_id,
        batch=batch.number,
        categories=contact_categories(),
        segments=segment_table(),
        loaded=tuple(key_files(batch.dataset, centre=batch.centre_id, excluding=_replaced(batch))),
        threads=settings.CANTON_THREADS,
        memory=settings.CANTON_MEMORY,
        held=settings.CANTON_HELD_BYTES,
        texts=text_reader(batch.centre_id, batch.dataset) if layout.format.text else None,
    )
    limits = Limits(
        file_bytes=settings.CANTON_UPLOAD_BYTES,
        line_bytes=settings.CANTON_LINE_BYTES,
        columns=settings.CANTON_COLUMNS,
    )
    return compile_plan(layout, context, limits)


def _replaced(batch: Batch) -> str | None:
    """Number of the loaded batch this one is a correction of."""
    alike = Batch.objects.filter(**batch.identity.columns(), replaced_by=None).exclude(pk=batch.pk)
    return alike.values_list("number", flat=True).filter(state="loaded").first()
