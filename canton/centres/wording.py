"""Fields and values of the organisation in the words of a screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Field, ForeignKey
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import posts
from .errors import Difference
from .models import Centre, Department, Desk, Revision
from .services.editing import MODELS, Thing


@dataclass(frozen=True, slots=True)
class Word:
    """A field by its name, with the value before (or held now) and after (or wanted)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Story:
    """A change as a list shows it. undoable: it is the latest of its thing and still stands."""

    revision: Revision
    name: str
    words: list[Word]
    undoable: bool


ZONES = {"Asia/Shanghai": gettext_lazy("China Standard Time, UTC+8")}


def zone(name: str) -> str:
    """A time zone as people call it; its name in the tz database where the house has no word for it."""
    return str(ZONES.get(name, name))


def differences(model: type[Thing], found: Iterable[Difference]) -> list[Word]:
    """What two people changed, in words: before is held now, after is what the second wanted."""
    return [
        Word(_label(model, d.field), _said(model, d.field, d.held), _said(model, d.field, d.wanted))
        for d in found
    ]


def stories(revisions: Iterable[Revision]) -> list[Story]:
    """Changes in words; one query for each kind of thing."""
    rows = list(revisions)
    things = {
        (subject, str(thing.pk)): thing
        for subject, model in MODELS.items()
        for thing in model._default_manager.filter(pk__in=[row.key for row in rows if row.subject == subject])
    }
    return [_story(row, things.get((row.subject, row.key))) for row in rows]


def _story(row: Revision, thing: Thing | None) -> Story:
    model = MODELS[row.subject]
    return Story(
        revision=row,
        name=str(thing) if thing else str(row.after.get("name", row.key)),
        words=[] if row.added else _words(model, row.before, row.after),
        undoable=thing is not None and not row.undone and thing.version == row.number,
    )


def _words(model: type[Thing], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Word]:
    return [
        Word(_label(model, field), _said(model, field, before.get(field)), _said(model, field, value))
        for field, value in after.items()
    ]


def _label(model: type[Thing], field: str) -> str:
    return str(_column(model, field).verbose_name)


def _column(model: type[Thing], field: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(field.removesuffix("_id")))


def _said(model: type[Thing], field: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if isinstance(value, date):
        return value.isoformat()
    if field == "role":
        return posts.label(str(value))
    column = _column(model, field)
    if isinstance(column, ForeignKey):
        return _named(field, value)
    return str(dict(column.flatchoices).get(value, value))


def _named(field: str, key: Any) -> str:
    models: dict[str, type[Centre] | type[Department]] = {"parent_id": Centre, "department_id": Department}
    found = models[field]._default_manager.filter(pk=key).first()
    return str(found) if found else str(key)


def kind(thing: Thing) -> str:
    """What a thing is called: centre, department, desk."""
    return {Centre: _("centre"), Department: _("department"), Desk: _("desk")}[type(thing)]
