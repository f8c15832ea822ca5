"""Reading classification codes. They are the same for everybody, so nothing here asks who looks."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from .choices import DeadlineKind, VersionState
from .errors import ModelBroken
from .matching import Candidate, rank
from .models import Code, Deadline, Label, TextRule, TextThreshold, Version
from .reading import USUAL_PERCENT
from .text.rules import Classified, RuleOfText
from .text.samples import generated

if TYPE_CHECKING:
    from .text.classifier import Classifier
    from .text.samples import Labels


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

    As batches are read: see text.classifier.

    Raises:
        ModelBroken: the centre's model is not as it was trained.
    """
    return classifier().classify(texts)


def classifier() -> "Classifier":
    """Rules, model and confidence as they are now.

    Raises:
        ModelBroken: the centre's model is not as it was trained.
    """
    from .text.classifier import Classifier  # numpy is not needed by whoever only shows the tree
    from .text.model import load

    used = frozenset(Code.objects.filter(valid_to=None).values_list("code", flat=True))
    return Classifier(tuple(text_rules()), load(model_folder()), used, enough_percent() / 100)


def enough_percent() -> int:
    """From which confidence on, in per cent, a code read from a text is given without a person."""
    latest = TextThreshold.objects.first()
    return latest.percent if latest else USUAL_PERCENT


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many labels people made; generated: of texts no customer wrote, which nothing is learnt from."""

    all: int
    generated: int
    codes: int

    @property
    def usable(self) -> int:
        """Labels a model may learn from."""
        return self.all - self.generated


def label_counts() -> LabelCounts:
    """What people's decisions come to."""
    kept = list(Label.objects.values_list("source", "code_id"))
    made_up = sum(generated(source) for source, _code in kept)
    return LabelCounts(len(kept), made_up, len({code for _source, code in kept}))


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """How the centre's model came about: labels it was trained and measured with, and how it did."""

    name: str
    trained_at: datetime
    trained: int
    held_out: int
    accuracy: float
    macro_f1: float


def model_facts() -> ModelFacts | None:
    """What the model says of itself; None when there is none.

    Raises:
        ModelBroken: it is not as it was trained.
    """
    from .text.model import load

    if load(model_folder()) is None:
        return None
    try:
        said = json.loads((model_folder() / "manifest.json").read_text(encoding="utf-8"))
        scores = {name: said["scores"][name] for name in ("trained", "held_out", "accuracy", "macro_f1")}
        return ModelFacts(said["name"], datetime.fromisoformat(said["trained_at"]), **scores)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelBroken(folder=model_folder()) from error


def labels_of_people() -> "Labels":
    """What people decided, ready to train with: generated texts and codes that are gone are refused."""
    from .text.samples import Sample, of_people

    made = Label.objects.values_list("text", "code_id", "source").iterator()
    return of_people((Sample(*each) for each in made), contact_categories())


def _candidate(code: Code) -> Candidate:
    return Candidate(code=code.code, name=code.name, name_en=code.name_en, pinyin=tuple(code.pinyin.split()))
