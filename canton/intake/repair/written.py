"""The file of a batch as its refused rows are put right in it: as it stands, or by way of its transcript."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow.parquet as pq

from canton.records.selectors import original_path, raw_lines

from ..models import Batch
from ..originals import text_encoding_of
from ..sources.model import Kind, Source
from .copies.holder import Holder
from .copies.objects import Objects
from .copies.parquet import Table
from .copies.texts import Fixed, delimited
from .copies.workbooks import Workbook
from .mending import WHOLE, Change, Unwritable, Written, require_same_lines


class Form(Protocol):
    """How a file is written. A row is the text of its records, as the check keeps them of a refused row."""

    def header(self) -> str:
        """The first line of a file of such records."""

    def values(self, text: str) -> dict[str, str] | None:
        """column → value of a row; None when it has not the file's columns."""

    def mended(self, text: str, changes: Mapping[str, str]) -> str:
        """A row with some of its fields changed, or all of it (`WHOLE`).

        Raises:
            Unwritable: the file cannot hold it.
        """

    def record_of(self, raws: Sequence[str]) -> str:
        """A row from what the check kept of it."""

    def named(self, raw: str, column: str) -> str:
        """The column of the file that a reason against a record speaks of."""

    def to_check(self, text: str, *, whole: bool) -> list[str]:
        """The records of a row as the check reads them. whole: it was written anew."""

    def write(self, original: Path, into: Path, changes: Mapping[int, Change]) -> None:
        """A copy of the file in which just these rows differ."""


def written_of(batch: Batch) -> Form:
    """How the file of a batch is written."""
    layout = batch.how_written
    source = layout.source
    if source.plain:
        return Written(text_encoding_of(batch, layout), layout.delimiter, layout.quote, layout.header)
    return Transcribed(source, layout.header, _holder(batch, source))


def _holder(batch: Batch, source: Source) -> Holder:
    if source.kind is Kind.XLSX:
        return Workbook(source)
    if source.kind is Kind.JSON:
        return Objects(source)
    if source.kind is Kind.PARQUET:
        return Table(source, pq.read_schema(original_path(batch.sha256)))
    encoding = text_encoding_of(batch, batch.how_written)
    if source.kind is Kind.FIXED:
        return Fixed(source, encoding)
    [(_number, head)] = raw_lines(batch.sha256, source.header, before=0, after=0, encoding=encoding)
    return delimited(source, head.rstrip("\r\n"), encoding)


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A file the steps read as a transcript in CSV; what is put right is a cell of the file itself.

    columns: of the transcript. A row of the file may be several of its records, one for each question.
    """

    source: Source
    columns: tuple[str, ...]
    holder: Holder

    def header(self) -> str:
        """See `Form`."""
        return _csv([self.columns])

    def values(self, text: str) -> dict[str, str] | None:
        """See `Form`."""
        found: dict[str, str] = {}
        for record in _records(text):
            if len(record) != len(self.columns):
                return None
            found |= self._cells(record)
        return found

    def mended(self, text: str, changes: Mapping[str, str]) -> str:
        """See `Form`."""
        if WHOLE in changes:
            self.holder.record(changes[WHOLE])
            return changes[WHOLE]
        for column, value in changes.items():
            self.holder.require(column, value)
        made = _csv(self._mended(record, changes) for record in _records(text))
        require_same_lines(made, text, changes)
        return made

    def record_of(self, raws: Sequence[str]) -> str:
        """See `Form`."""
        records = _records(raws[0])
        structural = len(records) == 1 and len(records[0]) == 1
        return records[0][0] if structural else "\n".join(raws)

    def named(self, raw: str, column: str) -> str:
        """See `Form`."""
        melt = self.source.melt
        record = next(iter(_records(raw)), [])
        if melt is None or len(record) != len(self.columns):
            return column
        question = record[self.columns.index(melt.name)]
        of_file = {each: each for each in self.columns} | {melt.name: question, melt.value: question, "": ""}
        return ", ".join(dict.fromkeys(of_file.get(each, question) for each in column.split(", ")))

    def to_check(self, text: str, *, whole: bool) -> list[str]:
        """See `Form`; an answer that was emptied is no record."""
        if whole:
            values = self.holder.record(text)
            return [_csv([[text]])] if values is None else [_csv([self._of_file(values)])]
        melt = self.source.melt
        answer = self.columns.index(melt.value) if melt else 0
        nothing = ("", *melt.without) if melt else ()
        return [_csv([each]) for each in _records(text) if each[answer].strip() not in nothing]

    def write(self, original: Path, into: Path, changes: Mapping[int, Change]) -> None:
        """See `Form`."""
        self.holder.write(original, into, {row: change.values for row, change in changes.items()})

    def _cells(self, record: Sequence[str]) -> dict[str, str]:
        """Cells of the file a record was made of."""
        named = dict(zip(self.columns, record, strict=True))
        if self.source.row:
            del named[self.source.row]
        if self.source.melt:
            question = named.pop(self.source.melt.name)
            named[question] = named.pop(self.source.melt.value)
        return named

    def _mended(self, record: Sequence[str], changes: Mapping[str, str]) -> list[str]:
        named = dict(zip(self.columns, record, strict=True))
        melt = self.source.melt
        for column, value in changes.items():
            if column in named:
                named[column] = value
            elif melt is not None and named[melt.name] == column:
                named[melt.value] = value
        return list(named.values())

    def _of_file(self, values: Sequence[str]) -> list[str]:
        """A record by the columns of the file; one whose rows are questions shows its first answer."""
        cells = dict(zip(self.source.columns, values, strict=True))
        melt = self.source.melt
        if melt is not None:
            question = next((each for each in melt.columns if cells[each].strip()), melt.columns[0])
            cells |= {melt.name: question, melt.value: cells[question]}
        return [cells.get(column, "1") for column in self.columns]  # "1": the row's number


def _records(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Unwritable(value=text[:80], why=str(error)) from error


def _csv(records: "Sequence[Sequence[str]] | object") -> str:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\n").writerows(records)  # type: ignore[arg-type]
    return made.getvalue().removesuffix("\n")
