"""Building a result package: counted by the report's own query, packed and signed, kept for good."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.centres.models import Centre
from canton.centres.selectors import Operator, own
from canton.exchange import keys, packages
from canton.kernel import events, locks
from canton.kernel.files import flush
from canton.reports import selectors as reports
from canton.reports.periods import Period

from .. import counting, describing, files, tabled, terms
from ..definition import Definition
from ..errors import NothingCounted, PeriodNotOver, UnknownResult
from ..models import Result
from ..table import MISSING, Row, Table

TOPIC = "links"  # what is on its way between centres; the screens of both listen to it


@dataclass(frozen=True, slots=True)
class Built:
    """The package of a period; new: it was made now, the figures are others than those of the one before."""

    result: Result
    new: bool


def build(name: str, period: str, *, by: str, now: datetime) -> Built:
    """Count the figures of a period and pack them; the same figures again are the package there is.

    Raises:
        UnknownResult: no such package is made at this centre.
        BadPeriod, PeriodNotOver: no such period, or its last day is not over.
        NothingCounted: no data of it were loaded.
        BadResultDefinition: its files do not fit together.
    """
    definition, table = describing.ready(name)
    centre = own()
    if definition.made_by != centre.tier:
        raise UnknownResult(name=name)
    days = terms.read(period, definition.rhythm)
    if days.end >= now.astimezone(ZoneInfo(centre.time_zone)).date():
        raise PeriodNotOver(period=period)
    with locks.only_one(f"results.build.{name}.{period}"):
        lines, data_as_of = _counted(centre, definition, table, days, now)
        before = Result.objects.filter(centre=centre, name=name, period=period, current=True).first()
        content = files.write(table, lines)
        if before and (before.figures_sha256, before.version) == (sha256(content).hexdigest(), table.version):
            Result.objects.filter(pk=before.pk).update(counted_at=now)
            return Built(before, new=False)
        result = _entered(centre, definition, days, data_as_of, before, by=by, now=now)
        return Built(_kept(result, lines, content, before), new=True)


def _counted(
    centre: Centre, definition: Definition, table: Table, days: Period, now: datetime
) -> tuple[list[Row], datetime | None]:
    """The lines, and when the last of their data was loaded."""
    viewer, empty = Operator(centre), NothingCounted(period=terms.name(days, definition.rhythm))
    if not reports.holds(viewer, definition.report, centre=centre.code, period=days):
        raise empty
    report = reports.report(viewer, definition.report, centre=centre.code, period=days, now=now)
    lines = counting.rows(report, definition, table)
    if not any(each for name, each in lines[0].cells.items() if name != MISSING):
        raise empty
    return lines, report.data_as_of


def _entered(
    centre: Centre,
    definition: Definition,
    days: Period,
    data_as_of: datetime | None,
    before: Result | None,
    *,
    by: str,
    now: datetime,
) -> Result:
    return Result(
        centre=centre,
        name=definition.name,
        version=definition.version,
        period=terms.name(days, definition.rhythm),
        start=days.start,
        end=days.end,
        sequence=before.sequence + 1 if before else 1,
        stays=definition.stays,
        made_at=now,
        made_by=by,
        data_as_of=data_as_of,
        counted_at=now,
        recorded_at=now,
    )


@transaction.atomic
def _kept(result: Result, lines: list[Row], content: bytes, before: Result | None) -> Result:
    """Pack it, enter it with its lines, and put it in the place of the one before."""
    pack(result, content, now=result.made_at)
    if before is not None:
        Result.objects.filter(pk=before.pk).update(current=False)
    result.save(force_insert=True)
    tabled.keep(result, lines)
    record(
        "results.build_result", actor=result.made_by, centre=result.centre_id, now=result.made_at,
        target=result.number, sha256=result.sha256, sequence=result.sequence,
    )  # fmt: skip
    events.publish(TOPIC, centre=result.centre_id, result=result.number)
    return result


def pack(result: Result, content: bytes, *, now: datetime) -> None:
    """Make the signed package of a table and keep it; sha256, bytes and figures_sha256 are set."""
    folder = result.path.parent
    folder.mkdir(parents=True, exist_ok=True)
    manifest = packages.Manifest(
        sender=settings.CANTON_CENTRE,
        recipient=settings.CANTON_CENTRE if result.stays else recipient(),
        dataset=result.dataset,
        version=result.version,
        created=now,
        period=result.period,
        sequence=result.sequence,
    )
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        file = Path(beside, f"{result.dataset}.csv")
        file.write_bytes(content)
        made = packages.pack(
            [packages.Source(file)], manifest=manifest, key=keys.signing(), into=Path(beside)
        )
        result.sha256, result.bytes = made.sha256, made.bytes
        result.figures_sha256 = made.manifest.resources[0].sha256
        made.path.replace(result.path)
        flush(folder)


def recipient() -> str:
    """The centre above, for which the packages are."""
    parent = own().parent_id
    return parent or settings.CANTON_CENTRE
