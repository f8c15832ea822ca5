"""The register of staff: who is added, changed, suspended and reinstated by who administers the centre."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from canton.accounts import authority
from canton.accounts.choices import Role
from canton.accounts.errors import AccountChanged, LastAdministrator, NumberTaken, PostClosed, WrongPost
from canton.accounts.models import Staff
from canton.centres.models import Centre, Department, Desk

from .links import Made, make_link
from .sessions import end_all
from .trail import kept_of


@dataclass(frozen=True, slots=True)
class Details:
    """What the register says of a person.

    roles: the main one first. language: empty for what the desk shows.
    """

    name: str
    centre: Centre
    roles: tuple[Role, ...]
    department: Department | None = None
    desk: Desk | None = None
    language: str = ""

    def columns(self) -> dict[str, Any]:
        """Column -> value of Staff."""
        main, *further = dict.fromkeys(str(role) for role in self.roles)
        return {
            "name": self.name, "centre_id": self.centre.code, "role": main, "further_roles": further,
            "department_id": self.department.pk if self.department else None,
            "desk_id": self.desk.pk if self.desk else None, "language": self.language,
        }  # fmt: skip


@transaction.atomic
def add_person(
    number: str, details: Details, *, by: Staff | None, now: datetime, address: str | None
) -> tuple[Staff, Made]:
    """Open an account without a password, and make the link by which its person sets the first one.

    by: None for whoever works at the machine, who may give every role everywhere.

    Raises:
        NumberTaken: somebody has the number.
        OutOfReach: the centre is not in the tree of who adds.
        RoleNotYours: a role is not his to give.
        WrongPost: department or desk do not belong to the centre, or the desk is for a role not held.
        PostClosed: centre, department or desk is closed.
    """
    if by:
        authority.require_reach(by, details.centre)
        authority.require_gives(by, details.roles)
    _require_fits(details)
    _require_open(details, None, now)
    if Staff.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    staff = Staff(
        number=number, joined_at=now, password_set_at=now, must_change_password=True, **details.columns()
    )
    staff.set_unusable_password()
    staff.save()
    kept_of("open_account", staff, by=by, now=now, address=address, role=staff.role, roles=list(staff.roles))
    return staff, make_link(staff, by=by, now=now, address=address)


@transaction.atomic
def change_person(
    number: str, details: Details, *, seen: int, by: Staff, now: datetime, address: str | None
) -> Staff:
    """Change what the register says of a person. seen: the version of the account its editor had before him.

    Raises:
        AccountChanged: somebody was faster.
        OutOfReach, OwnAccount, RoleNotYours: the account, its new centre or a role is not his to touch.
        WrongPost: as in `add_person`.
        PostClosed: he is to be given a centre, department or desk that is closed.
        LastAdministrator: nobody would be left to administer the person's centre.
    """
    staff = _locked(number)
    authority.require_over(by, staff)
    authority.require_reach(by, details.centre)
    authority.require_gives(by, details.roles)
    _require_fits(details)
    _require_open(details, staff, now)
    if staff.version != seen:
        raise AccountChanged()
    if details.centre.code != staff.centre_id or Role.ADMINISTRATION not in details.roles:
        _require_another_administrator(staff)
    wanted = details.columns()
    before = {name: getattr(staff, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    if changed:
        for name, value in changed.items():
            setattr(staff, name, value)
        staff.version += 1
        staff.save(update_fields=["version", *changed])
        was = {name: before[name] for name in changed}
        kept_of("change_account", staff, by=by, now=now, address=address, was=was, now_is=changed)
    return staff


@transaction.atomic
def suspend(number: str, *, reason: str, by: Staff, now: datetime, address: str | None) -> Staff:
    """Close an account until it is reinstated; whoever is signed in with it is out at once.

    Raises:
        OutOfReach, OwnAccount: the account is not his to suspend.
        LastAdministrator: nobody would be left to administer the person's centre.
    """
    staff = _locked(number)
    authority.require_over(by, staff, takes_over=False)
    _require_another_administrator(staff)
    if staff.is_active:
        _set_active(staff, False)
        end_all(staff)
        kept_of("suspend", staff, by=by, now=now, address=address, reason=reason)
    return staff


@transaction.atomic
def reinstate(number: str, *, by: Staff, now: datetime, address: str | None) -> Staff:
    """Open a suspended account again, with the password and roles it had.

    Raises:
        OutOfReach, OwnAccount, RoleNotYours: the account is not his to open.
    """
    staff = _locked(number)
    authority.require_over(by, staff)
    if not staff.is_active:
        _set_active(staff, True)
        kept_of("reinstate", staff, by=by, now=now, address=address)
    return staff


def _locked(number: str) -> Staff:
    """The account, after every administrator's row: two who close each other's wait for one another."""
    list(_administrators().select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    found = Staff.objects.select_for_update(of=("self",)).select_related("centre")
    return found.get(number=number)


def _administrators() -> Any:
    holds = Q(role=Role.ADMINISTRATION) | Q(further_roles__contains=[Role.ADMINISTRATION])
    return Staff.objects.filter(holds, is_active=True)


def _set_active(staff: Staff, active: bool) -> None:
    staff.is_active = active
    staff.version += 1
    staff.save(update_fields=["is_active", "version"])


def _require_another_administrator(staff: Staff) -> None:
    if Role.ADMINISTRATION not in staff.roles or not staff.is_active:
        return
    others = _administrators().exclude(pk=staff.pk).select_related("centre")
    if not any(staff.centre.code.startswith(other.centre.reach) for other in others):
        raise LastAdministrator(centre=str(staff.centre))


def _require_fits(details: Details) -> None:
    posts = [post for post in (details.department, details.desk) if post]
    elsewhere = any(post.centre_id != details.centre.code for post in posts)
    desk, department = details.desk, details.department
    other_work = desk is not None and desk.role not in details.roles
    other_room = desk is not None and department is not None and desk.department_id != department.pk
    if elsewhere or other_work or other_room:
        raise WrongPost()


def _require_open(details: Details, before: Staff | None, now: datetime) -> None:
    """Who holds something closed may keep it; nobody is given it anew."""
    today = timezone.localdate(now)
    held = {before.centre, before.department, before.desk} if before else set()
    for post in (details.centre, details.department, details.desk):
        if post is not None and post not in held and post.closed_on(today):
            raise PostClosed(post=str(post), day=str(post.valid_until))
