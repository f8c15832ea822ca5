"""The engine of an upload: made once, for making one takes as long as checking some thousand rows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from canton.records.engines.duckdb import connect

from ..plan import Plan

MANY_MASKS = 2  # of checks, 60 each


class Engine:
    """A DuckDB that keeps to the plan's threads and memory and spills beside the work; one step at a time."""

    def __init__(self, plan: Plan, *, spill: Path) -> None:
        shutil.rmtree(spill, ignore_errors=True)  # what a killed process left, as large as it may be
        self._plan = plan
        self._instance = connect(plan.context.threads, plan.context.memory, spill)

    @contextmanager
    def session(self, *, in_order: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for a step; its temporary tables and views go with it.

        in_order: rows stay in the order they come in, unless a query asks for another.
        """
        connection = self._instance.cursor()
        connection.execute("set enable_progress_bar = false")  # standard output belongs to the command
        connection.execute(f"set disabled_optimizers = '{','.join(_unwanted(self._plan))}'")
        connection.execute(f"set preserve_insertion_order = {str(in_order).lower()}")
        try:
            yield connection
        finally:
            connection.close()


def _unwanted(plan: Plan) -> list[str]:
    """DuckDB's rewritings that do harm here.

    It makes joins of long IN lists; and not knowing how many rows a file has, it would hash those and not the
    few they are held against. To look for expressions alike takes it minutes at hundreds of checks.
    """
    many = len(plan.masks) > MANY_MASKS
    always = ["in_clause", "join_order", "build_side_probe_side"]
    return [*always, "common_subexpressions"] if many else always
