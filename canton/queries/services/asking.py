"""Asking a query: held against the formats, counted, consented to, and given to the worker."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from canton.accounts.models import Staff
from canton.kernel import jobs

from .. import engine, selectors
from ..choices import UNDER_WAY, State
from ..compiler import Plan, compile_query
from ..definition import Query
from ..document import write
from ..errors import MayNotUnmask, NeedsConsent, NeedsConsentUnbounded, NoReason, TooSlow
from ..models import ResultFile, Run, SavedQuery
from . import trail

LEAST_REASON = 5  # characters
UNMASK = "queries.view_number"


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked and how.

    reason: why numbers shall be shown in full; "" keeps them masked.
    consent: that more rows than CANTON_QUERY_ROWS may come.
    """

    query: Query
    name: str = ""
    saved: SavedQuery | None = None
    reason: str = ""
    consent: bool = False


def ask(asking: Asking, *, by: Staff, now: datetime, address: str | None = None) -> Run:
    """Have the worker run a query; its result is kept for CANTON_QUERY_DAYS.

    Raises:
        BadQuery: it cannot be asked so.
        NeedsConsent: it would give too many rows, or nobody can tell in time how many.
        MayNotUnmask, NoReason: numbers are not shown in full so.
    """
    reason = asking.reason.strip()
    if reason:
        _require_unmasking(by, reason)
    today = timezone.localdate(now)
    plan = compile_query(asking.query, today=today, unmasked=bool(reason))
    if not asking.consent:
        _require_few(plan, by)
    shown = () if asking.query.totals else tuple(each.name for each in plan.shown)
    settled = replace(asking, reason=reason, query=replace(asking.query, columns=shown))
    return _enter(settled, by=by, now=now, address=address)


@transaction.atomic
def _enter(asking: Asking, *, by: Staff, now: datetime, address: str | None) -> Run:
    """Keep what is asked, its columns by name: which are usual may change while the result is kept."""
    run = Run.objects.create(
        owner=by,
        centre=by.centre,
        saved=asking.saved,
        name=asking.name or (asking.saved.name if asking.saved else ""),
        document=write(asking.query),
        reason=asking.reason,
        today=timezone.localdate(now),
        asked_at=now,
        expires_at=now + timedelta(days=settings.CANTON_QUERY_DAYS),
    )
    trail.note("queries.run_query", run, now, address, document=trail.without_numbers(asking.query))
    if asking.reason:
        trail.note("queries.show_numbers", run, now, address, reason=asking.reason)
    jobs.enqueue("queries.run", queue="default", run=str(run.pk))
    return run


@transaction.atomic
def cancel(run: Run, *, now: datetime) -> Run:
    """Stop a run; one that has ended stays as it is."""
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _cancel(run, now)
    trail.publish(run)
    return run


@transaction.atomic
def cancel_file(file: ResultFile, *, now: datetime) -> ResultFile:
    """Stop making a file."""
    file = ResultFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    _cancel(file, now)
    trail.publish(file.run)
    return file


def _cancel(work: Run | ResultFile, now: datetime) -> None:
    if work.state not in UNDER_WAY:
        return
    work.unwanted = True
    if work.state == State.QUEUED:  # the worker will find it so
        work.state, work.ended_at = State.CANCELLED, now
    work.save(update_fields=["unwanted", "state", "ended_at"])


def _require_unmasking(by: Staff, reason: str) -> None:
    if not by.has_perm(UNMASK):
        raise MayNotUnmask
    if len(reason) < LEAST_REASON:
        raise NoReason(least=LEAST_REASON)


def _require_few(plan: Plan, by: Staff) -> None:
    watch = engine.Watch(settings.CANTON_QUERY_PREVIEW_SECONDS)
    try:
        rows = engine.count(plan, selectors.files(plan, by), watch)
    except TooSlow as error:
        raise NeedsConsent(rows="?") from error
    if rows > settings.CANTON_QUERY_ROWS:
        refusal = NeedsConsentUnbounded if plan.query.unbounded else NeedsConsent
        raise refusal(rows=f"{rows:,}")
