"""Loads the classification codes and their deadlines; a later edition changes and adds, it deletes none."""

import csv
import hashlib
from datetime import date, datetime
from pathlib import Path

from canton.centres.reference import load_edition, put

from .models import Code, Deadline
from .pinyin import syllables

DATA = Path(__file__).parent / "data"
VERSION = "1.0"
VALID_FROM = date(1999, 1, 1)  # before the oldest call log we hold


def load(now: datetime) -> None:
    """Bring codes and deadlines up to the edition of this release; now: aware."""
    files = [DATA / "codes.csv", DATA / "deadlines.csv"]
    stamp = VERSION.encode() + b"".join(file.read_bytes() for file in files)
    load_edition("codes", hashlib.sha256(stamp).hexdigest(), now, _load)


def _load() -> int:
    codes = [_code(row) for row in _read("codes.csv")]
    heads = put([code for code in codes if code.parent_id is None], key=("code",))
    below = put([code for code in codes if code.parent_id is not None], key=("code",))
    return heads + below + put([_deadline(row) for row in _read("deadlines.csv")], key=("code", "kind"))


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _code(row: dict[str, str]) -> Code:
    head = row["code"][:2]
    return Code(
        code=row["code"],
        parent_id=head if head != row["code"] else None,
        name=row["name"],
        name_en=row["name_en"],
        nature=row["nature"],
        regulator_class=row["regulator_class"],
        department=row["department"],
        qa_trigger=row["qa_trigger"] == "yes",
        requires_recording=row["requires_recording"] == "yes",
        pinyin=" ".join(syllables(row["name"])),
        version=VERSION,
        valid_from=VALID_FROM,
    )


def _deadline(row: dict[str, str]) -> Deadline:
    return Deadline(
        code_id=row["code"] or None,
        kind=row["kind"],
        hours=int(row["hours"]),
        source=row["source"],
        source_en=row["source_en"],
        standing=row["standing"],
    )
