"""What the data-transmission terminal (数据传输终端, F04) shows: links, queues, what is due, reminders."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Count, Min, Q, QuerySet

from canton.centres.models import Centre
from canton.centres.selectors import Viewer, scope

from . import expected, folders, selectors
from .choices import IncomingState, OutgoingState
from .expected import Due
from .models import Chase, Duty, Incoming, Notice, Outgoing
from .receipts import DATASET as RECEIPT
from .sftp.dropbox import PART

WAITING = (OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.LAID)
OUTGOING = {
    "waiting": Q(state__in=WAITING),
    "sent": Q(state=OutgoingState.SENT),
    "failed": Q(state__in=(OutgoingState.FAILED, OutgoingState.REFUSED)),
    "done": Q(state__in=(OutgoingState.RECEIPTED, OutgoingState.CANCELLED)),
}
INCOMING = {
    "waiting": Q(state=IncomingState.RECEIVED),
    "open": Q(state=IncomingState.OPENED, receipted_at=None) & ~Q(dataset=RECEIPT),
    "failed": Q(state=IncomingState.REFUSED) | Q(accepted=False),
    "done": Q(state=IncomingState.OPENED, accepted=True),
}
SORTS = {"name": "name", "centre": "link_id", "size": "bytes", "time": ""}


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions of a queue. group: of OUTGOING or INCOMING; centre: a code; text: part of a name."""

    group: str = ""
    centre: str = ""
    text: str = ""
    sort: str = "-time"

    @property
    def narrowed(self) -> bool:
        """Whether any condition is on."""
        return bool(self.group or self.centre or self.text)


@dataclass(frozen=True, slots=True)
class Figures:
    """The tiles. since: when the oldest package that waits was queued. unseen: reminders to answer."""

    links: int
    failing: int
    waiting: int
    since: datetime | None
    unopened: int
    late: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Half:
    """A package that is arriving: its name, from whom, how much is there, and when the last piece came."""

    centre: Centre
    name: str
    bytes: int
    at: float


@dataclass(frozen=True, slots=True)
class Behind:
    """A centre and what it is late with."""

    centre: Centre
    due: list[Due]

    @property
    def chased(self) -> Chase | None:
        """The latest reminder of any of it."""
        found = [due.chased for due in self.due if due.chased]
        return max(found, key=lambda chase: chase.at, default=None)


def figures(viewer: Viewer, behind: list[Behind], *, now: datetime) -> Figures:
    """The tiles of the terminal."""
    lines = selectors.lines(viewer, now=now)
    over = [line.link.pk for line in lines]
    waiting = Outgoing.objects.filter(OUTGOING["waiting"], link__in=over).aggregate(
        n=Count("pk"), since=Min("queued_at")
    )
    return Figures(
        links=len(lines),
        failing=sum(line.state in ("failing", "key") for line in lines),
        waiting=waiting["n"],
        since=waiting["since"],
        unopened=Incoming.objects.filter(INCOMING["waiting"], link__in=over).count(),
        late=sum(len(each.due) for each in behind),
        unseen=unseen(),
    )


def due_datasets() -> list[str]:
    """Data sets that are due from anybody, those due from all in front."""
    duties = Duty.objects.order_by("dataset").values_list("dataset", "centre")
    names = list(dict.fromkeys(dataset for dataset, _ in duties))
    of_all = {dataset for dataset, centre in duties if centre is None}
    return sorted(names, key=lambda name: (name not in of_all, name))


def unseen() -> int:
    """Reminders of ours that nobody here has acknowledged."""
    return Notice.objects.filter(acknowledged_at=None, recalled_at=None).count()


def below(viewer: Viewer) -> list[Centre]:
    """Centres that report to us and that the viewer may see."""
    codes = scope(viewer)
    return [centre for centre in expected.centres() if centre.pk in codes]


def behind(viewer: Viewer, *, now: datetime) -> list[Behind]:
    """Who is late with what, most first."""
    rows = expected.late_of(below(viewer), now=now)
    found = [Behind(centre, due) for centre, due in rows if due]
    return sorted(found, key=lambda each: (-len(each.due), each.centre.pk))


def outgoing(viewer: Viewer, filters: Filters, *, grouped: bool = True) -> QuerySet[Outgoing]:
    """Packages to the viewer's neighbours that meet the filters."""
    found = Outgoing.objects.filter(link__in=selectors.visible_to(viewer)).select_related("link__peer")
    return _ordered(_met(found, filters, OUTGOING if grouped else {}), filters, "queued_at")


def incoming(viewer: Viewer, filters: Filters, *, grouped: bool = True) -> QuerySet[Incoming]:
    """Packages from the viewer's neighbours that meet the filters."""
    found = Incoming.objects.filter(link__in=selectors.visible_to(viewer)).select_related("link__peer")
    return _ordered(_met(found, filters, INCOMING if grouped else {}), filters, "received_at")


def counts(found: "QuerySet[Outgoing] | QuerySet[Incoming]", groups: dict[str, Q]) -> dict[str, int]:
    """How many packages each group has; "all" counts every one."""
    tallies = {name: Count("pk", filter=condition) for name, condition in groups.items()}
    return found.order_by().aggregate(all=Count("pk"), **tallies)


def halves(viewer: Viewer) -> list[Half]:
    """What is arriving in this moment, or was cut, the latest first."""
    found = []
    for link in selectors.visible_to(viewer):
        for part in (folders.dropbox(link.pk) / "in").glob(f"*{PART}"):
            found += _half(link.peer, part)
    return sorted(found, key=lambda half: -half.at)


def _half(centre: Centre, part: Path) -> list[Half]:
    try:
        status = part.stat()
    except FileNotFoundError:
        return []  # whole in this moment
    return [Half(centre, part.name.removesuffix(PART), status.st_size, status.st_mtime)]


def _met(found: QuerySet, filters: Filters, groups: dict[str, Q]) -> QuerySet:  # type: ignore[type-arg]
    if filters.group in groups:
        found = found.filter(groups[filters.group])
    if filters.centre:
        found = found.filter(link=filters.centre)
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text) | Q(period__icontains=filters.text))
    return found


def _ordered(found: QuerySet, filters: Filters, time: str) -> QuerySet:  # type: ignore[type-arg]
    column = SORTS.get(filters.sort.lstrip("-")) or time
    if filters.sort.startswith("-"):
        return found.order_by(f"-{column}", "-pk")
    return found.order_by(column, "pk")
