"""What the contenders that work on Polars frames share: how the file is read and the rules, in Polars."""

from pathlib import Path

import polars as pl

from ..calls import CATEGORIES, CENTRE, CHANNELS, LONGEST, MOMENT, NUMBER

c = pl.col
MOMENTS = ("started", "answered", "ended")
REQUIRED = ("contact_id", "centre", "channel", "started", "ended")


def typed() -> list[pl.Expr]:
    """The columns that are no text, typed beside it: null where the text is none of the type."""
    moments = [c(name).str.to_datetime(MOMENT, strict=False).alias(f"{name}_") for name in MOMENTS]
    return [
        *moments,
        c("satisfaction").cast(pl.Int32, strict=False).alias("satisfaction_"),
        pl.when(c("resolved").is_in(["true", "1"])).then(True)
        .when(c("resolved").is_in(["false", "0"])).then(False).alias("resolved_"),
    ]  # fmt: skip


def rules() -> dict[str, pl.Expr]:
    """Reason → condition that refuses a row; a null refuses nothing."""
    found = {f"{name}:required": c(name).is_null() for name in REQUIRED}
    for name in (*MOMENTS, "satisfaction", "resolved"):
        found[f"{name}:type"] = c(name).is_not_null() & c(f"{name}_").is_null()
    for name, longest in LONGEST.items():
        found[f"{name}:length"] = c(name).str.len_chars() > longest
    return found | {
        "contact_id:unique": c("contact_id").is_not_null() & ~c("contact_id").is_first_distinct(),
        "centre:pattern": ~c("centre").str.contains("^[0-9]{1,6}$"),
        "centre:reference": c("centre") != CENTRE,
        "channel:code": ~c("channel").is_in(CHANNELS),
        "category:code": ~c("category").is_in(CATEGORIES),
        "category:length": c("category").str.len_chars() > 4,  # noqa: PLR2004 - as in the format
        "number:pattern": ~c("number").str.contains(NUMBER),
        "satisfaction:range": ~c("satisfaction_").is_between(1, 5),
        "answered:before_started": c("answered_") < c("started_"),
        "ended:before_answered": c("ended_") < c("answered_"),
        "ended:before_started": c("ended_") < c("started_"),
    }


def write_sorted(frame: pl.LazyFrame, folder: Path) -> None:
    """The kept rows, in the order of time."""
    kept = frame.select(
        *(c(f"{name}_").alias(name) if name in (*MOMENTS, "satisfaction", "resolved") else c(name)
          for name in ("contact_id", "centre", "number", "channel", "category", *MOMENTS, "agent",
                       "satisfaction", "resolved", "recording"))
    )  # fmt: skip
    kept.sort("started").sink_parquet(folder / "kept.parquet", compression="zstd")
