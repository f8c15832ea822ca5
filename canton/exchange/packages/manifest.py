"""The descriptor of a package: Data Package v2 with a `canton:transfer` block: whence, whither and what."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import PackageDescriptor

DESCRIPTOR = "datapackage.json"
SIGNATURE = "datapackage.json.sig"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA_PATH = "/formats/{dataset}/{version}/schema.json"

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_CENTRE = re.compile(r"[0-9]{1,6}")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a package. sha256 in hex; encoding as the sender states it, "" when he does not."""

    path: str
    bytes: int
    sha256: str
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Who sends what to whom.

    sender, recipient: codes of centres.
    dataset, version: the format of the data; the dataset "receipt" is a receipt.
    period, sequence: which report this is, as 1999-01 and 1; both missing when the content names itself.
    layout: how the file differs from the format, "" when it does not.
    """

    sender: str
    recipient: str
    dataset: str
    version: str
    created: datetime
    period: str = ""
    sequence: int | None = None
    layout: str = ""
    resources: tuple[Resource, ...] = ()

    @property
    def name(self) -> str:
        """Name of the package, in the characters Data Package allows."""
        parts = [self.sender, self.dataset, self.period, "" if self.sequence is None else str(self.sequence)]
        return "-".join(part for part in parts if part).lower()


def write(manifest: Manifest) -> bytes:
    """The descriptor; the same manifest gives the same bytes."""
    content = {
        "$schema": PROFILE,
        "name": manifest.name,
        "version": manifest.version,
        "created": manifest.created.isoformat(),
        "canton:transfer": {
            "sender": manifest.sender,
            "recipient": manifest.recipient,
            "dataset": manifest.dataset,
            "version": manifest.version,
            "period": manifest.period,
            "sequence": manifest.sequence,
            "layout": manifest.layout,
        },
        "resources": [_resource(manifest, number, each) for number, each in enumerate(manifest.resources, 1)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _resource(manifest: Manifest, number: int, resource: Resource) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": f"{manifest.dataset}-{number}",
        "path": resource.path,
        "bytes": resource.bytes,
        "hash": f"sha256:{resource.sha256}",
    }
    if resource.encoding:
        content["encoding"] = resource.encoding
    if resource.path.endswith(".csv") and not manifest.layout:
        content |= {
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "dialect": {"header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        }
        if manifest.dataset != "receipt":
            content["schema"] = SCHEMA_PATH.format(dataset=manifest.dataset, version=manifest.version)
    return content


def read(descriptor: bytes) -> Manifest:
    """What a descriptor says. Only what Canton acts on is looked at; other properties may be there.

    Raises:
        PackageDescriptor: not JSON, or a property missing or out of bounds; it names which.
    """
    try:
        content = json.loads(descriptor.decode())
    except (ValueError, RecursionError) as error:
        raise PackageDescriptor(part="JSON") from error
    transfer = _of(content, "canton:transfer", dict)
    sequence = transfer.get("sequence")
    if not (sequence is None or (type(sequence) is int and 0 <= sequence < 10**6)):
        raise PackageDescriptor(part="sequence")
    period = _matching(transfer, "period", _WORD) if transfer.get("period") else ""
    if bool(period) is (sequence is None):
        raise PackageDescriptor(part="period")
    resources = _of(content, "resources", list)
    return Manifest(
        sender=_matching(transfer, "sender", _CENTRE),
        recipient=_matching(transfer, "recipient", _CENTRE),
        dataset=_matching(transfer, "dataset", _WORD),
        version=_matching(transfer, "version", _WORD),
        created=_created(content),
        period=period,
        sequence=sequence,
        layout=_matching(transfer, "layout", _WORD) if transfer.get("layout") else "",
        resources=tuple(_read_resource(each) for each in resources),
    )


def _of(content: Any, name: str, kind: type) -> Any:
    value = content.get(name) if isinstance(content, dict) else None
    if type(value) is not kind:
        raise PackageDescriptor(part=name)
    return value


def _matching(content: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value: str = _of(content, name, str)
    if not pattern.fullmatch(value):
        raise PackageDescriptor(part=name)
    return value


def _created(content: dict[str, Any]) -> datetime:
    try:
        created = datetime.fromisoformat(_of(content, "created", str))
    except ValueError as error:
        raise PackageDescriptor(part="created") from error
    if created.tzinfo is None:
        raise PackageDescriptor(part="created")
    return created


def _read_resource(content: Any) -> Resource:
    size: int = _of(content, "bytes", int)
    if size < 0:
        raise PackageDescriptor(part="bytes")
    return Resource(
        path=_of(content, "path", str),
        bytes=size,
        sha256=_matching(content, "hash", _HASH).removeprefix("sha256:"),
        encoding=_matching(content, "encoding", _WORD) if content.get("encoding") else "",
    )
