"""Proposals in words: certain or a guess, and what they go by."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canton.exchange.formats import Field, FieldType, Format
from canton.shell import figures

from .. import wording
from .making import EXAMPLE, ISO
from .proposals import Proposal
from .reckoning import Rule, reckoned, rule_for, rules_of

WHY: dict[str, str | Promise] = {
    "width": gettext_lazy("full-width signs, written plainly"),
    "blanks": gettext_lazy("stray blanks left out"),
    "case": gettext_lazy("only capitals and small letters differ"),
    "name": gettext_lazy("the code table calls it so"),
    "order": gettext_lazy("the same time in the agreed form"),
    "named": gettext_lazy("its name, but %(others)s other codes are called so too"),
    "begun": gettext_lazy("it begins so, as %(others)s other codes do"),
    "near": gettext_lazy("the code spelt most like it"),
    "seconds": gettext_lazy("the seconds are missing; 00 was put in"),
    "signs": gettext_lazy("signs between the digits left out"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A proposal on the screen. new: shown; value: to be filled in, empty where it may not be seen."""

    new: str
    value: str
    sure: bool
    why: str


def said(proposal: Proposal | None, *, shown: str | None = None) -> Said | None:
    """A proposal in words. shown: how its value may be seen, where it is masked."""
    if proposal is None:
        return None
    why = str(WHY[proposal.why]) % {"others": figures.number(proposal.facts.get("others", 0))}
    if proposal.facts.get("all"):
        held = {name: figures.number(proposal.facts[name]) for name in ("rows", "all")}
        why = f"{why}{_(', ')}" + _("%(rows)s of the %(all)s kept rows of this batch have it") % held
    value = proposal.new if shown is None else ""
    return Said(shown if shown is not None else proposal.new, value, proposal.sure, why)


def reckoning(rules: tuple[Rule, ...], format_: Format, column: str, borne_out: tuple[int, int]) -> str:
    """How a value is reckoned, and how often that is true of kept rows."""
    ways = [" + ".join(wording.column_title(format_, name) for name in rule.columns) for rule in rules]
    formula = f"{wording.column_title(format_, column)} = {_(', or ').join(ways)}"
    alike, filled = borne_out
    if not filled:
        return formula
    facts = {"formula": formula, "alike": figures.number(alike), "filled": figures.number(filled)}
    return _("%(formula)s; just so in %(alike)s of %(filled)s kept rows of this batch") % facts


def by_others(values: Mapping[str, str], field: Field | None, format_: Format) -> Said | None:
    """What other fields of a row say a field of it is; None where they do not say it."""
    rules = rules_of(format_, field.name) if field is not None else ()
    rule = rule_for(rules, values)
    new = reckoned(rules, values, field.formats) if field is not None and rule else None
    if field is None or rule is None or not new or new == values.get(field.name):
        return None
    return Said(new, new, sure=False, why=reckoning((rule,), format_, field.name, (0, 0)))


def hint(field: Field | None) -> str:
    """How a value of the column is written, where the format says it."""
    if field is not None and field.type is FieldType.DATETIME:
        return _how_written(field)
    return "" if field is None else _bounds(field)


def _how_written(field: Field) -> str:
    """The form of a time, by an example."""
    forms = [form for form in field.formats[:1] if form not in ISO]
    facts = {"example": EXAMPLE.strftime(forms[0] if forms else ISO[0]), "iso": EXAMPLE.strftime(ISO[0])}
    if forms:
        return _("written as %(example)s; %(iso)s is turned into that") % facts
    return _("written as %(example)s") % facts


def _bounds(field: Field) -> str:
    """What a number or a text may be."""
    if field.type is FieldType.INTEGER and field.minimum is not None and field.maximum is not None:
        return _("a whole number from %(low)s to %(high)s") % {"low": field.minimum, "high": field.maximum}
    if field.type is FieldType.INTEGER:
        return _("a whole number")
    if field.max_length is not None and not field.codes and not field.enum:
        return _("at most %(limit)s characters") % {"limit": field.max_length}
    return ""
