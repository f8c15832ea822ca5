"""Reading classification codes. They are the same for everybody, so nothing here asks who looks."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from django.conf import settings

from .choices import DeadlineKind, VersionState
from .matching import Candidate, rank
from .models import Code, Deadline, TextRule, Version
from .text.rules import Classified, RuleOfText, decide, matches, read


def contact_categories() -> frozenset[str]:
    """Every code a contact may carry: kinds of four digits and heads of two.

    Also those retired by now, because contacts of earlier days carry them.
    """
    return frozenset(Code.objects.values_list("code", flat=True))


def in_force(day: date) -> Version | None:
    """The version that holds on a day; data of that day was classified by it."""
    published = Version.objects.filter(state=VersionState.PUBLISHED, valid_from__lte=day)
    return published.order_by("valid_from", "pk").last()


def published_codes() -> frozenset[str]:
    """Codes of every published version, also of one whose day has not come: none is given out anew."""
    contents = Version.objects.filter(state=VersionState.PUBLISHED).values_list("content", flat=True)
    return frozenset(kind["code"] for content in contents for kind in content["kinds"])


def in_tree_order() -> list[Code]:
    """Every head followed by its kinds."""
    return list(Code.objects.all())


def search(text: str) -> list[Code]:
    """Codes found by code, Chinese, English, full pinyin or initials; the best first, equals by code."""
    ranked = [(rank(text, _candidate(code)), code) for code in Code.objects.all()]
    found = [(place, code.code, code) for place, code in ranked if place is not None]
    return [code for _place, _number, code in sorted(found, key=lambda row: row[:2])]


def deadlines_of(code: Code) -> list[Deadline]:
    """The deadline of each kind that holds for a code, in the order of DeadlineKind."""
    return nearest(code.code, Deadline.objects.all())


def nearest(code: str, deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Of each kind the deadline of the code, else of its head, else the one for all; by DeadlineKind."""
    found: dict[str, Deadline] = {}
    for deadline in sorted(deadlines, key=lambda row: len(row.code_id or "")):
        if code.startswith(deadline.code_id or ""):
            found[deadline.kind] = deadline
    return [found[kind] for kind in DeadlineKind if kind in found]


def text_rules() -> list[RuleOfText]:
    """The rules that read codes from texts: those in use, of codes in use."""
    rows = TextRule.objects.filter(retired_at=None, code__valid_to=None)
    return [RuleOfText(str(row.pk), row.code_id, row.kind, row.pattern, row.percent / 100) for row in rows]


def model_folder() -> Path:
    """Where the centre keeps its model of texts."""
    return Path(settings.CANTON_HOME) / "models" / "text"


def classify_texts(texts: Sequence[str]) -> list[Classified]:
    """The code of each text, how sure, and by what; in their order.

    Of rules and model the surer one answers, the rules when both are as sure. A code that is not in use is
    no answer.

    Raises:
        ModelBroken: the centre's model is not as it was trained.
    """
    from .text.model import load  # numpy is not needed by whoever only shows the tree

    rules, model = text_rules(), load(model_folder())
    if model is None:
        return [decide(matches(read(text), rules)) for text in texts]
    used = frozenset(Code.objects.filter(valid_to=None).values_list("code", flat=True))
    return [_surer(decide(matches(read(text), rules)), model.classify(text), used) for text in texts]


def _surer(ruled: Classified, learnt: Classified, used: frozenset[str]) -> Classified:
    return learnt if learnt.code in used and learnt.confidence > ruled.confidence else ruled


def _candidate(code: Code) -> Candidate:
    return Candidate(code=code.code, name=code.name, name_en=code.name_en, pinyin=tuple(code.pinyin.split()))
