"""The same checks written by hand in Polars, with reasons and sorted output."""

from pathlib import Path

import polars as pl

from . import Done
from .frames import c, rules, typed, write_sorted


def run(file: Path, folder: Path) -> Done:
    """One mask a row, reasons for the rows refused."""
    named = rules()
    mask = pl.sum_horizontal(
        condition.fill_null(False).cast(pl.Int64) * (1 << bit) for bit, condition in enumerate(named.values())
    )
    frame = (
        pl.scan_csv(file, infer_schema=False, row_index_name="line", row_index_offset=2)
        .with_columns(typed())
        .with_columns(mask=mask)
        .collect(engine="streaming")
    )
    refused = frame.filter(c("mask") != 0).with_columns(
        reasons=pl.concat_list(
            pl.when((c("mask") & (1 << bit)) != 0).then(pl.lit(reason)) for bit, reason in enumerate(named)
        ).list.drop_nulls()
    )
    refused.write_parquet(folder / "refused.parquet")
    write_sorted(frame.lazy().filter(c("mask") == 0), folder)
    return Done(refused["line"].to_list())
