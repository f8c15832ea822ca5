"""Result packages as a viewer may see them: those of his own centre and the centres below it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from canton.centres.selectors import Viewer, scope
from canton.exchange.choices import OutgoingState
from canton.exchange.models import Outgoing

from . import difference, tabled
from .choices import State
from .difference import Change
from .models import STATES, Result

GROUPS: dict[str, tuple[State, ...]] = {
    "built": (State.BUILT,),
    "waiting": (State.WAITING, State.SENT),
    "received": (State.RECEIVED,),
    "failed": (State.REFUSED, State.FAILED),
    "kept": (State.KEPT,),
}
SORTS = {"period": "end", "name": "name", "built": "made_at"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions of the list. group: of GROUPS; name: of a definition; text: part of a period."""

    group: str = ""
    name: str = ""
    text: str = ""
    sort: str = "-period"

    @property
    def narrowed(self) -> bool:
        """Whether any condition is on."""
        return bool(self.group or self.name or self.text)


def visible_to(viewer: Viewer) -> QuerySet[Result]:
    """Results of the viewer's scope, the latest period first, superseded ones too."""
    found = Result.objects.filter(centre_id__in=scope(viewer))
    return found.select_related("centre", "outgoing", "incoming")


def made_here(viewer: Viewer) -> QuerySet[Result]:
    """The current one of each period that this centre built."""
    return visible_to(viewer).filter(centre_id=settings.CANTON_CENTRE, current=True)


def came(viewer: Viewer) -> QuerySet[Result]:
    """Those that came from centres below, current ones only."""
    return visible_to(viewer).exclude(centre_id=settings.CANTON_CENTRE).filter(current=True)


def listed(results: QuerySet[Result], filters: Filters, *, grouped: bool = True) -> QuerySet[Result]:
    """Those that meet the filters, in their order."""
    if grouped and filters.group in GROUPS:
        results = results.filter(_among(GROUPS[filters.group]))
    if filters.name:
        results = results.filter(name=filters.name)
    if filters.text:
        results = results.filter(period__icontains=filters.text)
    column = SORTS.get(filters.sort.lstrip("-"), "end")
    sign = "-" if filters.sort.startswith("-") else ""
    return results.order_by(f"{sign}{column}", "-end", "name", "pk")


def counts(results: QuerySet[Result]) -> Mapping[str, int]:
    """How many each group has; "all" counts every one."""
    tallies = {name: Count("pk", filter=_among(states)) for name, states in GROUPS.items()}
    return results.order_by().aggregate(all=Count("pk"), **tallies)


def versions(result: Result) -> list[Result]:
    """All packages of the same period of the same centre, the latest first."""
    same = Result.objects.filter(centre=result.centre, name=result.name, period=result.period)
    return list(same.select_related("outgoing", "incoming").order_by("-sequence"))


def journeys(result: Result) -> list[Outgoing]:
    """Every package that went up with these figures' number, the latest first."""
    sent = Outgoing.objects.filter(dataset=result.dataset, period=result.period, sequence=result.sequence)
    return list(sent.select_related("link__peer").order_by("-queued_at", "-pk")) if result.own else []


def changes(result: Result) -> tuple[Result | None, list[Change]]:
    """What it says otherwise than the one it replaced, and that one; of the first there is none."""
    before = next((each for each in versions(result) if each.sequence < result.sequence), None)
    if before is None:
        return None, []
    return before, difference.between(tabled.rows(before), tabled.rows(result))


def find(viewer: Viewer, name: str, period: str, *, centre: str = "", sequence: int = 0) -> Result | None:
    """The current package of a period, or the one of that number; of this centre unless another is named."""
    found = visible_to(viewer).filter(centre_id=centre or settings.CANTON_CENTRE, name=name, period=period)
    return found.filter(Q(sequence=sequence) if sequence else Q(current=True)).first()


def _among(states: tuple[State, ...]) -> Q:
    """The condition of being in one of these states."""
    where = Q(stays=True) if State.KEPT in states else Q(pk__in=())
    ways = [outgoing for outgoing, state in STATES.items() if state in states]
    if ways:
        where |= Q(stays=False, outgoing__state__in=[OutgoingState(each) for each in ways])
    if State.BUILT in states:
        where |= Q(stays=False, outgoing=None)
    return where
