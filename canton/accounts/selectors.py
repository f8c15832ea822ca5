"""Who works where, as far as the viewer may see."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from canton.audit.selectors import count_from
from canton.centres.selectors import Viewer, scope

from . import tokens
from .errors import NoSuchAccount
from .models import PasswordLink, RecoveryCode, RoleRule, Session, Staff

VOID_LINKS, VOID_WITHIN = 10, timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions of the staff list; empty ones do not count. text: start of a number or part of a name."""

    text: str = ""
    role: str = ""
    centre: str = ""
    state: str = ""


ORDERS = {
    "number": ("number",),
    "name": ("name", "number"),
    "centre": ("centre", "number"),
    "password": ("password_set_at", "number"),
    "seen": (F("last_login").asc(nulls_first=True), "number"),
    "joined": ("joined_at", "number"),
}
STATES = {"active": Q(is_active=True), "suspended": Q(is_active=False), "never": Q(last_login=None)}


def staff(viewer: Viewer, filters: Filters | None = None, *, sort: str = "") -> QuerySet[Staff]:
    """Staff of the viewer's centres that meet the conditions, by centre and number.

    sort: a key of ORDERS, with a minus for the other way round; any other counts as none.
    """
    wanted = filters or Filters()
    found = Staff.objects.filter(centre__in=scope(viewer)).select_related(
        "centre", "desk", "department", "second_factor"
    )
    if wanted.text:
        found = found.filter(Q(number__startswith=wanted.text) | Q(name__icontains=wanted.text))
    if wanted.role:
        found = found.filter(Q(role=wanted.role) | Q(further_roles__contains=[wanted.role]))
    if wanted.centre:
        found = found.filter(centre=wanted.centre)
    if wanted.state in STATES:
        found = found.filter(STATES[wanted.state])
    found = found.order_by(*ORDERS.get(sort.removeprefix("-"), ORDERS["centre"]))
    return found.reverse() if sort.startswith("-") else found


def count_by_centre(centres: frozenset[str]) -> dict[str, int]:
    """Active staff of each of the centres."""
    rows = Staff.objects.filter(centre__in=centres, is_active=True).order_by().values_list("centre")
    return dict(rows.annotate(n=Count("pk")))


def names(numbers: set[str]) -> dict[str, str]:
    """Names by staff number."""
    return dict(Staff.objects.filter(number__in=numbers).values_list("number", "name"))


def sessions_of(person: Staff, *, now: datetime) -> list[Session]:
    """Sessions a person is signed in with, the one seen last first."""
    return list(person.sessions.filter(expire_date__gt=now).order_by("-seen_at"))


def recovery_left(person: Staff) -> int | None:
    """Recovery codes a person has left; None without a second factor."""
    if not person.has_factor:
        return None
    return RecoveryCode.objects.filter(factor__staff=person, used_at=None).count()


def roles_requiring_code() -> frozenset[str]:
    """Roles that require a second factor of everybody who has them."""
    return frozenset(RoleRule.objects.filter(requires_code=True).values_list("role", flat=True))


def link_of(token: str, *, now: datetime) -> PasswordLink | None:
    """The link of this token, with its person, while it is good."""
    found = PasswordLink.objects.select_related("staff").filter(digest=tokens.digest(token)).first()
    return found if found and found.good(now) else None


def link_door_closed(address: str | None, *, now: datetime) -> bool:
    """Whether so many void links came from an address lately that none is looked at."""
    return count_from(address, "accounts.fail_link", since=now - VOID_WITHIN) >= VOID_LINKS


def open_link_of(person: Staff, *, now: datetime) -> PasswordLink | None:
    """The link a person could still use, if one was made."""
    return person.password_links.filter(used_at=None, expires_at__gt=now).first()


@dataclass(frozen=True, slots=True)
class Holders:
    """How many active people have a role, and how many of them a second factor."""

    people: int = 0
    with_factor: int = 0


def count_by_role(viewer: Viewer) -> dict[str, Holders]:
    """Holders of each role in the viewer's centres, main or further; one query."""
    rows = Staff.objects.filter(centre__in=scope(viewer), is_active=True).values_list(
        "role", "further_roles", "second_factor"
    )
    people, factors = Counter[str](), Counter[str]()
    for role, further, factor in rows:
        people.update((role, *further))
        factors.update((role, *further) if factor else ())
    return {role: Holders(people[role], factors[role]) for role in people}


def known(number: str) -> Staff:
    """The account of a number, for whoever works at the machine.

    Raises:
        NoSuchAccount: nobody has it.
    """
    found = Staff.objects.select_related("centre").filter(number=number).first()
    if found is None:
        raise NoSuchAccount(number=number)
    return found
