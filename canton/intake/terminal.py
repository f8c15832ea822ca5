"""What the data-processing terminal shows (F04, F08-F09): the list of batches, its figures, arrivals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Min, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from canton.centres.choices import Tier
from canton.centres.models import Centre
from canton.centres.selectors import Viewer, scope, visible_to

from .choices import UNDER_WAY, State, Step, Urgency
from .models import Batch, StepRun

WORKING_STEPS = (Step.CHECK, Step.CLASSIFY, Step.SORT, Step.LOAD)
SORTS = {
    "received": ("received_at", "pk"),
    "number": ("number",),
    "city": ("centre_id", "-received_at"),
    "period": ("period", "-received_at"),
    "read": ("read", "-received_at"),
    "kept": ("kept", "-received_at"),
    "refused": ("refused", "-received_at"),
}
URGENT_FIRST = ""  # what stopped, was refused whole or is under way, then the rest; the newest of each on top
NEWEST_FIRST = "-received"
NEEDS_WORK = "work"
WINDOWS = ("today", "week", "all")
GROUPS: dict[str, Q] = {
    "running": Q(state__in=UNDER_WAY),
    "rows": Q(state=State.LOADED, refused__gt=0, replaced_by=None),
    "whole": Q(state=State.REFUSED, replaced_by=None),
    "failed": Q(state=State.FAILED, replaced_by=None),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions of the list. group: of GROUPS; window: of WINDOWS; sort: of SORTS, - first, work or ""."""

    group: str = ""
    city: str = ""
    dataset: str = ""
    period: str = ""
    window: str = "all"
    text: str = ""
    sort: str = URGENT_FIRST

    @property
    def narrowed(self) -> bool:
        """Whether any condition is on."""
        return bool(
            self.group or self.city or self.dataset or self.period or self.text or self.window != "all"
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """The tiles, of batches the viewer may see; times are local days.

    speed: rows a minute of working steps, of batches loaded in the last hour; None: there were none.
    median_seconds: from received to loaded, of the same batches.
    """

    received_today: int
    cities_today: int
    read_today: int
    kept_today: int
    waiting_rows: int
    waiting_batches: int
    waiting_since: datetime | None
    stopped: int
    speed: float | None
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """How a city stands with a data set. state: bad, run, fix, ok, or "" for nothing arrived."""

    centre: Centre
    state: str
    batches: int


def visible(viewer: Viewer) -> QuerySet[Batch]:
    """Batches of the viewer's scope."""
    return Batch.objects.filter(centre_id__in=scope(viewer)).select_related("centre", "replaced_by")


def start_of_day(now: datetime) -> datetime:
    """Local midnight before `now`."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def listed(viewer: Viewer, filters: Filters, *, now: datetime, grouped: bool = True) -> QuerySet[Batch]:
    """Batches that meet the filters, in their order. grouped=False leaves the state out, to count them."""
    found = visible(viewer)
    if grouped and filters.group:
        found = found.filter(GROUPS[filters.group])
    if filters.city:
        found = found.filter(centre_id=filters.city)
    if filters.dataset:
        found = found.filter(dataset=filters.dataset)
    if filters.period:
        found = found.filter(period=filters.period)
    if filters.text:
        found = found.filter(number__icontains=filters.text)
    return _ordered(_within(found, filters.window, now), filters.sort).prefetch_related("steps")


def _within(found: QuerySet[Batch], window: str, now: datetime) -> QuerySet[Batch]:
    days = {"today": 0, "week": 6}.get(window)
    return found if days is None else found.filter(received_at__gte=start_of_day(now) - timedelta(days=days))


def _ordered(found: QuerySet[Batch], sort: str) -> QuerySet[Batch]:
    if sort == NEEDS_WORK:  # what stands still first, then refused rows; the oldest of each on top
        rank = Case(
            When(GROUPS["failed"] | GROUPS["whole"], then=Value(0)),
            When(GROUPS["rows"], then=Value(1)),
            When(GROUPS["running"], then=Value(2)),
            default=Value(3),
        )
        return found.annotate(rank=rank).order_by("rank", "received_at", "pk")
    if sort == URGENT_FIRST:
        return found.order_by("urgency", "-received_at", "-pk")
    columns = SORTS.get(sort.lstrip("-"), SORTS["received"])
    if not sort.startswith("-"):
        return found.order_by(*columns)
    return found.order_by(*(each[1:] if each.startswith("-") else f"-{each}" for each in columns))


def counts(viewer: Viewer, filters: Filters, *, now: datetime) -> dict[str, int]:
    """How many batches each group has under the other filters; "all" counts every one."""
    found = listed(viewer, filters, now=now, grouped=False).prefetch_related(None).order_by()
    groups = {name: Count("centre_id", filter=condition) for name, condition in GROUPS.items()}
    return found.aggregate(all=Count("*"), **groups)


def figures(viewer: Viewer, *, now: datetime) -> Figures:
    """The tiles of the list."""
    mine = visible(viewer).select_related(None).order_by()
    today = mine.filter(received_at__gte=start_of_day(now)).aggregate(
        batches=Count("pk"), cities=Count("centre", distinct=True), read=Sum("read"), kept=Sum("kept")
    )
    waiting = mine.filter(GROUPS["rows"]).aggregate(
        rows=Sum("refused"), batches=Count("*"), since=Min("received_at")
    )
    speed, median = _speed(mine.filter(state=State.LOADED, finished_at__gte=now - timedelta(hours=1)))
    return Figures(
        received_today=today["batches"], cities_today=today["cities"],
        read_today=today["read"] or 0, kept_today=today["kept"] or 0,
        waiting_rows=waiting["rows"] or 0, waiting_batches=waiting["batches"], waiting_since=waiting["since"],
        stopped=mine.filter(urgency__lte=Urgency.REFUSED).count(),
        speed=speed, median_seconds=median,
    )  # fmt: skip


def _speed(finished: QuerySet[Batch]) -> tuple[float | None, float | None]:
    taken = sorted(
        (end - start).total_seconds()
        for start, end in finished.values_list("received_at", "finished_at")
        if end
    )
    rows = finished.aggregate(rows=Sum("read"))["rows"] or 0
    steps = StepRun.objects.filter(batch__in=finished, step__in=WORKING_STEPS)
    working = steps.aggregate(seconds=Sum("seconds"))["seconds"] or 0
    return (rows / working * 60 if working else None), (taken[len(taken) // 2] if taken else None)


def cities_of(viewer: Viewer) -> list[Centre]:
    """City centres of the viewer's scope."""
    return list(visible_to(viewer).filter(tier=Tier.CITY))


def periods_of(viewer: Viewer, limit: int = 24) -> list[str]:
    """Periods that batches name, the latest first."""
    named = visible(viewer).exclude(period="").order_by("-period").values_list("period", flat=True)
    return list(named.distinct()[:limit])


def arrivals(
    viewer: Viewer, cities: Iterable[Centre], datasets: Iterable[str], filters: Filters, *, now: datetime
) -> list[tuple[str, list[Cell]]]:
    """Cities by data sets, of the same window and period as the list: the worst that still stands."""
    found = _within(visible(viewer), filters.window, now).filter(replaced_by=None)
    if filters.period:
        found = found.filter(period=filters.period)
    bad = GROUPS["failed"] | GROUPS["whole"]
    worst = (
        found.order_by()
        .values("centre_id", "dataset")
        .annotate(
            batches=Count("*"),
            bad=Count("centre_id", filter=bad),
            run=Count("centre_id", filter=GROUPS["running"]),
            fix=Count("centre_id", filter=GROUPS["rows"]),
        )
    )
    by_place: dict[tuple[str, str], Any] = {(row["centre_id"], row["dataset"]): row for row in worst}
    return [
        (dataset, [_cell(city, by_place.get((city.code, dataset))) for city in cities])
        for dataset in datasets
    ]


def _cell(city: Centre, row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell(city, "", 0)
    state = next((state for state in ("bad", "run", "fix") if row[state]), "ok")
    return Cell(city, state, row["batches"])
