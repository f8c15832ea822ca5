"""What reads codes from the texts of rows: what people decided of the very row, rules, model; no database."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from canton.codes.text.classifier import Classifier, Ranked
from canton.codes.text.rules import Classified

BY_PERSON = "person:"
KINDS = ("rule", "model", "person")


@dataclass(frozen=True, slots=True)
class Said:
    """A row that says something and came without a code. key: its values that name it; text: its words."""

    line: int
    key: str
    text: str

    @property
    def fingerprint(self) -> str:
        """Names this row with these words, also in another batch of the centre."""
        return hashlib.sha256(f"{self.key}\x1e{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TextReader:
    """decided: fingerprint → (code, staff number), what people said of such rows before."""

    classifier: Classifier
    decided: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)

    @property
    def version(self) -> str:
        """Names the state of rules, model and confidence."""
        return self.classifier.version

    def read(self, rows: Sequence[Said]) -> list[Classified]:
        """The code of each row: a person's decision, else what rules and model say."""
        found = self.classifier.classify([row.text for row in rows])
        if not self.decided:
            return found
        return [self._decided(row) or each for row, each in zip(rows, found, strict=True)]

    def sure(self, found: Classified) -> bool:
        """Whether the code is given without asking a person."""
        return self.classifier.sure(found)

    def alternatives(self, text: str) -> Ranked:
        """Codes that come into question, the likeliest first."""
        return self.classifier.alternatives(text)

    def _decided(self, row: Said) -> Classified | None:
        code, by = self.decided.get(row.fingerprint, ("", ""))
        return Classified(code, 1.0, f"{BY_PERSON}{by}") if code else None


def kind_of(found: Classified) -> str:
    """By what a code was read: rule, model or person."""
    return found.by.partition(":")[0]
