"""Rules and model together: the code of a text, how sure, and by what; pure, the same text has one answer."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING

from ..choices import TextRuleKind
from .rules import LONGEST, NONE, Classified, RuleOfText, decide, matches, ranked, read, shares

if TYPE_CHECKING:
    from .model import Model

OTHERS = 5  # codes offered to a person who decides
REMEMBERED = 4096  # texts whose answer is kept, because customers say the same again

Ranked = tuple[tuple[str, float], ...]
Answer = tuple[Classified, Ranked]


@dataclass(frozen=True, slots=True)
class Classifier:
    """What reads codes from texts at one moment.

    rules: those in use. model: None where none was trained. used: codes that may be given. enough: 0-1, the
    confidence from which on a code is given without asking a person.
    """

    rules: tuple[RuleOfText, ...]
    model: "Model | None"
    used: frozenset[str]
    enough: float
    _known: "OrderedDict[str, Answer]" = field(default_factory=OrderedDict, compare=False, repr=False)

    @property
    def version(self) -> str:
        """Names this state of rules, model and confidence, 12 hexadecimal digits."""
        learnt = self.model.name if self.model else ""
        said = [sorted(astuple(rule) for rule in self.rules), learnt, self.enough]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:12]

    def classify(self, texts: Sequence[str]) -> list[Classified]:
        """The code of each text, in their order.

        The rules answer first; where they are not sure enough, the model is asked too, and the surer one
        answers, the rules when both are as sure. A code that is not in use is no answer.
        """
        return [self._known_or_read(text[:LONGEST])[0] for text in texts]

    def sure(self, found: Classified) -> bool:
        """Whether the code is given without a person."""
        return bool(found.code) and found.confidence >= self.enough

    def alternatives(self, text: str) -> Ranked:
        """Codes that come into question for a text that is not surely read, the likeliest first, with 0-1."""
        return self._known_or_read(text[:LONGEST])[1]

    def _known_or_read(self, text: str) -> Answer:
        if not text.strip():
            return NONE, ()
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._read(text)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known

    def _read(self, text: str) -> Answer:
        sounds = any(rule.kind == TextRuleKind.PINYIN for rule in self.rules)
        held = matches(read(text, sounds=sounds), self.rules) if self.rules else []
        ruled = decide(held)
        if self.sure(ruled):
            return ruled, ()
        chances = shares(ranked(held))
        if self.model is None:
            return ruled, _best(chances)
        learnt = self._learnt(self.model, text)
        likely = max(learnt, key=learnt.__getitem__, default="")
        for code in learnt.keys() & self.used:
            chances[code] = max(chances.get(code, 0.0), learnt[code])
        if likely in self.used and learnt[likely] > ruled.confidence:
            return Classified(likely, learnt[likely], f"model:{self.model.name}"), _best(chances)
        return ruled, _best(chances)

    def _learnt(self, model: "Model", text: str) -> dict[str, float]:
        """What the model thinks of each of its codes."""
        chances = model.chances(text)
        if chances is None:
            return {}
        return {code: round(chance, 4) for code, chance in zip(model.codes, chances.tolist(), strict=True)}


def _best(chances: Mapping[str, float]) -> Ranked:
    likely = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(likely[:OTHERS])
