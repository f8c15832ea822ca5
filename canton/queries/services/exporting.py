"""Files of a result: ordered on the screen, made by the worker, taken away by their owner only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language

from canton.kernel import jobs
from canton.kernel.errors import CantonError
from canton.kernel.files import write_beside
from canton.records.disk import space_needed
from canton.shell import exports

from .. import selectors, words
from ..choices import UNDER_WAY, Form, State
from ..engine import Result, Row
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
            write(selectors.result(file.run), Form(file.form), beside, _watched(file))
            file.bytes = beside.stat().st_size
    except CantonError as error:
        return fail(file, error, now=clock())
    return finish(file, now=clock())


Watched = Callable[[Iterable[Row]], Iterator[Row]]


def write(result: Result, form: Form, path: Any, watched: Watched) -> None:
    """Write a result in words as CSV or XLSX, or as it is as Parquet."""
    if form == Form.PARQUET:
        result.copy(path)
        return
    header = words.header(result.shown, origin=result.origin)
    told = words.Teller(result.shown, selectors.names())
    rows: Iterable[Sequence[Any]] = (told.values(row) for row in watched(result.rows()))
    if form == Form.XLSX:
        exports.write_xlsx(path, header, rows)
    else:
        exports.write_csv(path, header, rows)


def _watched(file: ResultFile) -> Watched:
    """Rows on their way into the file; now and then how far it is, and whether it is still wanted."""
    tell, total = teller(file), file.run.rows or 1

    def rows(found: Iterable[Row]) -> Iterator[Row]:
        for at, row in enumerate(found):
            if at % LOOK_EVERY == 0 and not tell(at * 100 / total):
                raise Cancelled
            yield row

    return rows
