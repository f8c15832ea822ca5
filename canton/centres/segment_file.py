"""The segments as a Parquet file, stamped with the edition they were written from.

Columns: prefix (7 digits) and centre. Only where some segment has another home before or after a day also
`since` and `until` (the first day it is not there), null without bound; then a prefix may stand there twice.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from canton.kernel.files import write_beside

STAMP = b"canton.edition"
Row = tuple[str, str, date | None, date | None]


def fingerprint(path: Path) -> str | None:
    """Edition the file was written from; None when there is no readable file."""
    import pyarrow as pa  # here and below: most processes never look at the file
    import pyarrow.parquet as pq

    try:
        found: dict[bytes, bytes] = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return found.get(STAMP, b"").decode()


def write(path: Path, rows: Sequence[Row], *, fingerprint: str) -> None:
    """Write (prefix, centre, since, until) beside the file and rename it over: readers see one whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    dated = any(since or until for _prefix, _centre, since, until in rows)
    kinds = {"prefix": pa.string(), "centre": pa.string()}
    kinds |= {"since": pa.date32(), "until": pa.date32()} if dated else {}
    schema = pa.schema(list(kinds.items()), {STAMP: fingerprint.encode()})
    columns = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds.values())]
    with write_beside(path) as beside:
        pq.write_table(pa.Table.from_arrays(columns, schema=schema), beside)
