"""The same checks as a pandera schema; it lists what failed, and we write the rest sorted."""

from pathlib import Path

import pandera.polars as pa
import polars as pl

from ..calls import CATEGORIES, CENTRE, CHANNELS, LONGEST, NUMBER
from . import Done
from .frames import c, typed, write_sorted


def _holds(expression: pl.Expr) -> pa.Check:
    """A condition over columns; where it is null it holds."""
    return pa.Check(lambda data: data.lazyframe.select(expression.fill_null(True)))


def _schema() -> pa.DataFrameSchema:
    text, whole = pl.String, pl.Int32
    moments = ("started", "answered", "ended")
    typed_ = {f"{name}_": pa.Column(pl.Datetime, nullable=True) for name in moments}
    return pa.DataFrameSchema(
        {
            "contact_id": pa.Column(text, pa.Check.str_length(max_value=LONGEST["contact_id"])),
            "centre": pa.Column(text, [pa.Check.isin([CENTRE]), pa.Check.str_matches("^[0-9]{1,6}$")]),
            "number": pa.Column(text, pa.Check.str_matches(NUMBER), nullable=True),
            "channel": pa.Column(text, pa.Check.isin(CHANNELS)),
            "category": pa.Column(
                text, [pa.Check.isin(CATEGORIES), pa.Check.str_length(max_value=4)], nullable=True
            ),
            "started": pa.Column(text),
            "ended": pa.Column(text),
            "agent": pa.Column(text, pa.Check.str_length(max_value=LONGEST["agent"]), nullable=True),
            "recording": pa.Column(text, pa.Check.str_length(max_value=LONGEST["recording"]), nullable=True),
            "satisfaction_": pa.Column(whole, pa.Check.in_range(1, 5), nullable=True),
            **typed_,
        },
        checks=[
            _holds(c("contact_id").is_null() | c("contact_id").is_first_distinct()),
            *(
                _holds(c(name).is_null() | c(f"{name}_").is_not_null())
                for name in (*moments, "satisfaction", "resolved")
            ),
            _holds(c("answered_") >= c("started_")),
            _holds(c("ended_") >= c("answered_")),
            _holds(c("ended_") >= c("started_")),
        ],
    )


def run(file: Path, folder: Path) -> Done:
    """Validate lazily, so that every failure is listed."""
    frame = pl.read_csv(file, infer_schema=False, row_index_name="line", row_index_offset=2).with_columns(
        typed()
    )
    refused: list[int] = []
    try:
        _schema().validate(frame, lazy=True)
    except pa.errors.SchemaErrors as failed:
        failed.failure_cases.cast(pl.String).write_parquet(folder / "refused.parquet")
        refused = sorted({index + 2 for index in failed.failure_cases["index"].drop_nulls().to_list()})
    write_sorted(frame.lazy().filter(~c("line").is_in(refused)), folder)
    return Done(refused)
