"""Changing working calendars: a day, the hours, whether a year is published; each can be taken back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from canton.audit.services import record

from .. import calendars
from ..calendar import Day, Hours, parse_hours, written
from ..choices import Subject
from ..errors import DayChangedMeanwhile, NothingToUndo
from ..models import Calendar, CalendarDay, Centre, Revision
from .editing import Editor

State = dict[str, Any]
SUBJECTS = (Subject.DAY, Subject.HOURS, Subject.YEAR)


@transaction.atomic
def set_day(
    centre: Centre, on: date, wanted: Day | None, *, version: int, by: Editor, now: datetime
) -> Revision | None:
    """Say of a day whether and when it is worked at a centre and below it; None lets it be as it was above.

    version: that of the centre's own day, as its editor saw it; 0 when the centre said nothing of it.

    Raises:
        DayChangedMeanwhile: somebody else was faster.
    """
    calendar = _locked(centre)
    held = calendar.days.filter(day=on).first()
    if (held.version if held else 0) != version:
        raise DayChangedMeanwhile(held.version if held else 0, now=str(held.name if held else "—"))
    before = _day_state(held)
    after = {} if wanted is None else _state_of(wanted)
    return _write(calendar, Subject.DAY, on.isoformat(), (before, after), by=by, now=now)


@transaction.atomic
def set_week(
    centre: Centre, week: Sequence[Hours] | None, *, version: int, by: Editor, now: datetime
) -> Revision | None:
    """Give a centre and those below it these hours, Monday to Sunday; None takes those of the centre above.

    Raises:
        DayChangedMeanwhile: somebody else was faster.
    """
    calendar = _locked(centre)
    before = _week_state(calendar)
    if calendar.version != version:
        raise DayChangedMeanwhile(calendar.version, now="; ".join(before.values()) or "—")
    after = {} if week is None else {str(number): written(hours) for number, hours in enumerate(week)}
    return _write(calendar, Subject.HOURS, "", (before, after), by=by, now=now)


@transaction.atomic
def set_year(centre: Centre, year: int, *, source: str | None, by: Editor, now: datetime) -> Revision | None:
    """Say that all days of a year are entered, and after which notice; None says that they are not."""
    calendar = _locked(centre)
    before = _year_state(calendar, year)
    after = {} if source is None else {"source": source}
    return _write(calendar, Subject.YEAR, str(year), (before, after), by=by, now=now)


@transaction.atomic
def undo(revision: Revision, *, by: Editor, now: datetime) -> None:
    """Take back the latest change of a day, of the hours or of a year.

    Raises:
        NothingToUndo: something changed after it, or it was taken back before.
    """
    locked = Revision.objects.select_for_update().get(pk=revision.pk)
    calendar = _locked(Centre.objects.get(pk=locked.centre))
    latest = Revision.objects.filter(subject=locked.subject, key=locked.key).order_by("-pk").first()
    if locked.undone or latest != locked:
        raise NothingToUndo
    locked.undone = True
    locked.save(update_fields=["undone"])
    what = locked.key.partition(":")[2]
    PUT[locked.subject](calendar, what, locked.before)
    _record("centres.undo_change", locked, locked.after, locked.before, by=by, now=now)


def _locked(centre: Centre) -> Calendar:
    return Calendar.objects.select_for_update().get(pk=calendars.own(centre.code).pk)


def _write(
    calendar: Calendar, subject: Subject, what: str, states: tuple[State, State], *, by: Editor, now: datetime
) -> Revision | None:
    before, after = states
    if before == after:
        return None
    PUT[subject](calendar, what, after)
    revision = Revision.objects.create(
        subject=subject, key=f"{calendar.pk}:{what}", centre=calendar.pk, number=calendar.version,
        at=now, by=by.number, before=before, after=after,
    )  # fmt: skip
    _record(f"centres.change_{subject}", revision, before, after, by=by, now=now)
    return revision


def _record(
    action: str, revision: Revision, before: State, after: State, *, by: Editor, now: datetime
) -> None:
    record(
        action, actor=by.number, centre=revision.centre, now=now, target=f"{revision.subject}:{revision.key}",
        address=by.address, before=before, after=after,
    )  # fmt: skip


def _put_day(calendar: Calendar, what: str, state: Mapping[str, Any]) -> None:
    on = date.fromisoformat(what)
    held = calendar.days.filter(day=on).first()
    if not state:
        calendar.days.filter(day=on).delete()
        return
    row = held or CalendarDay(calendar=calendar, day=on, version=0)
    for field, value in state.items():
        setattr(row, field, value)
    row.version += 1
    row.save()


def _put_week(calendar: Calendar, what: str, state: Mapping[str, Any]) -> None:
    calendars.put_week(calendar, [(int(number), parse_hours(text)) for number, text in state.items()])
    calendar.version += 1
    calendar.save(update_fields=["version"])


def _put_year(calendar: Calendar, what: str, state: Mapping[str, Any]) -> None:
    calendar.years.filter(year=int(what)).delete()
    if state:
        calendar.years.create(year=int(what), source=state["source"])


PUT: dict[str, Callable[[Calendar, str, Mapping[str, Any]], None]] = {
    Subject.DAY: _put_day, Subject.HOURS: _put_week, Subject.YEAR: _put_year,
}  # fmt: skip


def _state_of(wanted: Day) -> State:
    return {
        "working": wanted.working, "name": wanted.name, "name_en": wanted.name_en, "reason": wanted.reason,
        "hours": written(wanted.hours or ()), "by_person": True,
    }  # fmt: skip


def _day_state(row: CalendarDay | None) -> State:
    if row is None:
        return {}
    fields = ("working", "name", "name_en", "reason", "hours", "by_person")
    return {field: getattr(row, field) for field in fields}


def _week_state(calendar: Calendar) -> State:
    if not calendar.hours.exists():
        return {}
    return {str(number): written(hours) for number, hours in enumerate(calendars.week([calendar.pk]))}


def _year_state(calendar: Calendar, year: int) -> State:
    row = calendar.years.filter(year=year).first()
    return {"source": row.source} if row else {}
