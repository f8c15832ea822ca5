"""Who edits, and the change of one thing: kept with what was before, so that it can be taken back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import ProtectedError

from canton.audit.services import record

from ..choices import Subject
from ..errors import ChangedMeanwhile, Difference, NothingToUndo
from ..models import Centre, Department, Desk, Revision

Thing = Centre | Department | Desk
PERIOD = ("valid_from", "valid_until")
FIELDS: dict[type[Thing], tuple[str, ...]] = {
    Centre: (
        "name", "name_en", "division", "tier", "parent_id", "letters", "area_code", "time_zone",
        "contact_person", "contact_phone", "contact_email", *PERIOD,
    ),
    Department: ("code", "name", "name_en", "position", *PERIOD),
    Desk: ("code", "name", "name_en", "department_id", "role", "position", *PERIOD),
}  # fmt: skip
SUBJECTS: dict[type[Thing], Subject] = {
    Centre: Subject.CENTRE, Department: Subject.DEPARTMENT, Desk: Subject.DESK,
}  # fmt: skip
MODELS: dict[str, type[Thing]] = {str(subject): model for model, subject in SUBJECTS.items()}


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes something: staff number, centre, and where from."""

    number: str
    centre: Centre
    address: str | None = None


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def snapshot(thing: Thing) -> dict[str, Any]:
    """The fields people may change, as JSON holds them."""
    return {field: plain(getattr(thing, field)) for field in FIELDS[type(thing)]}


def home_of(thing: Thing) -> str:
    """Code of the centre on whose page the thing stands."""
    return thing.code if isinstance(thing, Centre) else thing.centre_id


def held(model: type[Thing], key: str) -> Thing:
    """The thing, locked until the transaction ends."""
    found: Thing = model._default_manager.select_for_update().get(pk=key)
    return found


def require_version(thing: Thing, values: Mapping[str, Any], version: int) -> None:
    """Raise ChangedMeanwhile unless this is the version the editor saw, or nothing differs."""
    if thing.version == version:
        return
    differences = tuple(
        Difference(field, getattr(thing, field), wanted)
        for field, wanted in values.items()
        if getattr(thing, field) != wanted
    )
    raise ChangedMeanwhile(differences, thing.version)


def keep_added(thing: Thing, *, by: Editor, now: datetime) -> Revision:
    """Keep that something was added, after it has been saved."""
    return _keep(thing, {}, snapshot(thing), by=by, now=now, added=True)


def write(
    thing: Thing,
    values: Mapping[str, Any],
    *,
    by: Editor,
    now: datetime,
    require: Callable[[Thing], None] | None = None,
) -> Revision | None:
    """Save these fields and keep what they were; None when nothing changes.

    require: raises what stands against it, before it is saved.
    """
    before = snapshot(thing)
    for field, value in values.items():
        setattr(thing, field, value)
    after = snapshot(thing)
    changed = [field for field in after if after[field] != before[field]]
    if not changed:
        return None
    if require:
        require(thing)
    thing.version += 1
    thing.save()
    return _keep(thing, _only(before, changed), _only(after, changed), by=by, now=now)


def take_back(revision: Revision, *, by: Editor, now: datetime) -> Thing | None:
    """Put a thing back to what it was before its latest change; None when it had been added by it.

    Raises:
        NothingToUndo: it was taken back before, something changed since, or other rows refer to it by now.
    """
    thing = MODELS[revision.subject]._default_manager.select_for_update().filter(pk=revision.key).first()
    if thing is None or revision.undone or thing.version != revision.number:
        raise NothingToUndo
    revision.undone = True
    revision.save(update_fields=["undone"])
    if revision.added:
        _remove(thing, by=by, now=now)
        return None
    for field, value in revision.before.items():
        dated = field in PERIOD and value is not None
        setattr(thing, field, date.fromisoformat(value) if dated else value)
    thing.version += 1
    thing.save()
    _record("centres.undo_change", thing, by=by, now=now, before=revision.after, after=revision.before)
    return thing


def _remove(thing: Thing, *, by: Editor, now: datetime) -> None:
    """Take away what was added by mistake, if nothing refers to it yet."""
    _record("centres.undo_change", thing, by=by, now=now, before=snapshot(thing), after={})
    try:
        thing.delete()
    except ProtectedError as error:
        raise NothingToUndo from error


def _keep(
    thing: Thing,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: Editor,
    now: datetime,
    added: bool = False,
) -> Revision:
    subject = SUBJECTS[type(thing)]
    action = f"centres.{'add' if added else 'change'}_{subject}"
    _record(action, thing, by=by, now=now, before=before, after=after)
    return Revision.objects.create(
        subject=subject, key=thing.pk, centre=home_of(thing), number=thing.version, at=now, by=by.number,
        added=added, before=before, after=after,
    )  # fmt: skip


def _record(action: str, thing: Thing, *, by: Editor, now: datetime, **detail: Any) -> None:
    target = f"{SUBJECTS[type(thing)]}:{thing.pk if isinstance(thing, Centre) else thing.code}"
    record(
        action, actor=by.number, centre=home_of(thing), now=now, target=target, address=by.address, **detail
    )


def _only(values: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    return {field: values[field] for field in fields}
