"""Texts that people labelled with codes: read from a file, judged row by row, and split for training."""

import csv
import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import LabelCode, LabelColumns, LabelGenerated, LabelSource, LabelText

COLUMNS = {"text", "code", "source"}
HELD_OUT = 20  # per cent of the texts, by their hash, that are kept from training and measured with
GENERATED = re.compile(r"demo|演示|generat|生成|synthe|合成", re.IGNORECASE)
Refusal = LabelCode | LabelGenerated | LabelSource | LabelText


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its code, and where the label comes from."""

    text: str
    code: str
    source: str

    @property
    def held_out(self) -> bool:
        """Whether it is measured with: the same for the same text, always and everywhere."""
        return int(hashlib.sha256(self.text.encode()).hexdigest()[:8], 16) % 100 < HELD_OUT


@dataclass(frozen=True, slots=True)
class Labels:
    """What a file or people's decisions hold. refused: (line of the file, why); sha256: of what was read."""

    samples: list[Sample]
    refused: list[tuple[int, Refusal]]
    sha256: str


def read(file: Path, codes: Container[str]) -> Labels:
    """The labels of a CSV file in UTF-8 with the columns text, code and source.

    Raises:
        LabelColumns: it has others, or is no such file.
    """
    content = file.read_bytes()
    try:
        rows = csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True), strict=True)
        if not set(rows.fieldnames or ()) >= COLUMNS:
            raise LabelColumns(name=file.name)
        labelled = [(rows.line_num, row) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise LabelColumns(name=file.name) from error
    samples, refused = _judged(labelled, codes)
    return Labels(samples, refused, hashlib.sha256(content).hexdigest())


def of_people(made: Iterable[Sample], codes: Container[str]) -> Labels:
    """The labels that people's decisions are; the line of a refused one is its place among them, from 1."""
    rows = [(sample.text, sample.code, sample.source) for sample in made]
    named = ({"text": text, "code": code, "source": source} for text, code, source in rows)
    samples, refused = _judged(enumerate(named, 1), codes)
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    return Labels(samples, refused, digest)


def together(parts: Sequence[Labels]) -> Labels:
    """Labels of several origins as one; lines of refused ones are those of each part."""
    if len(parts) == 1:
        return parts[0]
    digest = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
    return Labels(
        [sample for part in parts for sample in part.samples],
        [wrong for part in parts for wrong in part.refused],
        digest,
    )


def generated(source: str) -> bool:
    """Whether what stands there was written by a program, by its own word."""
    return GENERATED.search(source) is not None


def _judged(
    rows: Iterable[tuple[int, Mapping[str, str | None]]], codes: Container[str]
) -> tuple[list[Sample], list[tuple[int, Refusal]]]:
    samples: list[Sample] = []
    refused: list[tuple[int, Refusal]] = []
    for line, row in rows:
        sample = Sample(*((row[name] or "").strip() for name in ("text", "code", "source")))
        wrong = _refusal(sample, codes)
        if wrong:
            refused.append((line, wrong))
        else:
            samples.append(sample)
    return samples, refused


def _refusal(sample: Sample, codes: Container[str]) -> Refusal | None:
    if not sample.text:
        return LabelText()
    if sample.code not in codes:
        return LabelCode(key=sample.code)
    if not sample.source:
        return LabelSource()
    return LabelGenerated(source=sample.source) if generated(sample.source) else None
