"""What the check leaves in its folder, and the rows it kept as the later steps read them.

refused.parquet  line, column, value, reason, raw: one row for each reason of each refused row
counts.json      the counts, and how the file was read

The rows themselves stay where they came from: a step reads the upload again, by the same plan.
"""

from pathlib import Path

from ..plan import Plan
from ..sql import literal
from .input_file import LINE, ROWS

REFUSED = "refused.parquet"


class OtherRows(RuntimeError):
    """The upload answers other rows than at its check."""


def parquet(path: Path) -> str:
    """SQL that reads a Parquet file."""
    return f"read_parquet({literal(str(path))})"


def rows_kept(checked: Path, plan: Plan) -> str:
    """SQL of the kept rows while an upload's feed is open: typed fields and `line`, in no order."""
    rows = plan.rows(ROWS, f'"{LINE}" as line')
    return f"({rows}) rows anti join (select distinct line from {parquet(checked / REFUSED)}) using (line)"
