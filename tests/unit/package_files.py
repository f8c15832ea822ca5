"""A city's package, as it is and with its entries changed, for tests of what a recipient makes of it."""

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from canton.exchange import packages
from canton.exchange.packages import Limits, Manifest, Source, Terms
from canton.exchange.packages.writing import _signature as sign_line
from canton.exchange.signatures import SigningKey

CITY, OTHER_CITY, STRANGER = SigningKey.new(), SigningKey.new(), SigningKey.new()
MANIFEST = Manifest(
    sender="4401",
    recipient="44",
    dataset="contacts",
    version="1.0",
    created=datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
    period="2026-10",
    sequence=1,
)
TERMS = Terms(
    sender="4401",
    recipient="44",
    keys=(("4401", CITY.public), ("4403", OTHER_CITY.public)),
    accepts={"contacts": frozenset({"1.0"})},
    limits=Limits(packed=2**20, unpacked=2**22, ratio=100, files=4),
)


def october(folder: Path) -> Path:
    """A small data file."""
    path = folder / "october.csv"
    path.write_text("contact_id,centre\n1,4401\n")
    return path


def packed(tmp_path: Path, data: Path, *, key=CITY, **changes) -> Path:
    return packages.pack([Source(data)], manifest=replace(MANIFEST, **changes), key=key, into=tmp_path).path


def opened(path: Path, terms: Terms = TERMS) -> packages.Opened:
    into = path.with_suffix(".opened")
    into.mkdir()
    return packages.open(path, terms=terms, into=into)


def rebuilt(path: Path, change) -> Path:
    """The same package with its entries, as a list of (ZipInfo, bytes), changed."""
    with zipfile.ZipFile(path) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in change(entries):
            archive.writestr(entry, content)
    return target


def resigned(path: Path, edit, key=CITY) -> Path:
    """The same package whose descriptor was edited before a true signature was put to it."""

    def change(entries):
        content = json.loads(entries[0][1])
        edit(content)
        descriptor = json.dumps(content).encode()
        return [(entries[0][0], descriptor), (entries[1][0], sign_line(descriptor, key)), *entries[2:]]

    return rebuilt(path, change)
