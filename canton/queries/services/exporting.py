"""Files of a result: ordered on the screen, made by the worker, taken away by their owner only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from canton.kernel import jobs
from canton.kernel.errors import CantonError
from canton.kernel.files import write_beside
from canton.records.disk import space_needed
from canton.shell import exports, figures

from .. import selectors, words
from ..catalogue import Catalogue
from ..choices import UNDER_WAY, Form, State
from ..engine import Row
from ..errors import Cancelled, NotReady
from ..models import ResultFile, Run
from . import trail
from .progress import begin, fail, finish, teller

LOOK_EVERY = 5000  # rows written between looks at whether the file is still wanted
Clock = Callable[[], datetime]


@transaction.atomic
def order_file(run: Run, form: Form, *, now: datetime, address: str | None = None) -> ResultFile:
    """Have the worker make a file of a result; the same one again is the one that is there.

    Raises:
        NotReady: there is no result, or no longer.
    """
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state != State.DONE:
        raise NotReady
    file, made = ResultFile.objects.get_or_create(
        run=run, form=form, language=get_language() or "zh-hans", defaults={"asked_at": now}
    )
    if not made and file.state in (*UNDER_WAY, State.DONE):
        return file
    file.state, file.unwanted, file.asked_at, file.error_code = State.QUEUED, False, now, ""
    file.save()
    trail.note("queries.export_query", run, now, address, form=form, rows=run.rows, unmasked=run.unmasked)
    jobs.enqueue("queries.export", file=str(file.pk))
    trail.publish(run)
    return file


def make_file(number: UUID, *, clock: Clock) -> ResultFile | None:
    """Make a file that was ordered; failures are remembered, not raised."""
    file = begin(ResultFile, number, now=clock())
    if file is None:
        return None
    try:
        with translation.override(file.language), space_needed(), write_beside(file.path) as beside:
            write(file, beside)
            file.bytes = beside.stat().st_size
    except CantonError as error:
        return fail(file, error, now=clock())
    return finish(file, now=clock())


Watched = Callable[[Iterable[Row]], Iterator[Row]]


def write(file: ResultFile, path: Path) -> None:
    """Write a result in words as CSV or XLSX, or as it is as Parquet."""
    result, form = selectors.result(file.run), Form(file.form)
    if form == Form.PARQUET:
        result.copy(path)
        return
    header = words.header(result.shown, origin=result.origin)
    names = selectors.names()
    told = words.Teller(result.shown, names, whole=form == Form.XLSX)
    rows: Iterable[Sequence[Any]] = (told.values(row) for row in _watched(file)(result.rows()))
    if form == Form.XLSX:
        means = {at: words.DECIMALS for at, each in enumerate(result.shown) if each.function == "avg"}
        called = words.called(file.run.query.dataset)
        exports.write_book(path, [_cover(file, names), exports.Sheet(called, header, rows, means)])
    else:
        exports.write_csv(path, header, rows)


def _cover(file: ResultFile, names: words.Names) -> exports.Sheet:
    """What a sheet of paper has in its head: what was asked, of what, when and by whom, and how much came."""
    run, query = file.run, file.run.query
    catalogue = Catalogue.of(query.dataset, query.joins)
    called = words.called(query.dataset)
    met = selectors.meeting(run)
    rows = [
        [_("Dataset"), called],
        *words.facts(query, catalogue, names),
        [_("Centre"), str(run.centre)],
        [pgettext("sheet", "Asked"), figures.moment(run.asked_at, "full")],
        [_("Asked by"), f"{run.owner.name} {run.owner.number}"],
        [
            pgettext("sheet", "Rows"),
            figures.number(run.rows) if met is None else words.groups(run.rows or 0, met),
        ],
    ]
    if run.reason:
        rows.append([_("Full numbers"), run.reason])
    return exports.Sheet(pgettext("sheet", "About"), [run.name or called, ""], rows)


def _watched(file: ResultFile) -> Watched:
    """Rows on their way into the file; now and then how far it is, and whether it is still wanted."""
    tell, total = teller(file), file.run.rows or 1

    def rows(found: Iterable[Row]) -> Iterator[Row]:
        for at, row in enumerate(found):
            if at % LOOK_EVERY == 0 and not tell(at * 100 / total):
                raise Cancelled
            yield row

    return rows
