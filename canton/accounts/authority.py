"""Who may do what to whose account: in the own tree, never to the own one, and no more than one may give.

A person may give a role that holds nothing he lacks himself, or one that a role of his is trusted with: an
administrator opens accounts for every desk without doing its work (docs/decisions/giving-roles.md).
"""

from collections.abc import Iterable
from typing import Protocol

from .choices import Role
from .errors import OutOfReach, OwnAccount, RoleNotYours
from .roles import GIVES, permissions_of


class Place(Protocol):
    """A centre: its code, and what the codes of it and all below it start with."""

    code: str

    @property
    def reach(self) -> str: ...


class Person(Protocol):
    """As much of an account as these rules ask."""

    number: str

    @property
    def roles(self) -> tuple[str, ...]: ...

    @property
    def centre(self) -> Place: ...


def roles_given_by(person: Person) -> frozenset[Role]:
    """Every role a person may give to others, whether or not he may change accounts at all."""
    own = permissions_of(*person.roles)
    trusted = frozenset[Role]().union(*(GIVES.get(Role(role), frozenset()) for role in person.roles))
    return frozenset(role for role in Role if role in trusted or permissions_of(role) <= own)


def require_gives(person: Person, roles: Iterable[str]) -> None:
    """Hold roles against what a person may give.

    Raises:
        RoleNotYours: one of them is not his to give.
    """
    for role in roles:
        if Role(role) not in roles_given_by(person):
            raise RoleNotYours(role=Role(role).label)


def require_reach(person: Person, centre: Place) -> None:
    """A manager touches his own centre and those below it.

    Raises:
        OutOfReach: the centre is elsewhere.
    """
    if not centre.code.startswith(person.centre.reach):
        raise OutOfReach()


def require_over(person: Person | None, other: Person, *, takes_over: bool = True) -> None:
    """Whether a person may touch another's account; None is whoever works at the machine, who may.

    takes_over: what is done could let him in as the other, so all the other's roles must be his to give.

    Raises:
        OutOfReach: the other works elsewhere.
        OwnAccount: the other is himself.
        RoleNotYours: the other has a role that is not his to give.
    """
    if person is None:
        return
    require_reach(person, other.centre)
    if person.number == other.number:
        raise OwnAccount()
    if takes_over:
        require_gives(person, other.roles)
