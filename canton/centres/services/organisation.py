"""Adding, changing and closing centres, departments and desks (F01, F03)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from ..choices import Tier
from ..errors import ClosedAbove, CodeTaken, StillUsed, WrongPeriod, WrongPlace
from ..models import Centre, Department, Desk, Revision
from ..organisation import stands
from .editing import Editor, Thing, held, keep_added, require_version, take_back, write

SHOWN = 5  # of the things that keep a centre open


@transaction.atomic
def add(thing: Thing, *, by: Editor, now: datetime) -> Revision:
    """Add a centre, department or desk that is not saved yet.

    Raises:
        CodeTaken: there is one of this code already.
        WrongPlace, ClosedAbove: it cannot stand there.
    """
    _require_fit(thing)
    thing.save(force_insert=True)
    return keep_added(thing, by=by, now=now)


@transaction.atomic
def change(
    thing: Thing, values: Mapping[str, Any], *, version: int, by: Editor, now: datetime
) -> Revision | None:
    """Change fields of a thing its editor saw in `version`; None when nothing differs.

    Raises:
        ChangedMeanwhile: somebody else was faster; nothing is saved.
        CodeTaken, WrongPlace, ClosedAbove, StillUsed: it would not hold together.
    """
    found = held(type(thing), str(thing.pk))
    require_version(found, values, version)
    return write(found, values, by=by, now=now, require=_require_fit)


@transaction.atomic
def close(thing: Thing, *, day: date, version: int, by: Editor, now: datetime) -> Revision | None:
    """Let it be no longer there from `day` on; what it was before stays readable.

    A centre takes its departments and desks with it, a department its desks.

    Raises:
        StillUsed: centres below it are open, or numbers are at home there.
        WrongPeriod: it was not there before that day.
    """
    found = held(type(thing), str(thing.pk))
    values = {"valid_until": day}
    require_version(found, values, version)
    if day < found.valid_from:
        raise WrongPeriod(start=found.valid_from)
    if isinstance(found, Centre):
        _require_unused(found, day)
    for below in _below(found):
        if not below.closed_on(day):
            write(held(type(below), str(below.pk)), values, by=by, now=now)
    return write(found, values, by=by, now=now)


@transaction.atomic
def reopen(thing: Thing, *, version: int, by: Editor, now: datetime) -> Revision | None:
    """Let it be there again without end.

    Raises:
        ClosedAbove: what it belongs to is closed.
        ChangedMeanwhile: somebody else was faster.
    """
    found = held(type(thing), str(thing.pk))
    values = {"valid_until": None}
    require_version(found, values, version)
    return write(found, values, by=by, now=now, require=_require_sound)


@transaction.atomic
def undo(revision: Revision, *, by: Editor, now: datetime) -> Thing | None:
    """Take a change back if it is the latest of its thing; None when it had added the thing.

    What was closed together is open again together.

    Raises:
        NothingToUndo: it is not the latest, or was taken back before.
        ClosedAbove, WrongPlace, CodeTaken: what it was before does not fit any more.
    """
    locked = Revision.objects.select_for_update().get(pk=revision.pk)
    thing = take_back(locked, by=by, now=now)
    if thing is not None:
        _require_fit(thing)
        for other in _closed_with(locked, thing):
            take_back(other, by=by, now=now)
    return thing


def _closed_with(revision: Revision, thing: Thing) -> list[Revision]:
    """Changes of what stood below, made by the same closing."""
    if "valid_until" not in revision.before:
        return []
    below = {str(each.pk) for each in _below(thing)}
    same = Revision.objects.filter(centre=revision.centre, at=revision.at, by=revision.by, undone=False)
    return [each for each in same.exclude(subject=revision.subject) if each.key in below]


def _require_fit(thing: Thing) -> None:
    _require_free(thing)
    _require_sound(thing)


def _require_free(thing: Thing) -> None:
    """Codes and letters name one thing each; departments and desks within their centre."""
    if isinstance(thing, Centre):
        others = Centre.objects.filter(letters=thing.letters).exclude(code=thing.code)
        taken = thing.letters if others.exists() else ""
        if thing._state.adding and Centre.objects.filter(code=thing.code).exists():
            taken = thing.code
    else:
        model = type(thing)
        same = model._default_manager.filter(centre=thing.centre_id, code=thing.code).exclude(pk=thing.pk)
        taken = thing.code if same.exists() else ""
    if taken:
        raise CodeTaken(key=taken)


def _require_sound(thing: Thing) -> None:
    if isinstance(thing, Centre):
        parent = thing.parent
        if not stands(thing.tier, thing.code, above=(parent.tier, parent.code) if parent else None):
            raise WrongPlace(name=str(thing))
        if any(
            not stands(child.tier, child.code, above=(thing.tier, thing.code)) for child in _children(thing)
        ):
            raise WrongPlace(name=str(thing))
        above: list[Centre | Department] = [parent] if parent else []
    elif isinstance(thing, Department):
        above = [thing.centre]
    else:
        above = [thing.centre, thing.department]
    for each in above:
        if each.valid_until and not thing.valid_until:
            raise ClosedAbove(name=str(each))


def _children(centre: Centre) -> list[Centre]:
    return list(centre.children.all())


def _require_unused(centre: Centre, day: date) -> None:
    what = [str(child) for child in centre.children.all() if not child.closed_on(day)]
    if centre.tier == Tier.CITY and (count := centre.segments.count()):
        what.append(ngettext("%(n)d number segment", "%(n)d number segments", count) % {"n": count})
    if what:
        raise StillUsed(name=str(centre), what=", ".join(what[:SHOWN]) + (" …" if len(what) > SHOWN else ""))


def _below(thing: Thing) -> list[Department | Desk]:
    if isinstance(thing, Centre):
        return [*thing.desks.all(), *thing.departments.all()]
    return list(thing.desks.all()) if isinstance(thing, Department) else []
