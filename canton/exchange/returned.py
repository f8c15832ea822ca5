"""What a notice of rows sent back says: which batch, which rows, why, and a word to the sender."""

import csv
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from canton.shell.figures import masked

from .errors import NoticeUnreadable
from .notices import MOST_WORDS, text

MOST_ROWS = 5_000  # lines listed; the receipt of the package has all of them
MOST_VALUE = 200  # characters of a value
_DIGITS = re.compile(r"\+?\d(?:[ -]?\d){6,}")  # also of a number that is written wrong


def guarded(text: str) -> str:
    """A refused value for who does not put it right: seven digits and more together are masked."""
    return _DIGITS.sub(lambda found: masked(found[0]), text)


def guarded_rows(file: Path) -> Iterator[list[str]]:
    """The refused rows of a receipt, header first, guarded but for the line they stand on."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.reader(rows):
            yield [*row[:1], *map(guarded, row[1:])]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were refused: its code, how many rows, and what it says in both languages."""

    code: str
    rows: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Rows of a batch that its sender is to put right.

    batch: its number where it was refused. package: digest of what brought it, "" when no package did.
    listed: (line of the file, column, value, code) of its first `MOST_ROWS` refusals.
    only: the code of the one reason whose rows these are; "" where they are all that were refused, or just
    those listed.
    """

    batch: str
    dataset: str
    period: str
    sequence: int | None
    package: str
    rows: int
    note: str
    reasons: tuple[Reason, ...]
    listed: tuple[tuple[int, str, str, str], ...]
    only: str = ""

    def content(self) -> dict[str, Any]:
        """As it stands in the notice."""
        return asdict(self)

    @property
    def complete(self) -> bool:
        """Whether every row is listed."""
        return len({line for line, *_ in self.listed}) >= self.rows

    def said(self, code: str, language: str) -> str:
        """What a code means."""
        found = next((each for each in self.reasons if each.code == code), None)
        return code if found is None else found.zh if language.startswith("zh") else found.en


def read(content: dict[str, Any]) -> Returned:
    """What a notice says.

    Raises:
        NoticeUnreadable: another form.
    """
    try:
        listed = tuple(
            (int(line), str(column), str(value), str(code)) for line, column, value, code in content["listed"]
        )
        reasons = tuple(
            Reason(text(each, "code"), int(each["rows"]), text(each, "zh", 400), text(each, "en", 400))
            for each in content["reasons"]
        )
        sequence = content["sequence"]
        return Returned(
            **{name: text(content, name) for name in ("batch", "dataset", "period", "package")},
            sequence=None if sequence is None else int(sequence),
            rows=int(content["rows"]),
            note=text(content, "note", MOST_WORDS),
            reasons=reasons,
            listed=listed[:MOST_ROWS],
            only=text(content, "only") if "only" in content else "",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NoticeUnreadable(part="rows") from error
