"""What the data-processing terminal shows (F04, F08-F09): the list of batches, its figures, arrivals."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Case, Count, Min, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from canton.centres.choices import Tier
from canton.centres.models import Centre
from canton.centres.selectors import Viewer, scope, visible_to

from .choices import Standing, State, Step, StepState
from .models import Batch, StepRun
from .tallies import Tally, batches, of_all, tallies

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
FEW = 1_000
WINDOWS = ("today", "week", "all")
GROUPS = {
    "running": Standing.UNDER_WAY,
    "rows": Standing.ROWS,
    "whole": Standing.REFUSED,
    "failed": Standing.STOPPED,
}
OF_A_ROW = (
    *("number", "centre__name", "centre__name_en", "dataset", "period", "route", "state", "replaced_by"),
    *("read", "kept", "refused", "received_at", "finished_at"),
)
WORST_FIRST = (  # what a cell of the matrix of arrivals shows, of all that stands in it
    ("bad", (Standing.STOPPED, Standing.REFUSED)),
    ("run", (Standing.UNDER_WAY,)),
    ("fix", (Standing.ROWS,)),
)


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
    reported_today: int  # of those read, what the report of batch quality counts
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


def listed(found: QuerySet[Batch], filters: Filters) -> QuerySet[Batch]:
    """Of the batches `named`, those of the state, city and data set looked for, in their order."""
    if filters.group:
        found = found.filter(standing=GROUPS[filters.group])
    if filters.city:
        found = found.filter(centre_id=filters.city)
    if filters.dataset:
        found = found.filter(dataset=filters.dataset)
    return _ordered(found, filters.sort)


def shown(found: Iterable[int]) -> list[tuple[Batch, dict[Step, StepState]]]:
    """The batches with these keys, in the same order, and how each of their steps stands."""
    keys = list(found)
    by_key = Batch.objects.select_related("centre").only(*OF_A_ROW).in_bulk(keys)
    states: dict[int, dict[Step, StepState]] = {}
    for key, step, state in StepRun.objects.filter(batch__in=keys).values_list("batch_id", "step", "state"):
        states.setdefault(key, {})[Step(step)] = StepState(state)
    return [(by_key[key], states.get(key, {})) for key in keys if key in by_key]


def named(mine: QuerySet[Batch], filters: Filters, *, now: datetime) -> QuerySet[Batch]:
    """Those of the period, window and number looked for, of the batches the viewer may see."""
    found = mine
    if filters.period:
        found = found.filter(period=filters.period)
    if filters.text:
        found = _numbered(found, filters.text)
    return _within(found, filters.window, now)


def _numbered(found: QuerySet[Batch], text: str) -> QuerySet[Batch]:
    """Those with the text in their number. As a rule they are few; then they are looked for but once."""
    alike = "number__icontains" if any(letter.isalpha() for letter in text) else "number__contains"
    numbered = found.filter(**{alike: text})
    keys = list(numbered.order_by().values_list("pk", flat=True)[: FEW + 1])
    return numbered if len(keys) > FEW else found.filter(pk__in=keys)


def _within(found: QuerySet[Batch], window: str, now: datetime) -> QuerySet[Batch]:
    days = {"today": 0, "week": 6}.get(window)
    return found if days is None else found.filter(received_at__gte=start_of_day(now) - timedelta(days=days))


def _ordered(found: QuerySet[Batch], sort: str) -> QuerySet[Batch]:
    if sort == NEEDS_WORK:  # what stands still first, then refused rows; the oldest of each on top
        rank = Case(
            When(standing__lte=Standing.REFUSED, then=Value(0)),
            When(standing=Standing.ROWS, then=Value(1)),
            When(standing=Standing.UNDER_WAY, then=Value(2)),
            default=Value(3),
        )
        return found.annotate(rank=rank).order_by("rank", "received_at", "pk")
    if sort == URGENT_FIRST:
        return found.order_by("urgency", "-received_at", "-pk")
    columns = SORTS.get(sort.lstrip("-"), SORTS["received"])
    if not sort.startswith("-"):
        return found.order_by(*columns)
    return found.order_by(*(each[1:] if each.startswith("-") else f"-{each}" for each in columns))


@dataclass(frozen=True, slots=True)
class Counted:
    """Tallies of the viewer's batches: all, those of the window and period, those of the number too."""

    everything: list[Tally]
    of_time: list[Tally]
    named: list[Tally]


def count(viewer: Viewer, found: QuerySet[Batch], filters: Filters, *, now: datetime) -> Counted:
    """Count once for all that the page shows; again only where a filter is on. found: see `named`."""
    everything = of_all(viewer)
    of_time = of_number = everything
    if filters.period or filters.window != "all":
        of_time = of_number = tallies(named(visible(viewer), replace(filters, text=""), now=now))
    if filters.text:
        of_number = tallies(found)
    return Counted(everything, of_time, of_number)


def counts(counted: Counted, filters: Filters) -> dict[str, int]:
    """How many batches each group has under the other filters; "all" counts every one."""
    found = [
        each
        for each in counted.named
        if filters.city in ("", each.centre) and filters.dataset in ("", each.dataset)
    ]
    return {"all": batches(found)} | {name: batches(found, where) for name, where in GROUPS.items()}


def figures(mine: QuerySet[Batch], counted: Counted, *, now: datetime) -> Figures:
    """The tiles of the list."""
    mine = mine.select_related(None).order_by()
    today = mine.filter(received_at__gte=start_of_day(now)).aggregate(
        reported=Sum("read", filter=Q(state__in=(State.LOADED, State.REFUSED), replaced_by=None)),
        batches=Count("pk"), cities=Count("centre", distinct=True), read=Sum("read"), kept=Sum("kept"),
    )  # fmt: skip
    waiting = [each for each in counted.everything if each.standing is Standing.ROWS]
    speed, median = _speed(mine.filter(state=State.LOADED, finished_at__gte=now - timedelta(hours=1)))
    return Figures(
        received_today=today["batches"], cities_today=today["cities"],
        read_today=today["read"] or 0, kept_today=today["kept"] or 0, reported_today=today["reported"] or 0,
        waiting_rows=sum(each.rows for each in waiting), waiting_batches=batches(waiting),
        waiting_since=mine.filter(standing=Standing.ROWS).aggregate(since=Min("received_at"))["since"],
        stopped=batches(counted.everything, Standing.STOPPED, Standing.REFUSED),
        speed=speed, median_seconds=median,
    )  # fmt: skip


def _speed(finished: QuerySet[Batch]) -> tuple[float | None, float | None]:
    working = Sum("steps__seconds", filter=Q(steps__step__in=WORKING_STEPS))
    each = finished.annotate(working=working).values_list("received_at", "finished_at", "read", "working")
    found = [(end - start, rows, seconds or 0) for start, end, rows, seconds in each if end]
    rows, seconds = sum(rows for _, rows, _ in found), sum(seconds for _, _, seconds in found)
    taken = sorted(taken.total_seconds() for taken, _, _ in found)
    return (rows / seconds * 60 if seconds else None), (taken[len(taken) // 2] if taken else None)


def cities_of(viewer: Viewer) -> list[Centre]:
    """City centres of the viewer's scope."""
    return list(visible_to(viewer).filter(tier=Tier.CITY))


def periods_of(mine: QuerySet[Batch], limit: int = 24) -> list[str]:
    """Periods that the batches name, the latest first."""
    named = mine.exclude(period="").order_by("-period").values_list("period", flat=True)
    return list(named.distinct()[:limit])


def arrivals(
    counted: Counted, cities: Iterable[Centre], datasets: Iterable[str]
) -> list[tuple[str, list[Cell]]]:
    """Cities by data sets, of the same window and period as the list: the worst that still stands."""
    by_place: dict[tuple[str, str], list[Tally]] = {}
    for each in counted.of_time:
        if each.standing is not Standing.REPLACED:
            by_place.setdefault((each.centre, each.dataset), []).append(each)
    return [
        (dataset, [_cell(city, by_place.get((city.code, dataset), [])) for city in cities])
        for dataset in datasets
    ]


def _cell(city: Centre, found: list[Tally]) -> Cell:
    there = {each.standing for each in found}
    worst = next((state for state, standings in WORST_FIRST if there & {*standings}), "ok")
    return Cell(city, worst if found else "", batches(found))
