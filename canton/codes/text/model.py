"""A linear model of codes over the terms of a text; trained by scikit-learn, kept as plain numbers."""

import hashlib
import json
import math
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from canton.kernel.files import replace_folder

from ..errors import ModelBroken, TooFewLabels
from .rules import LONGEST, NONE, Classified
from .samples import Labels, Sample
from .segmenting import terms

FEWEST = 20  # labels to train with at all
MANIFEST, TERMS, NUMBERS = "manifest.json", "terms.json", "numbers.npz"
LIBRARIES = ("scikit-learn", "jieba", "numpy")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """How a model did on the texts held out. classes: code -> (labels trained with, labels held out)."""

    trained: int
    held_out: int
    accuracy: float
    macro_f1: float
    classes: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Model:
    """Shapes: idf (terms,), weights (codes, terms), bias (codes,). places: term -> column."""

    name: str
    codes: tuple[str, ...]
    places: dict[str, int]
    idf: Floats
    weights: Floats
    bias: Floats

    def classify(self, text: str) -> Classified:
        """The likeliest code and its probability; none for a text without any known term."""
        chances = self.chances(text)
        if chances is None:
            return NONE
        best = int(chances.argmax())
        return Classified(self.codes[best], round(float(chances[best]), 4), f"model:{self.name}")

    def chances(self, text: str) -> Floats | None:
        """Probability of each code, as scikit-learn reckons it; None when no term of the text is known."""
        counted = Counter(term for term in terms(text[:LONGEST]) if term in self.places)
        if not counted:
            return None
        columns = np.array([self.places[term] for term in counted])
        values = (1 + np.log(np.array(list(counted.values()), dtype=float))) * self.idf[columns]
        scores = self.weights[:, columns] @ (values / math.sqrt(float(values @ values))) + self.bias
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum(), dtype=float)


def train(labels: Labels) -> tuple[Model, Scores]:
    """A model of the labels that are not held out, and how it does on those that are.

    Raises:
        TooFewLabels: fewer than FEWEST, fewer than two codes to tell apart, or none to measure with.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    kept = [sample for sample in labels.samples if not sample.held_out]
    measured = [sample for sample in labels.samples if sample.held_out]
    if len(labels.samples) < FEWEST or len({sample.code for sample in kept}) < 2 or not measured:  # noqa: PLR2004
        raise TooFewLabels(rows=len(labels.samples), fewest=FEWEST)
    counting = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=2)
    linear = LogisticRegression(max_iter=1000, C=10.0, class_weight="balanced")
    linear.fit(counting.fit_transform([sample.text[:LONGEST] for sample in kept]), [s.code for s in kept])
    weights, bias = linear.coef_, linear.intercept_
    if len(linear.classes_) == 2:  # noqa: PLR2004 - one row stands for the second; halves make it two
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    places = {term: int(place) for term, place in counting.vocabulary_.items()}
    codes = tuple(str(code) for code in linear.classes_)
    model = Model(labels.sha256[:8], codes, places, counting.idf_, weights, bias)
    return model, _scores(model, kept, measured)


def save(model: Model, folder: Path, *, labels: Labels, scores: Scores, now: datetime) -> None:
    """Put the model into `folder`, in the place of the one there, with a manifest of how it came about."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f"{folder.name}.tmp-", dir=folder.parent))
    terms_in_order = sorted(model.places, key=model.places.__getitem__)
    (beside / TERMS).write_text(json.dumps(terms_in_order, ensure_ascii=False), encoding="utf-8")
    np.savez_compressed(beside / NUMBERS, idf=model.idf, weights=model.weights, bias=model.bias)
    manifest = {
        "name": model.name, "codes": model.codes, "labels_sha256": labels.sha256,
        "trained_at": now.isoformat(),
        "labels": len(labels.samples), "refused": len(labels.refused), "scores": asdict(scores),
        "libraries": {library: version(library) for library in LIBRARIES},
        "files": {name: _sha256(beside / name) for name in (TERMS, NUMBERS)},
    }  # fmt: skip
    (beside / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    replace_folder(beside, folder)


def load(folder: Path) -> Model | None:
    """The model in a folder; None when there is none.

    Raises:
        ModelBroken: its files are not those of its manifest, or do not fit together.
    """
    if not any((folder / name).exists() for name in (MANIFEST, TERMS, NUMBERS)):
        return None
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if any(_sha256(folder / name) != manifest["files"][name] for name in (TERMS, NUMBERS)):
            raise ModelBroken(folder=folder)
        known = json.loads((folder / TERMS).read_text(encoding="utf-8"))
        with np.load(folder / NUMBERS, allow_pickle=False) as numbers:
            arrays = {name: np.asarray(numbers[name], dtype=float) for name in ("idf", "weights", "bias")}
        places = {str(term): place for place, term in enumerate(known)}
        model = Model(str(manifest["name"]), tuple(map(str, manifest["codes"])), places, **arrays)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelBroken(folder=folder) from error
    if not _fits(model):
        raise ModelBroken(folder=folder)
    return model


def _fits(model: Model) -> bool:
    codes, known = len(model.codes), len(model.places)
    shapes: tuple[Any, ...] = (model.idf.shape, model.weights.shape, model.bias.shape)
    return shapes == ((known,), (codes, known), (codes,))


def _scores(model: Model, kept: Sequence[Sample], measured: Sequence[Sample]) -> Scores:
    from sklearn.metrics import accuracy_score, f1_score

    truth = [sample.code for sample in measured]
    told = [model.classify(sample.text).code for sample in measured]
    trained, held = Counter(sample.code for sample in kept), Counter(truth)
    macro = f1_score(truth, told, average="macro", labels=sorted(held), zero_division=0)
    return Scores(
        trained=len(kept), held_out=len(measured), accuracy=round(float(accuracy_score(truth, told)), 4),
        macro_f1=round(float(macro), 4),
        classes={code: (trained[code], held[code]) for code in sorted(trained | held)},
    )  # fmt: skip


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
