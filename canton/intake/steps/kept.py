"""What the check leaves in its folder, and the rows it kept as the later steps read them.

refused.parquet   line, column, value, reason, raw: one row for each reason of each refused row
left_out.parquet  line, span: what names each row that has the file's structure and was refused all the same
counts.json       the counts, and how the file was read

The rows themselves stay where they came from: a step reads the upload again, by the same plan.
"""

from pathlib import Path

from ..plan import Plan
from ..sql import literal
from .input_file import LINE, ROWS, SPAN

REFUSED, LEFT_OUT = "refused.parquet", "left_out.parquet"


class OtherRows(RuntimeError):
    """The upload answers other rows than at its check."""


def parquet(path: Path) -> str:
    """SQL that reads a Parquet file."""
    return f"read_parquet({literal(str(path))})"


def rows_kept(checked: Path, plan: Plan) -> str:
    """SQL of the kept rows while the file's feed is open: typed fields, `line` and `span`, in no order."""
    rows = plan.rows(ROWS, f'"{LINE}" as line', f'"{SPAN}" as span')
    return f"(select * from ({rows}) anti join {parquet(checked / LEFT_OUT)} using (line, span))"
