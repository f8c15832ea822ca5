"""Running a query that was asked, by the worker: progress, cancelling, its result or why there is none."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from canton.kernel.errors import CantonError

from .. import engine, selectors
from ..engine import Watch
from ..models import Run
from .progress import begin, fail, finish, teller

Clock = Callable[[], datetime]


def run(number: UUID, *, clock: Clock) -> Run | None:
    """Run a query to its end; ended or cancelled already, nothing happens. After a kill it begins anew.

    What its owner may see at this moment is read. Failures are remembered, not raised.
    """
    found = begin(Run, number, now=clock())
    if found is None:
        return None
    try:
        plan = selectors.plan_of(found)
        watch = Watch(settings.CANTON_QUERY_SECONDS, teller(found))
        files = selectors.files(plan, found.owner)
        found.rows = engine.write(plan, files, found.path, watch)
        whole = selectors.whole_of(found)
        if whole is not None:
            engine.write(whole, files, found.total_path, watch)
    except CantonError as error:
        return fail(found, error, now=clock())
    return finish(found, now=clock())
