"""Reading the trail, newest first, a page at a time however long it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Protocol

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import actions, names, wording
from .models import Entry

PER_PAGE = 50
CHUNK = 2000


class Place(Protocol):
    """A centre, as far as the trail needs it: what the codes of its own and those below start with."""

    @property
    def reach(self) -> str: ...


class Viewer(Protocol):
    """Whoever asks; centres sit above this room, so only the reach of one is known here."""

    @property
    def centre(self) -> Place: ...


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on entries; empty ones do not count. Days are local and inclusive; target is a beginning."""

    actor: str = ""
    action: str = ""
    target: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its codes put into words. centre: name, or the code where no name is known.

    facts: the details, as (name, value) a person reads.
    """

    entry: Entry
    who: str
    did: str
    centre: str

    @property
    def person(self) -> bool:
        """Whether somebody on the staff did it."""
        return not (wording.link_of(self.entry.actor) or self.entry.actor in wording.NOT_PEOPLE)

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [(wording.fact(name), wording.value(given)) for name, given in self.entry.detail.items()]


@dataclass(frozen=True, slots=True)
class Trail:
    """One page, newest first; cursors lead to the pages beside it and are empty at the ends."""

    lines: list[Line]
    newer: str
    older: str


def entries(viewer: Viewer, filters: Filters) -> QuerySet[Entry]:
    """Entries of the viewer's centres that meet the conditions, newest first."""
    found = Entry.objects.filter(centre__startswith=viewer.centre.reach)
    if filters.actor:
        found = found.filter(actor=filters.actor)
    if filters.action:
        found = found.filter(action=filters.action)
    if filters.target:
        found = found.filter(target__startswith=filters.target)
    if filters.start:
        found = found.filter(at__gte=_midnight(filters.start))
    if filters.end:
        found = found.filter(at__lt=_midnight(filters.end + timedelta(days=1)))
    return found.order_by("-at", "-pk")


def trail(viewer: Viewer, filters: Filters, *, before: str = "", after: str = "") -> Trail:
    """The page older than the cursor `before`, or newer than `after`, else the newest.

    Seeks by (at, id) along an index instead of counting, so the millionth entry is as near as the first.
    """
    found = entries(viewer, filters)
    oldest, newest = _cursor(before), _cursor(after)
    if newest:
        at, pk = newest
        page = list(found.filter(Q(at__gt=at) | Q(at=at, pk__gt=pk)).reverse()[: PER_PAGE + 1])
        more_newer, more_older = len(page) > PER_PAGE, True
        page = page[:PER_PAGE][::-1]
    else:
        if oldest:
            at, pk = oldest
            found = found.filter(at__lte=at).exclude(at=at, pk__gte=pk)
        page = list(found[: PER_PAGE + 1])
        more_newer, more_older = oldest is not None, len(page) > PER_PAGE
        page = page[:PER_PAGE]
    return Trail(
        lines=list(in_words(page)),
        newer=_mark(page[0]) if page and more_newer else "",
        older=_mark(page[-1]) if page and more_older else "",
    )


def in_words(found: Iterable[Entry]) -> Iterator[Line]:
    """Entries with names for actors and centres, looked up a chunk at a time."""
    waiting = iter(found)
    while chunk := list(islice(waiting, CHUNK)):
        people = names.of("actor", {entry.actor for entry in chunk})
        links = {wording.link_of(entry.actor) for entry in chunk} - {""}
        places = names.of("centre", {entry.centre for entry in chunk} | links)
        for entry in chunk:
            yield Line(
                entry=entry,
                who=people.get(entry.actor) or wording.who(entry.actor, places),
                did=actions.label(entry.action),
                centre=places.get(entry.centre, entry.centre),
            )


def count_from(address: str | None, action: str, *, since: datetime) -> int:
    """How often the action was kept for a source since then; what throttles by the trail asks it."""
    return Entry.objects.filter(action=action, address=address, at__gt=since).count()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _mark(entry: Entry) -> str:
    return f"{entry.at.isoformat()}~{entry.pk}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    """The place a cursor names; None for one that cannot be read, which shows the newest page."""
    at, mark, pk = text.partition("~")
    try:
        found = datetime.fromisoformat(at), int(pk)
    except ValueError:
        return None
    return found if mark and found[0].tzinfo else None
