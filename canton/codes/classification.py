"""A version of the classification as a value: its codes, its deadlines, and what can be done to them.

A code's number says where it stands: 0101 is below 01. A code that was published is never removed and its
number never given out anew; it is retired, and may name the code that follows it. Moving a code is retiring
it in favour of a new number below another head.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from .errors import CodeExists, CodeInUse, CodePublished, NoSuchCode, WrongCode, WrongSuccessor

HEAD = 2  # digits of a head's code
_CODE = re.compile(r"\d{2}(\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """One code and what it says of a case."""

    code: str
    name: str
    name_en: str
    nature: str
    regulator_class: str
    department: str
    qa_trigger: bool = False
    requires_recording: bool = False
    retired: bool = False
    successor: str = ""

    @property
    def head(self) -> str:
        """Code of the head it stands below; its own if it is one."""
        return self.code[:HEAD]

    @property
    def is_head(self) -> bool:
        return len(self.code) == HEAD


@dataclass(frozen=True, slots=True)
class Rule:
    """Hours within which something must happen for cases of a code; of all cases without one."""

    code: str
    kind: str
    hours: int
    source: str
    source_en: str
    standing: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs of a code or a deadline between two versions. what: added, retired, changed, removed."""

    code: str
    what: str
    fields: tuple[tuple[str, Any, Any], ...] = ()
    rule: str = ""  # kind of deadline, when it is one


@dataclass(frozen=True, slots=True)
class Classification:
    """All codes in order, and the deadlines."""

    kinds: tuple[Kind, ...] = ()
    rules: tuple[Rule, ...] = ()

    def kind(self, code: str) -> Kind | None:
        """The code, in use or retired."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    def in_use(self, code: str) -> Kind:
        """The code, in use; NoSuchCode when it is not."""
        found = self.kind(code)
        if found is None or found.retired:
            raise NoSuchCode(key=code)
        return found

    def below(self, head: str) -> tuple[Kind, ...]:
        """The kinds in use below a head."""
        return tuple(
            kind for kind in self.kinds if not kind.is_head and kind.head == head and not kind.retired
        )

    def add(self, kind: Kind) -> "Classification":
        """With a new code; its head must be in use."""
        if not _CODE.fullmatch(kind.code):
            raise WrongCode(key=kind.code)
        if self.kind(kind.code):
            raise CodeExists(key=kind.code)
        if not kind.is_head:
            self.in_use(kind.head)
        return self._with([*self.kinds, kind])

    def change(self, kind: Kind) -> "Classification":
        """With other words and attributes of a code in use; its number stays."""
        self.in_use(kind.code)
        return self._with([kind if each.code == kind.code else each for each in self.kinds])

    def retire(self, code: str, successor: str = "") -> "Classification":
        """Without a code for new cases; data that carries it keeps its name."""
        found = self.in_use(code)
        needed = [kind.code for kind in self.below(code)] if found.is_head else []
        needed += [kind.code for kind in self.kinds if kind.retired and kind.successor == code]
        if needed:
            raise CodeInUse(key=code, by=", ".join(needed))
        if successor and (successor == code or (kind := self.kind(successor)) is None or kind.retired):
            raise WrongSuccessor(key=code, successor=successor)
        gone = replace(found, retired=True, successor=successor)
        return self._with([gone if each.code == code else each for each in self.kinds])

    def move(self, code: str, head: str) -> "Classification":
        """With a kind below another head: a new number there, which follows the old one."""
        found, target = self.in_use(code), self.in_use(head)
        if found.is_head or not target.is_head or found.head == head:
            raise WrongCode(key=head)
        number = next_code(head, (kind.code for kind in self.kinds))
        moved = self.add(replace(found, code=number)).retire(code, number)
        rules = [replace(rule, code=number) if rule.code == code else rule for rule in moved.rules]
        return replace(moved, rules=tuple(rules))

    def remove(self, code: str, published: Iterable[str]) -> "Classification":
        """Without a code that no version published yet."""
        found = self.in_use(code)
        if code in set(published):
            raise CodePublished(key=code)
        if found.is_head and self.below(code):
            raise CodeInUse(key=code, by=", ".join(kind.code for kind in self.below(code)))
        rules = tuple(rule for rule in self.rules if rule.code != code)
        return replace(self._with([each for each in self.kinds if each.code != code]), rules=rules)

    def put_rule(self, rule: Rule) -> "Classification":
        """With this deadline, in the place of that of the same code and kind."""
        if rule.code:
            self.in_use(rule.code)
        kept = [each for each in self.rules if (each.code, each.kind) != (rule.code, rule.kind)]
        return replace(self, rules=tuple(sorted([*kept, rule], key=lambda each: (each.code, each.kind))))

    def drop_rule(self, code: str, kind: str) -> "Classification":
        """Without the deadline of this code and kind; that of its head, or the general one, holds again."""
        return replace(
            self, rules=tuple(each for each in self.rules if (each.code, each.kind) != (code, kind))
        )

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "kinds": [asdict(kind) for kind in self.kinds],
            "rules": [asdict(rule) for rule in self.rules],
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Classification":
        """As `to_json` wrote it."""
        return cls(
            tuple(Kind(**kind) for kind in content["kinds"]), tuple(Rule(**rule) for rule in content["rules"])
        )

    def _with(self, kinds: Iterable[Kind]) -> "Classification":
        return replace(self, kinds=tuple(sorted(kinds, key=lambda kind: kind.code)))


def next_code(head: str, taken: Iterable[str]) -> str:
    """The number after the last one ever given out below a head; the first head's is that of a new head.

    >>> next_code("01", ["01", "0101", "0107"])
    '0108'
    """
    used = [int(code[HEAD:]) for code in taken if len(code) > HEAD and code[:HEAD] == head]
    number = max(used, default=0) + 1
    if number > 99:  # noqa: PLR2004 - two digits
        raise WrongCode(key=f"{head}{number}")
    return f"{head}{number:02}"


def difference(before: Classification, after: Classification) -> list[Change]:
    """What changed from one version to the next: codes in order, then deadlines."""
    held = {kind.code: kind for kind in before.kinds}
    found = [_change(held.get(kind.code), kind) for kind in after.kinds]
    gone = [Change(code, "removed") for code in held.keys() - {kind.code for kind in after.kinds}]
    rules = {(rule.code, rule.kind): rule for rule in before.rules}
    later = {(rule.code, rule.kind): rule for rule in after.rules}
    deadlines = [
        _rule_change(key, rules.get(key), later.get(key)) for key in sorted(rules.keys() | later.keys())
    ]
    return sorted((each for each in [*found, *gone] if each), key=lambda each: each.code) + [
        each for each in deadlines if each
    ]


def differing(before: Kind | Rule, after: Kind | Rule) -> tuple[tuple[str, Any, Any], ...]:
    """(field, before, after) of each field that differs."""
    pairs = ((each.name, getattr(before, each.name), getattr(after, each.name)) for each in fields(before))
    return tuple((name, was, now) for name, was, now in pairs if was != now)


def mark(value: Kind | Rule | None) -> str:
    """Short text that changes when the value does, so that two editors notice each other."""
    text = json.dumps(asdict(value) if value else None, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _change(before: Kind | None, after: Kind) -> Change | None:
    if before is None:
        return Change(after.code, "added", (("name", "", after.name),))
    changed = differing(before, after)
    if not changed:
        return None
    return Change(after.code, "retired" if after.retired and not before.retired else "changed", changed)


def _rule_change(key: tuple[str, str], before: Rule | None, after: Rule | None) -> Change | None:
    code, kind = key
    if before is None and after is not None:
        return Change(code, "added", (("hours", "", after.hours),), kind)
    if before is not None and after is None:
        return Change(code, "removed", (("hours", before.hours, ""),), kind)
    changed = differing(before, after) if before and after else ()
    return Change(code, "changed", changed, kind) if changed else None
