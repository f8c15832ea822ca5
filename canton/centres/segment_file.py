"""The segments as a Parquet file, stamped with the edition they were written from."""

from collections.abc import Sequence
from pathlib import Path

from canton.kernel.files import write_beside

STAMP = b"canton.edition"
COLUMNS = ("prefix", "centre")


def fingerprint(path: Path) -> str | None:
    """Edition the file was written from; None when there is no readable file."""
    import pyarrow as pa  # here and below: most processes never look at the file
    import pyarrow.parquet as pq

    try:
        found: dict[bytes, bytes] = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return found.get(STAMP, b"").decode()


def write(path: Path, rows: Sequence[tuple[str, str]], *, fingerprint: str) -> None:
    """Write (prefix, centre) rows beside the file and rename it over: readers see one of them whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(column, pa.string()) for column in COLUMNS], {STAMP: fingerprint.encode()})
    columns = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(COLUMNS))]
    with write_beside(path) as beside:
        pq.write_table(pa.Table.from_arrays(columns, schema=schema), beside)
