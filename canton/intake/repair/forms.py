"""The fields of a refused row as they are edited, and what a person says when rows go back to the city."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canton.codes.selectors import in_tree_order
from canton.exchange.formats import Format
from canton.exchange.formats.words import word
from canton.shell.figures import masked

from .. import wording
from ..layout import Layout
from ..models import Batch
from . import saying
from .kinds import allowed_values, field_of, reckoned_by, terms_of
from .making import at_fault, consequence, in_form, made_of
from .mending import WHOLE
from .proposals import propose
from .rows import Row, by_field
from .saying import Said
from .tolerance import Tolerance

A_LINE = 80  # characters that an input shows
LONGEST_LINE = 19  # digits of a line's number


@dataclass(frozen=True, slots=True)
class Line:
    """One field on the screen.

    key: name of its input. value: as it stands in the form; now: as it stands in the row, where somebody else
    changed it meanwhile. sent: as it came. reasons: (words, code). options: (value, words), none = free text.
    """

    key: str
    name: str
    title: str
    value: str
    sent: str
    reasons: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    hidden: bool
    about: str = ""
    now: str | None = None
    by: str = ""
    proposal: Said | None = None

    @property
    def changed(self) -> bool:
        """Whether it differs from what came."""
        return self.value != self.sent

    @property
    def first(self) -> bool:
        """Whether it stands before the others."""
        return bool(self.reasons) or self.now is not None or self.changed

    @property
    def tall(self) -> bool:
        """Whether it needs several lines."""
        return "\n" in self.sent or len(self.sent) > A_LINE

    @property
    def strange(self) -> bool:
        """Whether its value is none of the options."""
        return bool(self.options) and self.value not in {value for value, _text in self.options}


def key_of(row: Row, name: str) -> str:
    """Name of the input of a column."""
    columns = list(row.values or {})
    return "whole" if name == WHOLE else f"f{columns.index(name)}"


def lines_of(
    batch: Batch,
    row: Row,
    format_: Format | None,
    *,
    hidden: Iterable[str],
    reasons: Sequence[Any],
    given: Mapping[str, str] | None = None,
) -> list[Line]:
    """The fields of a row in the order of the file; the whole record where it has none.

    reasons: what is wrong with it now. given: column → what the person wrote, after a conflict or a fault.
    """
    values = row.values if row.values is not None else {WHOLE: row.text}
    sent = row.sent if row.sent is not None and row.values is not None else {}
    layout, masks = batch.how_written, frozenset(hidden)
    found = by_field(_narrowed(layout, reasons, values), values)
    corrected = {each.column: each.act.made_by for each in row.repairs}

    def line(name: str, now: str) -> Line:
        mask, mine = name in masks, (given or {}).get(name, now)
        before = row.raw if name == WHOLE else sent.get(name, now)
        return Line(
            key=key_of(row, name), name=name, title=wording.column_title(format_, name),
            value=masked(now) if mask and now else mine, sent=masked(before) if mask and before else before,
            reasons=tuple(dict.fromkeys((consequence(layout, each.reason, name, now)
                or wording.reason(each.reason, format_), each.reason) for each in found.get(name, ()))),
            options=() if mask or name == WHOLE else options_of(batch, name), hidden=mask,
            about=_about(batch, format_, name), now=now if mine != now else None, by=corrected.get(name, ""),
            proposal=_proposal(batch, format_, name, values, mine) if name in found and not mask else None,
        )  # fmt: skip

    return [line(name, now) for name, now in values.items()]


def _narrowed(layout: Layout, reasons: Sequence[Any], values: Mapping[str, str]) -> list[Any]:
    """Reasons at the columns that are really wrong."""
    return [
        replace(each, column=", ".join(at_fault(layout, each.reason, each.column.split(", "), values)))
        for each in reasons
    ]


def _proposal(
    batch: Batch, format_: Format | None, name: str, values: Mapping[str, str], value: str
) -> Said | None:
    """What the value was meant to be, or what other fields of the row say it is."""
    if name == WHOLE or format_ is None:
        return None
    proposal = propose(value, terms_of(batch, name))
    if proposal is not None:
        return saying.said(proposal)
    return saying.by_others(values, field_of(batch, name), format_) if reckoned_by(batch, name) else None


def _about(batch: Batch, format_: Format | None, name: str) -> str:
    made = made_of(batch.how_written, name) if format_ and name else None
    if made is None:
        return ""
    about, hint = str(made.field.description), "" if made.table else saying.hint(made.field)
    return f"{about} ({hint})" if about and hint else about


def options_of(batch: Batch, column: str) -> tuple[tuple[str, str], ...]:
    """(value, words) of a column's listed values."""
    allowed, made = allowed_values(batch, column), made_of(batch.how_written, column)
    if made is None or not allowed:
        return tuple((value, word(column, value)) for value in allowed)
    coded = made.field.codes == "classification"
    names = {each.code: str(each) for each in in_tree_order()} if coded else {}
    means = made.table.codes if made.table else {}

    def said(value: str) -> str:
        ours = means.get(value, value)
        return names.get(ours) or word(made.field.name, ours) or ours

    return tuple((value, said(value)) for value in allowed)


def given_in(posted: QueryDict, row: Row, hidden: Iterable[str], layout: Layout) -> dict[str, str]:
    """column → value of what the person changed in the form, times as the file writes them; line ends are
    those of the row."""
    columns = [WHOLE] if row.values is None else [name for name in row.values if name not in set(hidden)]
    end = "\r\n" if "\r\n" in row.raw else "\n"
    shown = _shown(posted)
    found = {}
    for name in columns:
        key = key_of(row, name)
        value = posted.get(key, "").replace("\r\n", "\n").replace("\n", end)
        if key in posted and value != shown.get(name):
            found[name] = in_form(layout, name, value)
    return found


def shown_in(row: Row, hidden: Iterable[str]) -> str:
    """What a form shows, sent with it: two people who change different fields do not undo each other."""
    values = row.values if row.values is not None else {WHOLE: row.text}
    masks = frozenset(hidden)
    return json.dumps({name: value for name, value in values.items() if name not in masks})


def _shown(posted: QueryDict) -> dict[str, str]:
    try:
        shown = json.loads(posted.get("shown", "{}"))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in shown.items()} if isinstance(shown, dict) else {}


class Scope(models.TextChoices):
    """Which rows go back."""

    TICKED = "ticked"
    LISTED = "listed"
    ALL = "all"


class SendBackForm(forms.Form):
    """Which rows go back, and a word to the city."""

    scope = forms.ChoiceField(choices=Scope.choices, required=False)
    note = forms.CharField(
        label=_("What the city should put right"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    @property
    def ticked(self) -> list[int]:
        """Lines that were ticked in the list."""
        posted = self.data.getlist("line") if isinstance(self.data, QueryDict) else []
        return [int(each) for each in posted if each.isdecimal() and len(each) < LONGEST_LINE]


class LimitForm(forms.Form):
    """Limits of one dataset; share in per cent."""

    share = forms.FloatField(
        label=_("Largest share of refused rows"), min_value=0, max_value=100, required=False
    )
    rows = forms.IntegerField(label=_("Most refused rows"), min_value=0, required=False)

    @property
    def tolerance(self) -> Tolerance:
        """What was written."""
        share = self.cleaned_data["share"]
        return Tolerance(None if share is None else share / 100, self.cleaned_data["rows"])
