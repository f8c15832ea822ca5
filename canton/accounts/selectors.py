"""Who works where, as far as the viewer may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from canton.audit.selectors import count_from
from canton.centres.selectors import Viewer, scope

from . import tokens
from .models import PasswordLink, Staff

VOID_LINKS, VOID_WITHIN = 10, timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions of the staff list; empty ones do not count. text: start of a number or part of a name."""

    text: str = ""
    role: str = ""
    centre: str = ""


def staff(viewer: Viewer, filters: Filters | None = None) -> QuerySet[Staff]:
    """Staff of the viewer's centres that meet the conditions, by centre and number."""
    wanted = filters or Filters()
    found = Staff.objects.filter(centre__in=scope(viewer)).select_related("centre")
    if wanted.text:
        found = found.filter(Q(number__startswith=wanted.text) | Q(name__icontains=wanted.text))
    if wanted.role:
        found = found.filter(role=wanted.role)
    if wanted.centre:
        found = found.filter(centre=wanted.centre)
    return found.order_by("centre", "number")


def count_by_centre(centres: frozenset[str]) -> dict[str, int]:
    """Active staff of each of the centres."""
    rows = Staff.objects.filter(centre__in=centres, is_active=True).order_by().values_list("centre")
    return dict(rows.annotate(n=Count("pk")))


def names(numbers: set[str]) -> dict[str, str]:
    """Names by staff number."""
    return dict(Staff.objects.filter(number__in=numbers).values_list("number", "name"))


def link_of(token: str, *, now: datetime) -> PasswordLink | None:
    """The link of this token, with its person, while it is good."""
    found = PasswordLink.objects.select_related("staff").filter(digest=tokens.digest(token)).first()
    return found if found and found.good(now) else None


def link_door_closed(address: str | None, *, now: datetime) -> bool:
    """Whether so many void links came from an address lately that none is looked at."""
    return count_from(address, "accounts.fail_link", since=now - VOID_WITHIN) >= VOID_LINKS
