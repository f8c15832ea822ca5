"""How many texts a second the classify step reads: rules alone, and rules with a model.

    python scripts/text_speed.py [--rows 50000]

Cases with invented texts go through check, classify and sort in a temporary folder. The model has the size of
a real one and weights drawn at random: nothing was trained, nothing is said of how well texts are read.
"""

import argparse
import csv
import resource
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import django
import numpy as np

django.setup()

from canton.codes.text.classifier import Classifier  # noqa: E402
from canton.codes.text.model import Model  # noqa: E402
from canton.codes.text.rules import RuleOfText  # noqa: E402
from canton.codes.text.segmenting import terms  # noqa: E402
from canton.demo.cases import PLACES, SAID, UNSURE  # noqa: E402
from canton.exchange import formats  # noqa: E402
from canton.intake import steps  # noqa: E402
from canton.intake.layout import load_layout  # noqa: E402
from canton.intake.plan import Context, compile_plan  # noqa: E402
from canton.intake.texts import TextReader  # noqa: E402

CODES = 46
START = datetime(2026, 1, 1)  # noqa: DTZ001 - the wall clock of the file


def text(random: Random) -> str:
    """A text of some 60 characters, hardly any twice."""
    said = [random.choice((*SAID[code][2], *UNSURE)) for code in random.sample(tuple(SAID), 3)]
    return "".join(said).format(place=random.choice(PLACES), number=random.randrange(10**10, 10**11))


def write(path: Path, rows: int) -> Path:
    """A file of cases without codes."""
    random = Random("texts")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, formats.get("cases", "1.1").columns, restval="")
        writer.writeheader()
        for number in range(rows):
            opened = START + timedelta(seconds=number)
            writer.writerow({
                "case_id": f"T{number}", "centre": "4401", "nature": "complaint", "channel": "web",
                "description": text(random), "opened": opened.isoformat(" "),
            })  # fmt: skip
    return path


def some_model() -> Model:
    """A model of CODES codes over the terms of 5,000 texts."""
    random, numbers = Random("terms"), np.random.default_rng(1)
    known = sorted({term for _ in range(5_000) for term in terms(text(random))})
    weights = numbers.normal(size=(CODES, len(known)))
    codes = tuple(f"{code:04}" for code in range(CODES))
    places = {term: place for place, term in enumerate(known)}
    return Model("speed", codes, places, np.ones(len(known)), weights, np.zeros(CODES))


def measure(file: Path, model: Model | None, folder: Path, rows: int) -> str:
    """The seconds of each step, and texts a second."""
    rules = tuple(
        RuleOfText(str(place), code, "words", pattern, percent / 100)
        for place, (code, (pattern, percent, _texts)) in enumerate(SAID.items())
    )
    codes = frozenset(model.codes if model else ()) | frozenset(SAID)
    reader = TextReader(Classifier(rules, model, codes, 0.7))
    plan = compile_plan(load_layout("cases-1.1"), Context(centre="4401", texts=reader))
    upload = steps.InputFile(file, plan, beside=folder / "copy.csv")
    steps.check(upload, into=folder / "check")
    began, cpu = time.perf_counter(), time.process_time()
    found = steps.classify(upload, folder / "check", into=folder / "classify")
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    steps.sort(upload, folder / "check", folder / "classify", into=folder / "sort")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed = f"{rows / seconds:,.0f} texts/s ({rows / cpu:,.0f} by CPU time)"
    return f"{speed}, {memory:,.0f} MiB, {dict(found.texts)}"


def main() -> None:
    """Measure without and with a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="canton-texts-") as folder:
        file = write(Path(folder, "cases.csv"), rows)
        for name, model in (("rules", None), ("rules and model", some_model())):
            print(name, measure(file, model, Path(folder), rows), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
