"""Codes read from the texts of rows that came without one, kept by line, so that later steps find the same.

texts.parquet      line, code (null: nobody is sure), confidence (0-1), method, version; a row for each text
judgements.parquet line, key, text, fingerprint, code, confidence, method, version, others (JSON); those that
                   a person is to decide or has decided, in the order of the file
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from canton.codes.text.rules import Classified

from ..plan import Plan
from ..sql import name
from ..texts import BY_PERSON, Said, TextReader, kind_of
from .kept import parquet, rows_kept

TEXTS, JUDGEMENTS = "texts.parquet", "judgements.parquet"
AT_ONCE = 1000  # rows in hand
KEPT_TEXT = 4000  # characters of a text that a person is shown
BY, CONFIDENCE = "code_by", "code_confidence"  # columns of the store
SENDER = "sender"

READ = pa.schema([
    ("line", pa.int64()), ("code", pa.string()), ("confidence", pa.float32()), ("method", pa.string()),
    ("version", pa.string()),
])  # fmt: skip
OPEN = pa.schema([
    ("line", pa.int64()), ("key", pa.string()), ("text", pa.string()), ("fingerprint", pa.string()),
    ("code", pa.string()), ("confidence", pa.float32()), ("method", pa.string()), ("version", pa.string()),
    ("others", pa.string()),
])  # fmt: skip


def read_texts(
    database: duckdb.DuckDBPyConnection, reader: TextReader, checked: Path, plan: Plan, folder: Path
) -> dict[str, int]:
    """Write both files, while the file's feed is open; answer how many codes came by what, and how many wait.

    A row whose columns of text are all empty says nothing, and has no entry.
    """
    database.execute(_texts(checked, plan))
    counted: Counter[str] = Counter()
    with ExitStack() as files:
        texts, waiting = (
            files.enter_context(pq.ParquetWriter(folder / file, schema, compression="zstd"))
            for file, schema in ((TEXTS, READ), (JUDGEMENTS, OPEN))
        )
        for rows in _some(database):
            found = reader.read(rows)
            _write(texts, READ, [_read(row, each, reader) for row, each in zip(rows, found, strict=True)])
            asked = [(row, each) for row, each in zip(rows, found, strict=True) if _for_person(each, reader)]
            _write(waiting, OPEN, [_asked(row, each, reader) for row, each in asked])
            counted.update(kind_of(each) if reader.sure(each) else "waiting" for each in found)
    return dict(counted)


def coded(rows: str, classified: Path, plan: Plan) -> str:
    """SQL of rows with the codes read from their texts, and by what; the rows as they are without texts."""
    text = plan.format.text
    if text is None:
        return rows
    code = name(text.code)
    if (classified / TEXTS).exists():
        return (
            f"(select r.* replace (coalesce(r.{code}, t.code) as {code}),"
            f" case when r.{code} is not null then '{SENDER}'"
            f" when t.code is not null then t.method end as {BY},"
            f" case when r.{code} is null then t.confidence end as {CONFIDENCE}"
            f" from {rows} r left join {parquet(classified / TEXTS)} t on t.line = r.line)"
        )
    sender = f"case when r.{code} is not null then '{SENDER}' end"
    return f"(select r.*, {sender} as {BY}, null::float as {CONFIDENCE} from {rows} r)"


def added_columns(plan: Plan) -> str:
    """The columns `coded` adds, to be written after others; empty for a format without text."""
    return f" {BY}, {CONFIDENCE}," if plan.format.text else ""


def _texts(checked: Path, plan: Plan) -> str:
    text = plan.format.text
    assert text is not None  # whoever calls has looked
    key = ", ".join(f"{name(column)}::varchar" for column in plan.format.loaded_key.columns)
    words = ", ".join(f"nullif(trim({name(column)}), '')" for column in text.columns)
    return (
        f"select line, concat_ws(chr(31), {key}) as key, concat_ws(chr(10), {words}) as text"
        f" from {rows_kept(checked, plan)} where {name(text.code)} is null and concat_ws('', {words}) <> ''"
        " order by line"
    )


def _some(database: duckdb.DuckDBPyConnection) -> Iterator[list[Said]]:
    while rows := database.fetchmany(AT_ONCE):
        yield [Said(*row) for row in rows]


def _for_person(found: Classified, reader: TextReader) -> bool:
    return not reader.sure(found) or found.by.startswith(BY_PERSON)


def _read(row: Said, found: Classified, reader: TextReader) -> tuple[Any, ...]:
    code = found.code if reader.sure(found) else None
    return row.line, code, found.confidence, found.by, reader.version


def _asked(row: Said, found: Classified, reader: TextReader) -> tuple[Any, ...]:
    others = json.dumps(reader.alternatives(row.text))
    said = (found.code, found.confidence, found.by, reader.version, others)
    return row.line, row.key, row.text[:KEPT_TEXT], row.fingerprint, *said


def _write(writer: pq.ParquetWriter, schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        columns = zip(zip(*rows, strict=True), schema.types, strict=True)
        writer.write_table(pa.table([pa.array(*each) for each in columns], schema=schema))
