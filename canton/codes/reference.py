"""The classification of this release, published as a version unless people have made their own."""

import csv
import hashlib
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from canton.centres.reference import load_edition

from . import services
from .choices import VersionState
from .classification import Classification, Kind, Rule
from .models import Version

DATA = Path(__file__).parent / "data"
VERSION = "1.0"
VALID_FROM = date(1999, 1, 1)  # before the oldest call log we hold
RELEASE = "release"  # who made the versions that came with the program


def load(now: datetime) -> None:
    """Bring codes and deadlines up to the edition of this release; now: aware."""
    files = [DATA / "codes.csv", DATA / "deadlines.csv"]
    stamp = VERSION.encode() + b"".join(file.read_bytes() for file in files)
    load_edition("codes", hashlib.sha256(stamp).hexdigest(), now, lambda: _load(now))


def shipped() -> Classification:
    """Codes and deadlines as the files of this release have them."""
    kinds = tuple(_kind(row) for row in _read("codes.csv"))
    return Classification(kinds, tuple(_rule(row) for row in _read("deadlines.csv")))


def _load(now: datetime) -> int:
    """Published if people have published nothing, so that what they decided stays; else theirs holds."""
    content = shipped()
    if not Version.objects.filter(number=VERSION).exists():
        theirs = Version.objects.exclude(made_by=RELEASE).exists()
        start = VALID_FROM if not Version.objects.exists() else timezone.localdate(now)
        if not theirs:
            Version.objects.create(
                number=VERSION, state=VersionState.PUBLISHED, valid_from=start, content=content.to_json(),
                made_at=now, made_by=RELEASE, published_at=now, published_by=RELEASE,
            )  # fmt: skip
    services.bring_into_force(timezone.localdate(now))
    return len(content.kinds) + len(content.rules)


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kind(row: dict[str, str]) -> Kind:
    return Kind(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        nature=row["nature"],
        regulator_class=row["regulator_class"],
        department=row["department"],
        qa_trigger=row["qa_trigger"] == "yes",
        requires_recording=row["requires_recording"] == "yes",
    )


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        code=row["code"],
        kind=row["kind"],
        hours=int(row["hours"]),
        source=row["source"],
        source_en=row["source_en"],
        standing=row["standing"],
    )
