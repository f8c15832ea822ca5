"""Files of contacts for the tests of the intake, and what the steps made of them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb

from canton.exchange import formats
from canton.intake import steps
from canton.intake.layout import Layout, load_layout
from canton.intake.plan import Context, Limits, compile_plan

HEADER = formats.get("contacts", "1.0").columns
CATEGORIES = frozenset({"02", "0203", "05", "09", "0901"})
GOOD = {
    "contact_id": "c-1",
    "centre": "4401",
    "channel": "voice",
    "number": "13800138000",
    "roaming": "none",
    "category": "0203",
    "language": "zh",
    "started": "2026-11-08 09:14:02",
    "queued": "2026-11-08 09:14:40",
    "answered": "2026-11-08 09:14:51",
    "ended": "2026-11-08 09:18:20",
    "wait_seconds": "11",
    "talk_seconds": "187",
    "hold_seconds": "22",
    "wrap_seconds": "35",
    "agent": "A1024",
    "outcome": "answered",
    "satisfaction": "5",
    "resolved": "true",
    "recording": "a.wav",
}


@dataclass
class Outcome:
    """What came of a file: counts, refused rows, kept rows by the first column of their key, and all."""

    checked: steps.Checked
    refused: list[tuple[int, str, str, str, str]]
    kept: dict[str, dict[str, Any]]
    rows: list[dict[str, Any]]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(row[0], row[3]) for row in self.refused]


def row(**values: str) -> list[str]:
    return [*{**GOOD, **values}.values()]


def text(rows: Iterable[Sequence[str]], *, end: str = "\n", header: Sequence[str] = HEADER) -> bytes:
    made = StringIO()
    writer = csv.writer(made, lineterminator=end)
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue().encode()


def read(relation: str) -> list[dict[str, Any]]:
    with duckdb.connect() as database:
        found = database.execute(f"from {relation}")
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def process(
    content: bytes | Path,
    folder: Path,
    *,
    layout: Layout | str = "contacts-1.0",
    limits: Limits | None = None,
    context: Mapping[str, Any] | None = None,
) -> Outcome:
    """Check, classify and sort a file in a folder."""
    upload = content if isinstance(content, Path) else folder / "upload.csv"
    if isinstance(content, bytes):
        upload.write_bytes(content)
    facts = {"centre": "4401", "batch": "GZ-contacts-1", "categories": CATEGORIES, **(context or {})}
    chosen = load_layout(layout) if isinstance(layout, str) else layout
    plan = compile_plan(chosen, Context(**facts), limits)
    opened = steps.InputFile(upload, plan, beside=folder / "copy.csv")
    check, classified = folder / "check", folder / "classify"
    checked = steps.check(opened, into=check)
    steps.classify(opened, check, into=classified)
    sorted_ = steps.sort(opened, check, classified, into=folder / "sort")
    assert sorted_.rows == checked.kept
    kept = read(f"read_parquet('{folder}/sort/*.parquet')") if checked.kept else []
    refused = [tuple(each.values()) for each in read(f"'{folder}/check/refused.parquet'")]
    key = chosen.format.unique[0]
    return Outcome(checked, refused, {str(each[key]): each for each in kept}, kept)
