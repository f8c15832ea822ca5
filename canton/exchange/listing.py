"""The lists of what is due and of reminders, as the reader searches, narrows and sorts them."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from canton.centres.selectors import Viewer, scope

from .models import Chase, Duty, Notice
from .wording import package_titles

M = TypeVar("M", bound=Model)
DUTY_SORTS = {
    "dataset": ("dataset", "centre"),
    "centre": ("centre", "dataset"),
    "rhythm": ("rhythm", "after", "at"),
    "due": ("after", "at"),
    "parts": ("parts",),
    "grace": ("grace_minutes",),
    "from": ("starts_on",),
    "until": ("ends_on",),
}
CHASE_SORTS = {
    "centre": ("centre",),
    "dataset": ("dataset", "period"),
    "period": ("period",),
    "due": ("due_at",),
    "time": ("at",),
    "by": ("by",),
    "answer": ("acknowledged_at",),
}
CAME_SORTS: dict[str, tuple[str, ...]] = {"time": ("received_at",)}
STATES = {"open": Q(acknowledged_at=None), "answered": Q(acknowledged_at__isnull=False)}
TO_ANSWER = Q(acknowledged_at=None, recalled_at=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions of a list. text: part of a name, period or answer; state: of STATES; centre: a code.

    sort: a column of the list, "-" in front for the greatest first; what is none sorts as usual.
    """

    text: str = ""
    state: str = ""
    centre: str = ""
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether any condition is on."""
        return bool(self.text or self.state or self.centre)


def duties(asked: Asked) -> QuerySet[Duty]:
    """What is due from anybody, by data set."""
    found = Duty.objects.select_related("centre")
    if asked.text:
        found = found.filter(_called(asked.text) | Q(dataset__in=_titled(asked.text)))
    return _ordered(found, asked.sort, DUTY_SORTS, "dataset")


def chases(viewer: Viewer, asked: Asked) -> QuerySet[Chase]:
    """Reminders sent to centres the viewer may see, the latest first."""
    found = Chase.objects.filter(centre__in=scope(viewer)).select_related("centre", "outgoing")
    if asked.text:
        said = Q(period__icontains=asked.text) | Q(reply__icontains=asked.text)
        found = found.filter(_called(asked.text) | said | Q(dataset__in=_titled(asked.text)))
    if asked.centre:
        found = found.filter(centre=asked.centre)
    return _ordered(found.filter(STATES.get(asked.state, Q())), asked.sort, CHASE_SORTS, "-time")


def came(asked: Asked) -> QuerySet[Notice]:
    """Notices that came to this centre, the latest first."""
    found = Notice.objects.select_related("link__peer")
    if asked.text:
        named = Q(content__icontains=asked.text) | Q(reply__icontains=asked.text)
        for dataset in _titled(asked.text):
            named |= Q(content__icontains=f'"dataset": "{dataset}"')
        found = found.filter(named)
    if asked.state == "open":
        found = found.filter(TO_ANSWER)
    elif asked.state == "answered":
        found = found.exclude(TO_ANSWER)
    return _ordered(found, asked.sort, CAME_SORTS, "-time")


def _called(text: str) -> Q:
    return Q(centre__name__icontains=text) | Q(centre__name_en__icontains=text) | Q(centre=text)


def _titled(text: str) -> list[str]:
    """Names of the data sets that are called so in the reader's language."""
    return [name for name, title in package_titles().items() if text.lower() in title.lower()]


def _ordered(found: QuerySet[M], sort: str, sorts: dict[str, tuple[str, ...]], usual: str) -> QuerySet[M]:
    chosen = sort if sort.lstrip("-") in sorts else usual
    down = "-" if chosen.startswith("-") else ""
    return found.order_by(*(f"{down}{column}" for column in sorts[chosen.lstrip("-")]), f"{down}pk")
