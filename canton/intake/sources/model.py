"""How a file is written, and the rows that are found in it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AUTO = "auto"


class Kind(StrEnum):
    """Kinds of files a layout may speak of; values stand in layouts."""

    TEXT = "text"
    FIXED = "fixed"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


TABLES = (Kind.XLSX, Kind.PARQUET, Kind.JSON)  # what is no text of lines
KINDS: dict[Kind, str | Promise] = {
    Kind.TEXT: _("text with a delimiter (CSV, TSV)"),
    Kind.FIXED: _("text of fixed width"),
    Kind.XLSX: _("workbook (XLSX)"),
    Kind.PARQUET: _("Parquet"),
    Kind.JSON: _("JSON, a list of objects"),
}


@dataclass(frozen=True, slots=True)
class Melt:
    """Columns that are questions: each filled cell of them becomes a row with the column's name and value.

    columns: as the file names them. name, value: columns of the rows made. without: values that are no
    answer, beside the empty one.
    """

    columns: tuple[str, ...]
    name: str
    value: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """How the file itself is written.

    encoding: of text; "auto" = UTF-8 or GB18030, whichever it is.
    sheet: name of a workbook's sheet; None is its first. header: row of the column names, from 1; 0 = none.
    columns: the columns wanted, as the file names them; one it names twice is "name (2)" the second time.
    places: of fixed width, first and last position of each column, from 1, in bytes or characters.
    row: name of a column to add that holds the number of the row in the file.
    """

    kind: Kind
    encoding: str
    delimiter: str = ","
    quote: str | None = '"'
    sheet: str | None = None
    header: int = 1
    columns: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    bytewise: bool = True
    melt: Melt | None = None
    row: str | None = None

    @property
    def measure(self) -> str:
        """What positions of fixed width count, as layouts say it."""
        return "bytes" if self.bytewise else "characters"

    @property
    def plain(self) -> bool:
        """Whether the file is read as it stands: delimited text, its header first, a row for a row."""
        return self.kind is Kind.TEXT and self.header == 1 and self.melt is None and self.row is None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a file: its number there (from 1), its values as text, or the reason it has none it may keep.

    A value that is missing is empty.
    """

    number: int
    values: tuple[str, ...]
    reason: str = ""


def distinct(names: list[str]) -> list[str]:
    """Column names as a layout knows them: blanks put in order, a repeated one with (2), (3) … behind."""
    seen: dict[str, int] = {}
    made = []
    for each in names:
        name = " ".join(each.split())
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made
