"""A few corrected rows held against their format by the very check their file will meet; nothing is kept."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from ..layout import Layout
from ..models import Batch
from ..refusals import BrokenQuoting, FileRefused
from ..sources.model import Kind, Source
from ..workshop import trial
from .written import Form

MOST_REASONS = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason the check still has against a row. column: of the file, several with commas, or none."""

    column: str
    value: str
    reason: str


def recheck(
    batch: Batch, texts: Sequence[str], written: Form, *, whole: bool = False
) -> list[tuple[Finding, ...]]:
    """What is still wrong with each of these rows; nothing = it would be kept.

    whole: they were written anew. Whether a key stands twice in the file, or is loaded already, only the
    whole file can tell.
    """
    if any(not text.strip("\r\n") for text in texts):
        return [(Finding("", "", "row:too_few_fields"),) for _ in texts]
    records = [
        (place, record) for place, text in enumerate(texts) for record in written.to_check(text, whole=whole)
    ]
    firsts = accumulate((record.count("\n") + 1 for _, record in records), initial=2)
    at = dict(zip(firsts, records, strict=False))
    found: list[list[Finding]] = [[] for _ in texts]
    try:
        refused = _refused(batch, [written.header(), *(record for _, record in records)]) if records else ()
    except BrokenQuoting:
        return [(Finding("", "", "row:quoting"),) for _ in texts]
    except FileRefused as error:  # a NUL byte, an endless line
        return [(Finding("", "", error.message),) for _ in texts]
    for line, column, value, reason in refused:
        place, record = at[line]
        found[place].append(Finding(written.named(record, column), value, reason))
    return [tuple(each) for each in found]


def _refused(batch: Batch, lines: Sequence[str]) -> Sequence[tuple[int, str, str, str]]:
    with tempfile.TemporaryDirectory(prefix="canton-recheck-") as folder:
        file = Path(folder, "rows.csv")
        file.write_bytes(("\n".join(lines) + "\n").encode("utf-8", "replace"))
        layout = _as_read(batch.how_written)
        return trial.try_out(file, layout, centre=batch.centre_id, shown=MOST_REASONS).first_refused


def _as_read(layout: Layout) -> Layout:
    """The layout for a file that has the records themselves, as the steps read them."""
    source = Source(Kind.TEXT, "utf-8", delimiter=layout.delimiter, quote=layout.quote, columns=layout.header)
    return replace(layout, encoding="utf-8", source=source)
