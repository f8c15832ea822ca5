"""Packages of the demonstration: a span of hours, written, packed and signed as its city would."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from canton.exchange import formats
from canton.exchange.packages import Manifest, Source, pack
from canton.exchange.signatures import SigningKey

from . import cases
from .cities import City
from .generator import Written, write
from .plan import Luck, Span

DATASET, SEQUENCE = "contacts", 1
UNTIDY = 0.35  # of the rows of an untidy batch
GUANGDONG = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package ready to go, and what is in it."""

    path: Path
    span: Span
    written: Written


def parcel(span: Span, city: City, *, to: str, key: SigningKey, into: Path) -> Parcel:
    """Write and pack a span into the empty folder `into`; the same span gives the same bytes.

    to: code of the receiving centre. The package is dated when its last hour was over.
    """
    dirt = UNTIDY if span.luck is Luck.UNTIDY else None
    name = f"{city.letters}-{DATASET}-{span.period}.csv"
    written = write(into / name, city, start=span.start, end=span.end, dirt=dirt)
    return Parcel(_packed(written.path, span, city, to, key, into), span, written)


def case_parcel(span: Span, city: City, *, to: str, key: SigningKey, into: Path) -> Parcel:
    """Write and pack the cases of a span into the empty folder `into`; the same span gives the same bytes."""
    name = f"{city.letters}-{cases.DATASET}-demo-{span.period}.csv"
    written = cases.write(into / name, city, start=span.start, end=span.end)
    return Parcel(_packed(written.path, span, city, to, key, into, dataset=cases.DATASET), span, written)


def foreign(good: Parcel, city: City, *, to: str, key: SigningKey, into: Path) -> Path:
    """The same rows as another system would head them, `msisdn` for `number`; soundly packed."""
    other = into / "foreign"
    other.mkdir()
    file = other / good.written.path.name
    file.write_bytes(good.written.path.read_bytes().replace(b",number,", b",msisdn,", 1))
    return _packed(file, good.span, city, to, key, other)


def _packed(
    file: Path, span: Span, city: City, to: str, key: SigningKey, into: Path, *, dataset: str = DATASET
) -> Path:
    manifest = Manifest(
        sender=city.code,
        recipient=to,
        dataset=dataset,
        version=formats.get(dataset).version,
        created=span.end.replace(tzinfo=GUANGDONG),
        period=span.period,
        sequence=SEQUENCE,
    )
    return pack([Source(file)], manifest=manifest, key=key, into=into).path


def damaged(package: Path) -> Path:
    """A copy of a package in which the first character of the data was changed on the way, beside it."""
    copy = package.with_name(f"damaged-{package.name}")
    with ZipFile(package) as whole, ZipFile(copy, "w") as broken:
        for entry in whole.infolist():
            content = whole.read(entry)
            if entry.filename.startswith("data/"):
                content = b"C" + content[1:]
            broken.writestr(entry, content)
    shutil.copystat(package, copy)
    return copy
