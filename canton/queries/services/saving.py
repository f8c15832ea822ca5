"""Keeping queries under a name, and letting others use them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from canton.accounts.models import Staff
from canton.accounts.selectors import staff
from canton.audit.services import record
from canton.centres.models import Centre
from canton.centres.selectors import visible_to

from ..compiler import compile_query
from ..definition import Query
from ..document import write
from ..errors import UnknownPerson
from ..models import SavedQuery


@transaction.atomic
def save(query: Query, *, name: str, by: Staff, now: datetime) -> SavedQuery:
    """Keep a query under a name; one of the same name of the same person is replaced.

    Raises:
        BadQuery: it cannot be asked so.
    """
    compile_query(query, today=now.date())
    saved, _ = SavedQuery.objects.update_or_create(
        owner=by,
        name=name.strip(),
        defaults={"document": write(query), "saved_at": now, "centre": by.centre},
    )
    _note("queries.save_query", saved, by, now)
    return saved


@transaction.atomic
def share(
    saved: SavedQuery, *, with_centre: Centre | None, with_people: Sequence[str], by: Staff, now: datetime
) -> SavedQuery:
    """Let all staff of a centre and those below it, and people by staff number, use a query; no others.

    Raises:
        UnknownPerson: nobody in the scope has such a number.
    """
    known = {each.number: each for each in staff(by).filter(number__in=with_people, is_active=True)}
    for number in with_people:
        if number not in known:
            raise UnknownPerson(number=number)
    if with_centre is not None and not visible_to(by).filter(pk=with_centre.pk).exists():
        with_centre = None
    saved.with_centre = with_centre
    saved.save(update_fields=["with_centre"])
    saved.with_people.set(known.values())
    shared = with_centre.code if with_centre else ""
    _note("queries.share_query", saved, by, now, with_centre=shared, with_people=sorted(known))
    return saved


@transaction.atomic
def delete(saved: SavedQuery, *, by: Staff, now: datetime) -> None:
    """Forget a saved query; what ran stays in the history."""
    _note("queries.delete_query", saved, by, now)
    saved.delete()


def _note(action: str, saved: SavedQuery, by: Staff, now: datetime, **detail: Any) -> None:
    record(action, actor=by.number, centre=by.centre.code, now=now, target=saved.name, **detail)
