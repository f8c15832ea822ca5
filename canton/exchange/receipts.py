"""The receipt (回执): what the recipient of a package tells its sender. It travels as a signed package."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import PackageDescriptor

DATASET, VERSION = "receipt", "1.0"
CONTENT, ROWS = "receipt.json", "refused.csv"
ROWS_HEADER = ("line", "column", "value", "rule", "message")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a package.

    accepted: loaded, perhaps less some rows; otherwise refused whole, error_code and error_* say why.
    batch: its number at the recipient, "" when it got none. duplicate: had been loaded before.
    read = kept + refused, in rows; repaired are among kept.
    reasons: refused rows by reason code, a row may have several. repairs: repaired rows by repair code.
    """

    accepted: bool
    batch: str = ""
    duplicate: bool = False
    error_code: str = ""
    error_zh: str = ""
    error_en: str = ""
    read: int = 0
    kept: int = 0
    refused: int = 0
    repaired: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    repairs: dict[str, int] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """As it stands in receipt.json, without the package's digest."""
        return {"state": "accepted" if self.accepted else "refused", **asdict(self)}

    @classmethod
    def read_from(cls, content: Any) -> "Outcome":
        """The other way; more properties may be there.

        Raises:
            PackageDescriptor: one is missing or of the wrong kind; it names which.
        """
        if not isinstance(content, dict):
            raise PackageDescriptor(part=CONTENT)
        values = {each.name: _checked(each.name, content.get(each.name)) for each in fields(cls)}
        return cls(**values)


_KINDS = {"accepted": bool, "duplicate": bool, "read": int, "kept": int, "refused": int, "repaired": int}


def _checked(name: str, value: Any) -> Any:
    if name in ("reasons", "repairs"):
        counts = isinstance(value, dict) and all(
            type(count) is int and count >= 0 for count in value.values()
        )
        sound = counts
    else:
        sound = type(value) is _KINDS.get(name, str) and not (type(value) is int and value < 0)
    if not sound:
        raise PackageDescriptor(part=f"{CONTENT}: {name}")
    return value
