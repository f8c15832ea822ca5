"""Values of a Parquet file put right in a copy of it: same columns and types, same groups of rows."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from ...sources.model import Source
from ...sources.peeking import MOST_COLUMNS
from ...sources.tables import places_of
from ..mending import Unwritable
from .holder import Changes

TYPE = gettext_noop("its column is of the type %(type)s.")


@dataclass(frozen=True, slots=True)
class Table:
    """A Parquet file by its schema."""

    source: Source
    schema: Any

    def require(self, column: str, value: str) -> None:
        """See `Holder`: the column's type has such a value."""
        self._value(self._field(column), value)

    def record(self, _whole: str) -> tuple[str, ...] | None:
        """See `Holder`; every row of a table has its columns."""
        return None

    def write(self, original: Path, into: Path, changes: Changes) -> None:
        """See `Holder`: a group of rows is held at a time."""
        with pq.ParquetFile(original, memory_map=True) as file:
            codec = _codec(file)
            numbers, before = sorted(changes), 0
            with pq.ParquetWriter(into, file.schema_arrow, compression=codec) as writer:
                for group in range(file.num_row_groups):
                    rows = file.read_row_group(group)
                    after = before + len(rows)
                    mine = numbers[bisect_right(numbers, before) : bisect_right(numbers, after)]
                    mended = self._mended(rows, {each - before - 1: changes[each] for each in mine})
                    writer.write_table(mended, row_group_size=max(1, len(rows)))
                    before = after

    def _mended(self, rows: Any, changes: Mapping[int, Mapping[str, str]]) -> Any:
        by_column: dict[str, dict[int, str]] = {}
        for row, values in changes.items():
            for column, value in values.items():
                by_column.setdefault(column, {})[row] = value
        for column, new in by_column.items():
            field = self._field(column)
            values = pa.array([self._value(field, value) for value in new.values()], field.type)
            index, held = rows.schema.get_field_index(field.name), rows.column(field.name)
            rows = rows.set_column(index, field, _replaced(held, list(new), values))
        return rows

    def _field(self, column: str) -> Any:
        names = [each.name for each in self.schema]
        [place] = places_of([column], names, MOST_COLUMNS)
        return self.schema.field(place)

    def _value(self, field: Any, value: str) -> Any:
        """A text as a value of a column; an empty one is none, as it is read.

        Raises:
            Unwritable: the column can hold no such value.
        """
        if not value:
            if field.nullable:
                return None
            raise Unwritable(value=value, why=gettext(TYPE) % {"type": field.type})
        type_ = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        try:
            return _made(value, type_)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError, OverflowError) as error:
            raise Unwritable(value=value[:80], why=gettext(TYPE) % {"type": field.type}) from error


def _codec(file: Any) -> str:
    """How the file is packed."""
    if not file.num_row_groups:
        return "none"
    said = str(file.metadata.row_group(0).column(0).compression).lower()
    return "none" if said == "uncompressed" else said


def _made(value: str, type_: Any) -> Any:
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        moment = datetime.fromisoformat(value)
        if pa.types.is_timestamp(type_) and type_.tz and moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
        return pa.scalar(moment if pa.types.is_timestamp(type_) else moment.date(), type_).as_py()
    return pc.cast(pa.scalar(value), type_).as_py()


def _replaced(column: Any, rows: list[int], values: Any) -> Any:
    """A column with other values at these rows, the others as they were, to the last bit."""
    order = sorted(range(len(rows)), key=rows.__getitem__)
    plain = column.combine_chunks()
    if pa.types.is_dictionary(plain.type):
        plain, values = plain.dictionary_decode(), values.dictionary_decode()
    places = pa.array([rows[each] for each in order], pa.int64())
    mask = pc.is_in(pa.array(range(len(plain)), pa.int64()), places)
    made = pc.replace_with_mask(plain, mask, values.take(pa.array(order)))
    return made.cast(column.type) if pa.types.is_dictionary(column.type) else made
