"""Differences between versions in the words of a screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .choices import DeadlineKind, Nature, RegulatorClass, Standing
from .classification import Change, Classification

VALUES = {
    "nature": dict(Nature.choices), "regulator_class": dict(RegulatorClass.choices),
    "standing": dict(Standing.choices),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A field with the value before (or held now) and after (or wanted)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A change: of which code, what was done, and each field. deadline: what must happen, if it is one."""

    code: str
    name: str
    what: str
    deadline: str
    words: list[Word]


def lines(changes: Iterable[Change], before: Classification, after: Classification) -> list[Line]:
    """Changes in words, each with the name of its code."""
    return [_line(change, before, after) for change in changes]


def words(found: Iterable[tuple[str, Any, Any]]) -> list[Word]:
    """Fields in words."""
    return [Word(_label(field), _said(field, was), _said(field, now)) for field, was, now in found]


def _line(change: Change, before: Classification, after: Classification) -> Line:
    kind = after.kind(change.code) or before.kind(change.code)
    said = {
        "added": pgettext("difference", "added"), "changed": pgettext("difference", "changed"),
        "retired": pgettext("difference", "retired"), "removed": pgettext("difference", "removed"),
    }  # fmt: skip
    deadline = str(dict(DeadlineKind.choices).get(change.rule, "")) if change.rule else ""
    return Line(change.code, kind.name if kind else "", said[change.what], deadline, words(change.fields))


def _label(field: str) -> str:
    labels = {
        "name": pgettext("code", "Name"), "name_en": _("English name"), "nature": _("Nature"),
        "regulator_class": _("Regulator class"), "department": _("Owning department"),
        "qa_trigger": _("always inspected"), "requires_recording": _("needs the recording"),
        "retired": pgettext("difference", "retired"), "successor": _("successor"), "hours": _("Hours"),
        "source": _("Source"), "source_en": _("English source"), "standing": _("Standing"),
    }  # fmt: skip
    return labels.get(field, field)


def _said(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(VALUES.get(field, {}).get(value, value)) or "—"
