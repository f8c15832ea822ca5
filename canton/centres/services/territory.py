"""Changing where numbers are at home: one segment, or a file of them, prepared, applied and taken back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from canton.audit.services import record

from ..choices import PlanState, Refused, Tier
from ..errors import LaterPlan, PlanSettled, PlanStale, SegmentRefused
from ..models import Centre, Edition, Segment, SegmentChange, SegmentPlan
from ..segment_list import Refusal, SegmentList, read
from .editing import Editor

REFUSALS_KEPT = 1000
CHUNK = 5000
NOWHERE = ("", None)

Home = tuple[str, date | None]


@transaction.atomic
def propose(
    content: bytes, *, name: str, whole: bool, by: Editor, now: datetime,
    called: Mapping[str, str] | None = None,
) -> SegmentPlan:  # fmt: skip
    """Work out what a file of segments would change, without changing it.

    whole: the file lists every segment of the editor's cities; those it does not name are removed.
    called: what the file calls its columns, where it is none of the usual names (see `segment_list.read`).

    Raises:
        UnreadableList: the file is no list of segments.
    """
    cities = _cities(by)
    found = read(content, cities, today=timezone.localdate(now), called=called)
    return _plan(found, name=name, whole=whole, scope=frozenset(cities.values()), by=by, now=now)


@transaction.atomic
def apply(plan: SegmentPlan, *, by: Editor, now: datetime) -> SegmentPlan:
    """Do what was proposed, all of it or nothing.

    Raises:
        PlanSettled: it was applied before, or taken back.
        PlanStale: a segment of it changed since.
    """
    locked = _locked(plan, PlanState.PROPOSED)
    changes = list(locked.changes.all())
    _require_held(changes, {change.prefix: (change.before, change.before_from) for change in changes})
    _put({change.prefix: (change.after, change.after_from) for change in changes})
    return _settle(locked, PlanState.APPLIED, "centres.apply_segments", by=by, now=now)


@transaction.atomic
def undo(plan: SegmentPlan, *, by: Editor, now: datetime) -> SegmentPlan:
    """Bring back the number table as it was before the latest plan that holds.

    Raises:
        PlanSettled: it does not hold.
        LaterPlan: another was applied after it.
    """
    locked = _locked(plan, PlanState.APPLIED)
    later = SegmentPlan.objects.filter(state=PlanState.APPLIED, settled_at__gt=locked.settled_at).first()
    if later:
        raise LaterPlan(name=later.name)
    changes = list(locked.changes.all())
    _require_held(changes, {change.prefix: (change.after, change.after_from) for change in changes})
    _put({change.prefix: (change.before, change.before_from) for change in changes})
    return _settle(locked, PlanState.UNDONE, "centres.undo_segments", by=by, now=now)


@transaction.atomic
def drop(plan: SegmentPlan) -> None:
    """Forget what was proposed and never applied.

    Raises:
        PlanSettled: it was applied.
    """
    _locked(plan, PlanState.PROPOSED).delete()


@transaction.atomic
def set_one(
    prefix: str, city: str, *, since: date, seen: str, by: Editor, now: datetime
) -> SegmentPlan | None:
    """Say where one segment is at home from a day on; an empty city removes it. None when it is so already.

    seen: code of the city its editor saw, "" for none.

    Raises:
        SegmentRefused: no segment, no city of the editor's, or to be removed on a day to come.
        PlanStale: somebody else changed it meanwhile.
    """
    cities = {code: code for code in _cities(by).values()}
    text = f"segment,city,valid_from\n{prefix},{city},{since.isoformat()}\n".encode()
    found = read(text, cities, today=timezone.localdate(now))
    plan = _plan(found, name=prefix, whole=False, scope=frozenset(cities), by=by, now=now)
    if plan.refusals:
        raise SegmentRefused(prefix=prefix, why=Refused(plan.refusals[0][2]).label)
    change = plan.changes.first()
    if change is None:
        plan.delete()
        return None
    if change.before != seen:
        raise PlanStale
    return apply(plan, by=by, now=now)


def _cities(by: Editor) -> dict[str, str]:
    """What the editor's cities may be called: code, name, full name or area code -> code."""
    found: dict[str, str] = {}
    for city in Centre.objects.filter(code__startswith=by.centre.reach, tier=Tier.CITY, valid_until=None):
        for said in (city.code, city.name, city.division, city.name_en, city.area_code):
            if said:
                found[said] = city.code
    return found


def _plan(
    found: SegmentList, *, name: str, whole: bool, scope: frozenset[str], by: Editor, now: datetime
) -> SegmentPlan:
    held = _held(None if whole else found.wanted)
    refused = list(found.refused)
    changes: list[tuple[str, Home, Home]] = []
    for prefix, (city, since) in sorted(found.wanted.items()):
        before = held.get(prefix, NOWHERE)
        if before[0] and before[0] not in scope:
            refused.append(Refusal(found.lines[prefix], prefix, Refused.ELSEWHERE))
        elif before[0] != city:
            changes.append((prefix, before, (city, since or timezone.localdate(now)) if city else NOWHERE))
        elif since and since != before[1]:
            changes.append((prefix, before, (city, since)))
    if whole:
        kept = found.wanted.keys() | {refusal.text[:7] for refusal in found.refused}
        gone = ((prefix, home) for prefix, home in held.items() if home[0] in scope and prefix not in kept)
        changes += [(prefix, home, NOWHERE) for prefix, home in sorted(gone)]
    return _keep(changes, sorted(refused, key=lambda each: each.line), name=name, whole=whole, by=by, now=now)


def _keep(
    changes: list[tuple[str, Home, Home]], refused: list[Refusal], *, name: str, whole: bool, by: Editor,
    now: datetime,
) -> SegmentPlan:  # fmt: skip
    plan = SegmentPlan.objects.create(
        name=name[-120:], centre=by.centre.code, made_at=now, made_by=by.number, whole=whole,
        rows=len(changes), refused=len(refused),
        added=sum(1 for _prefix, before, after in changes if not before[0]),
        removed=sum(1 for _prefix, before, after in changes if not after[0]),
        moved=sum(1 for _prefix, before, after in changes if before[0] and after[0]),
        refusals=[[each.line, each.text, each.reason] for each in refused[:REFUSALS_KEPT]],
    )  # fmt: skip
    rows = (
        SegmentChange(
            plan=plan,
            prefix=prefix,
            before=before[0],
            before_from=before[1],
            after=after[0],
            after_from=after[1],
        )
        for prefix, before, after in changes
    )
    SegmentChange.objects.bulk_create(rows, batch_size=CHUNK)
    return plan


def _held(prefixes: Iterable[str] | None) -> dict[str, Home]:
    """Where these segments are at home now, and since when; all of them for None."""
    rows: QuerySet[Segment] = Segment.objects.all()
    if prefixes is not None:
        rows = rows.filter(prefix__in=list(prefixes))
    return {
        prefix: (city, since) for prefix, city, since in rows.values_list("prefix", "centre_id", "valid_from")
    }


def _require_held(changes: list[SegmentChange], wanted: Mapping[str, Home]) -> None:
    held = _held([change.prefix for change in changes])
    if any(held.get(prefix, NOWHERE) != home for prefix, home in wanted.items()):
        raise PlanStale


def _put(homes: Mapping[str, Home]) -> None:
    """Give each segment its home; those with none go."""
    Segment.objects.filter(prefix__in=[prefix for prefix, home in homes.items() if not home[0]]).delete()
    rows = [
        Segment(prefix=prefix, centre_id=city, valid_from=since)
        for prefix, (city, since) in homes.items()
        if city
    ]
    Segment.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["prefix"], update_fields=["centre", "valid_from"],
        batch_size=CHUNK,
    )  # fmt: skip


def _locked(plan: SegmentPlan, state: PlanState) -> SegmentPlan:
    """The plan in this state; one change of the number table at a time."""
    Edition.objects.select_for_update().get(name="segments")
    locked = SegmentPlan.objects.select_for_update().filter(pk=plan.pk, state=state).first()
    if locked is None:
        raise PlanSettled
    return locked


def _settle(plan: SegmentPlan, state: PlanState, action: str, *, by: Editor, now: datetime) -> SegmentPlan:
    plan.state, plan.settled_at, plan.settled_by = state, now, by.number
    plan.save(update_fields=["state", "settled_at", "settled_by"])
    detail: dict[str, Any] = {"added": plan.added, "moved": plan.moved, "removed": plan.removed}
    if plan.rows == 1 and (change := plan.changes.first()):
        detail |= {"before": change.before, "after": change.after}
    record(
        action, actor=by.number, centre=plan.centre, now=now, target=f"segments:{plan.name}"[:120],
        address=by.address, plan=plan.pk, **detail,
    )  # fmt: skip
    return plan
