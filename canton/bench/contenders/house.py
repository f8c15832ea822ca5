"""Canton's own steps, as a batch goes through them; loading is timed up to the manifest's commit."""

import time
from pathlib import Path

import pyarrow.parquet as pq

from canton.intake import steps
from canton.intake.layout import own_layout
from canton.intake.plan import Context, compile_plan
from canton.intake.steps.kept import REFUSED
from canton.records import store

from ..calls import CATEGORIES, CENTRE, format_
from . import THREADS, Done


def run(file: Path, folder: Path) -> Done:
    """Check, classify, sort, place in the store, and write the receipt's rows."""
    context = Context(CENTRE, "bench", frozenset(CATEGORIES), threads=THREADS, memory="4GB")
    plan = compile_plan(own_layout(format_()), context)
    parts: dict[str, float] = {}
    began = time.perf_counter()
    upload = steps.InputFile(file, plan, beside=folder / "copy.csv")
    checked = steps.check(upload, into=folder / "check")
    began = _lap(parts, "check", began)
    steps.classify(upload, folder / "check", into=folder / "classify")
    began = _lap(parts, "classify", began)
    steps.sort(upload, folder / "check", folder / "classify", into=folder / "sort")
    began = _lap(parts, "sort", began)
    store.place(folder / "sort", folder / "store", dataset="contacts", centre=CENTRE, batch="bench")
    began = _lap(parts, "load", began)
    refused = pq.read_table(folder / "check" / REFUSED)
    (folder / "receipt.csv").write_text(
        "".join(",".join(map(str, row.values())) + "\n" for row in refused.to_pylist())
    )
    _lap(parts, "receipt", began)
    lines = sorted(set(refused["line"].to_pylist()))
    if len(lines) != checked.refused:
        raise AssertionError("the check counts other rows than it lists")
    return Done(lines, parts)


def _lap(parts: dict[str, float], name: str, began: float) -> float:
    now = time.perf_counter()
    parts[name] = now - began
    return now
