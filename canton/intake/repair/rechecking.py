"""A few corrected rows held against their format by the very check their file will meet; nothing is kept."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from .. import trial
from ..layout import Layout
from ..models import Batch
from ..refusals import BrokenQuoting, FileRefused
from .mending import Written

MOST_REASONS = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason the check still has against a row. column: of the file, several with commas, or none."""

    column: str
    value: str
    reason: str


def recheck(batch: Batch, texts: Sequence[str], written: Written) -> list[tuple[Finding, ...]]:
    """What is still wrong with each of these records; nothing = it would be kept.

    Whether a key stands twice in the file, or is loaded already, only the whole file can tell.
    """
    if any(not text.strip("\r\n") for text in texts):
        return [(Finding("", "", "row:too_few_fields"),) for _ in texts]
    firsts = list(accumulate((text.count("\n") + 1 for text in texts), initial=2))
    with tempfile.TemporaryDirectory(prefix="canton-recheck-") as folder:
        file = Path(folder, "rows.csv")
        file.write_bytes(("\n".join([written.header(), *texts]) + "\n").encode("utf-8", "replace"))
        try:
            tried = trial.try_out(
                file, _in_utf8(batch.how_written), centre=batch.centre_id, shown=MOST_REASONS
            )
        except BrokenQuoting:
            return [(Finding("", "", "row:quoting"),) for _ in texts]
        except FileRefused as error:  # a NUL byte, an endless line
            return [(Finding("", "", error.message),) for _ in texts]
    found: dict[int, list[Finding]] = {}
    for line, column, value, reason in tried.first_refused:
        found.setdefault(line, []).append(Finding(column, value, reason))
    return [tuple(found.get(line, ())) for line in firsts[:-1]]


def _in_utf8(layout: Layout) -> Layout:
    return replace(layout, encoding="utf-8", source=replace(layout.source, encoding="utf-8"))
