"""Rules for texts: added, replaced by another, retired and brought back; each kept with who and when."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from canton.audit.services import record
from canton.centres.services.editing import Editor

from ..errors import TextRuleRetired, TextRuleThere
from ..models import TextRule
from ..text.rules import require


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule shall be. percent: 1-100."""

    code: str
    kind: str
    pattern: str
    percent: int


@transaction.atomic
def add_text_rule(wanted: Wanted, *, by: Editor, now: datetime) -> TextRule:
    """Add a rule.

    Raises:
        WrongPattern: it is not written as its kind asks.
        TextRuleThere: the same one is in use.
    """
    made = _make(wanted, None, by=by, now=now)
    _record("codes.add_text_rule", made, by=by, now=now)
    return made


@transaction.atomic
def change_text_rule(rule: TextRule, wanted: Wanted, *, by: Editor, now: datetime) -> TextRule:
    """Put another rule in the place of one; the old one is kept as retired.

    Raises:
        TextRuleRetired: somebody was faster.
        WrongPattern, TextRuleThere: as for a new one.
    """
    old = _in_use(rule)
    _retire(old, by=by, now=now)
    made = _make(wanted, old, by=by, now=now)
    _record("codes.change_text_rule", made, by=by, now=now, before=old.pattern)
    return made


@transaction.atomic
def retire_text_rule(rule: TextRule, *, by: Editor, now: datetime) -> None:
    """Take a rule out of use.

    Raises:
        TextRuleRetired: it is not in use.
    """
    held = _in_use(rule)
    _retire(held, by=by, now=now)
    _record("codes.retire_text_rule", held, by=by, now=now)


@transaction.atomic
def reinstate_text_rule(rule: TextRule, *, by: Editor, now: datetime) -> TextRule:
    """Use a retired rule again: a new one like it.

    Raises:
        TextRuleThere: the same one is in use.
    """
    made = _make(Wanted(rule.code_id, rule.kind, rule.pattern, rule.percent), None, by=by, now=now)
    _record("codes.reinstate_text_rule", made, by=by, now=now)
    return made


def _make(wanted: Wanted, replaces: TextRule | None, *, by: Editor, now: datetime) -> TextRule:
    pattern = " ".join(wanted.pattern.split())
    require(wanted.kind, pattern)
    same = TextRule.objects.select_for_update().filter(
        code_id=wanted.code, kind=wanted.kind, pattern=pattern, retired_at=None
    )
    if same.exists():
        raise TextRuleThere(key=wanted.code)
    return TextRule.objects.create(
        code_id=wanted.code, kind=wanted.kind, pattern=pattern, percent=wanted.percent, replaces=replaces,
        made_at=now, made_by=by.number,
    )  # fmt: skip


def _in_use(rule: TextRule) -> TextRule:
    held = TextRule.objects.select_for_update().filter(pk=rule.pk, retired_at=None).first()
    if held is None:
        raise TextRuleRetired
    return held


def _retire(rule: TextRule, *, by: Editor, now: datetime) -> None:
    rule.retired_at, rule.retired_by = now, by.number
    rule.save(update_fields=["retired_at", "retired_by"])


def _record(action: str, rule: TextRule, *, by: Editor, now: datetime, **detail: str) -> None:
    record(
        action, actor=by.number, centre=by.centre.code, now=now, target=f"code:{rule.code_id}",
        address=by.address, kind=rule.kind, pattern=rule.pattern, percent=rule.percent, **detail,
    )  # fmt: skip
