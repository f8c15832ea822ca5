"""Rows of workbooks and Parquet files: the columns a layout wants, found by their names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from ..refusals import DamagedFile, HeaderOnly, OtherKind, TooManyColumns, WrongColumnType, WrongHeader
from . import cells
from .limits import bounds
from .model import Source, SourceRow, distinct
from .signatures import PARQUET, kind_of
from .workbooks import cells_of, chosen_sheet, workbook

BATCH = 8_192
SHOWN = 300


def places_of(wanted: Sequence[str], found: Sequence[str], most: int) -> list[int]:
    """Where each wanted column stands in a header.

    Raises:
        TooManyColumns, WrongHeader: more than may be, or one is missing.
    """
    if len(found) > most:
        raise TooManyColumns(columns=len(found), limit=most)
    at = {name.casefold(): place for place, name in reversed(list(enumerate(distinct(list(found)))))}
    missing = [name for name in wanted if name.casefold() not in at]
    if missing:
        raise WrongHeader(found=", ".join(found)[:SHOWN], wanted=", ".join(missing)[:SHOWN])
    return [at[name.casefold()] for name in wanted]


def sheet_rows(path: Path, source: Source, most: int) -> Iterator[SourceRow]:
    """Rows of a workbook's sheet below its header that have any value."""
    allowed = bounds()
    with workbook(path, allowed) as book:
        sheet = chosen_sheet(book, source.sheet)
        with cells_of(book, sheet) as stream:
            merged = cells.merges(stream)
        with cells_of(book, sheet) as stream:
            found = cells.rows(stream, cells.styles_of(book, sheet), merged, allowed.cell)
            yield from _below_header(found, source, most)


def _below_header(found: Iterator[tuple[int, cells.Row]], source: Source, most: int) -> Iterator[SourceRow]:
    places: list[int] | None = None
    for number, row in found:
        if number < source.header:
            continue
        if places is None:
            if number > source.header:
                break
            places = [place + 1 for place in places_of(source.columns, header_of(row), most)]
            continue
        taken = [row[place] for place in places if place in row]
        if any(cell.text or cell.reason for cell in taken):
            yield _row(number, row, places, taken)
    if places is None:
        raise HeaderOnly


def header_of(row: cells.Row) -> list[str]:
    """The names in a row of a sheet, one for each column up to the last."""
    return [row[place].text if place in row else "" for place in range(1, max(row, default=0) + 1)]


def _row(number: int, row: cells.Row, places: list[int], taken: list[cells.Cell]) -> SourceRow:
    values = tuple(row[place].text if place in row else "" for place in places)
    return SourceRow(number, values, next((cell.reason for cell in taken if cell.reason), ""))


def parquet_rows(path: Path, source: Source, most: int) -> Iterator[SourceRow]:
    """Rows of a Parquet file, numbered from 1."""
    with path.open("rb") as start:
        if start.read(len(PARQUET)) != PARQUET:
            raise OtherKind(found=kind_of(path) or "?", wanted="Parquet")
    try:
        with pq.ParquetFile(path, memory_map=True) as file:
            schema = file.schema_arrow
            names = [schema.names[place] for place in places_of(source.columns, schema.names, most)]
            write = {name: _writer(name, schema.field(name).type) for name in names}
            number = 0
            for batch in file.iter_batches(BATCH, columns=names):
                for values in zip(*(_texts(batch, name, write) for name in names), strict=True):
                    number += 1
                    yield SourceRow(number, values)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise DamagedFile(what="Parquet") from error


def _texts(batch: Any, name: str, write: Mapping[str, Callable[[Any], Any]]) -> list[str]:
    return ["" if value is None else value for value in write[name](batch.column(name)).to_pylist()]


def _writer(name: str, type_: Any) -> Callable[[Any], Any]:
    """How values of an Arrow type become text.

    Raises:
        WrongColumnType: a value of it is no single value.
    """
    if pa.types.is_dictionary(type_):
        return lambda column: _writer(name, type_.value_type)(column.dictionary_decode())
    if pa.types.is_timestamp(type_):
        return _moments(type_)
    if pa.types.is_date(type_):
        return lambda column: pc.strftime(column.cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S")
    if pa.types.is_floating(type_):
        return _floats
    if pa.types.is_binary(type_) or pa.types.is_large_binary(type_):
        return _bytes(name, type_)
    known = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_boolean)
    if any(is_one(type_) for is_one in (*known, pa.types.is_decimal, pa.types.is_time, pa.types.is_null)):
        return lambda column: column.cast(pa.string())
    raise WrongColumnType(column=name, type=str(type_))


def _moments(type_: Any) -> Callable[[Any], Any]:
    """Wall clock of this house for moments with a zone; as they stand otherwise."""
    zone = pa.timestamp("s", settings.TIME_ZONE)

    def write(column: Any) -> Any:
        local = pc.local_timestamp(column.cast(zone, safe=False)) if type_.tz else column
        return pc.strftime(local.cast(pa.timestamp("s"), safe=False), "%Y-%m-%d %H:%M:%S")

    return write


def _floats(column: Any) -> Any:
    """Numbers in their shortest form; one that is none (NaN), as programs write what is missing, is empty."""
    values = column.to_pylist()
    return pa.array(
        [None if value is None or isnan(value) else cells.number(value) for value in values], pa.string()
    )


def _bytes(name: str, type_: Any) -> Callable[[Any], Any]:
    """Text that was written without saying so, as older programs do; it has to be UTF-8."""

    def write(column: Any) -> Any:
        try:
            return column.cast(pa.string())
        except pa.ArrowInvalid as error:
            raise WrongColumnType(column=name, type=str(type_)) from error

    return write
