"""Filing a finished report, opening it as it was, and letting go of it when its time is over."""

import hashlib
import json
import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from canton.accounts.models import Staff
from canton.audit.services import record
from canton.kernel.configuration import home
from canton.kernel.files import replace_folder

from .. import making
from ..choices import UNDER_WAY
from ..errors import FiledChanged, FiledGone, NothingToFile
from ..models import FiledFile, FiledReport, Order
from ..paper import Told
from ..screen import Screen
from ..sheet import sheet

SHEET = "sheet"
READ_ONLY = 0o444


@transaction.atomic
def file_away(
    answer: Screen, *, by: Staff, note: str, now: datetime, address: str | None = None,
    kept: dict[str, bytes] | None = None,
) -> FiledReport:  # fmt: skip
    """Keep a report as it is now: its sheet and a file of every form, each with its checksum.

    Files are on the disk before the register names them. kept: its `contents`, where they are made already.

    Raises:
        NothingToFile: it counts nothing.
    """
    if answer.empty:
        raise NothingToFile
    report, question = answer.report, answer.asked
    filed = FiledReport(
        report=question.report,
        version=report.result.definition.version,
        title=str(report.result.definition.title),
        note=note,
        centre=report.centre,
        start=report.period.start,
        end=report.period.end,
        question=question.query(by=answer.breakdown.name),
        language=get_language() or settings.LANGUAGE_CODE,
        data_as_of=report.data_as_of,
        filed_by=by,
        filed_at=now,
        keep_until=timezone.localdate(now) + timedelta(days=settings.CANTON_FILED_DAYS),
    )
    kept = kept or contents(answer, now=now)
    _write(filed, kept)
    filed.save(force_insert=True)
    FiledFile.objects.bulk_create(
        FiledFile(filed=filed, form=form, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
        for form, content in kept.items()
    )
    record(
        "reports.file_report", actor=by.number, centre=by.centre_id, now=now, address=address,
        target=f"{filed.report} {filed.centre_id}", filed=filed.pk.hex, start=filed.start.isoformat(),
        end=filed.end.isoformat(),
    )  # fmt: skip
    return filed


def contents(answer: Screen, *, now: datetime, told: Told | None = None) -> dict[str, bytes]:
    """Sheet and files of a report by form. told: hears how far the PDF is, which takes longest, 0-1."""
    kept = {SHEET: json.dumps(sheet(answer), ensure_ascii=False).encode()}
    return kept | {form: making.make(answer, form, now=now, told=told) for form in making.FORMS}


def content(file: FiledFile) -> bytes:
    """The bytes of a filed form, as they were filed.

    Raises:
        FiledGone: its time was over.
        FiledChanged: what lies on the disk is not what was filed.
    """
    if file.filed.removed_at is not None:
        raise FiledGone(day=file.filed.keep_until.isoformat())
    try:
        found = file.path.read_bytes()
    except FileNotFoundError as error:
        raise FiledChanged(name=file.filename) from error
    if hashlib.sha256(found).hexdigest() != file.sha256:
        raise FiledChanged(name=file.filename)
    return found


def sweep(*, now: datetime) -> int:
    """Remove the files of reports past their day, and of filings that never came about; answer how many.

    Orders that ended are forgotten after a week; the reports they led to stay.
    """
    gone = 0
    overdue = FiledReport.objects.filter(removed_at=None, keep_until__lt=timezone.localdate(now))
    for filed in overdue.select_related("centre"):
        _let_go(filed, now)
        gone += 1
    Order.objects.exclude(state__in=UNDER_WAY).filter(ended_at__lt=now - timedelta(days=7)).delete()
    known = {pk.hex for pk in FiledReport.objects.filter(removed_at=None).values_list("pk", flat=True)}
    day_ago = (now - timedelta(days=1)).timestamp()
    for folder in (home() / "filed").glob("*"):
        if folder.name not in known and folder.stat().st_mtime < day_ago:
            shutil.rmtree(folder, ignore_errors=True)
    return gone


@transaction.atomic
def _let_go(filed: FiledReport, now: datetime) -> None:
    filed.removed_at = now
    filed.save(update_fields=["removed_at"])
    record(
        "reports.remove_filed", actor="system", centre=filed.centre_id, now=now,
        target=f"{filed.report} {filed.centre_id}", filed=filed.pk.hex, until=filed.keep_until.isoformat(),
    )  # fmt: skip
    transaction.on_commit(lambda: shutil.rmtree(filed.folder, ignore_errors=True))


def _write(filed: FiledReport, kept: dict[str, bytes]) -> None:
    beside = filed.folder.with_name(f"{filed.folder.name}.tmp-new")
    beside.mkdir(parents=True)
    for form, written in kept.items():
        path = beside / f"report.{form}"
        path.write_bytes(written)
        path.chmod(READ_ONLY)
    replace_folder(beside, filed.folder)
