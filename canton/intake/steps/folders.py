"""Folders of steps: written beside and renamed, so that a kill leaves the old one, the new one or none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb

from canton.kernel.files import replace_folder
from canton.records.engines.duckdb import connect

from ..plan import Plan

MANY_MASKS = 2  # of checks, 60 each


@contextmanager
def building(into: Path) -> Iterator[Path]:
    """A folder to write to; it takes the place of `into` when the block ends well.

    What earlier kills left beside is removed: only one process works on a step of a batch at a time.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    for left in [*into.parent.glob(f"{into.name}.tmp-*"), *into.parent.glob(f"{into.name}.old-*")]:
        shutil.rmtree(left, ignore_errors=True)
    beside = into.with_name(f"{into.name}.tmp-{uuid4().hex}")
    beside.mkdir()
    try:
        yield beside
        replace_folder(beside, into)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def engine(plan: Plan, folder: Path, *, in_order: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that keeps to the plan's threads and memory and spills beside the step's work.

    in_order: rows stay in the order they come in, unless a query asks for another.
    """
    spill = plan.context.temp or folder / "spill"
    connection = connect(plan.context.threads, plan.context.memory, spill)
    connection.execute("set enable_progress_bar = false")  # standard output belongs to the command
    connection.execute(f"set disabled_optimizers = '{','.join(_unwanted(plan))}'")
    connection.execute(f"set preserve_insertion_order = {str(in_order).lower()}")
    try:
        yield connection
    finally:
        connection.close()
        if plan.context.temp is None:
            shutil.rmtree(spill, ignore_errors=True)


def _unwanted(plan: Plan) -> list[str]:
    """DuckDB's rewritings that do harm here.

    It makes joins of long IN lists; and not knowing how many rows a file has, it would hash those and not the
    few they are held against. To look for expressions alike takes it minutes at hundreds of checks.
    """
    many = len(plan.masks) > MANY_MASKS
    always = ["in_clause", "join_order", "build_side_probe_side"]
    return [*always, "common_subexpressions"] if many else always
