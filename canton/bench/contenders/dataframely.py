"""The same checks as a dataframely schema, with its failure details and sorted output."""

from pathlib import Path

import dataframely as dy
import polars as pl

from ..calls import CATEGORIES, CENTRE, CHANNELS, LONGEST, NUMBER
from . import Done
from .frames import c, typed, write_sorted


class Contact(dy.Schema):
    """A row of the file, its typed columns beside the text."""

    line = dy.UInt32()
    contact_id = dy.String(nullable=False, max_length=LONGEST["contact_id"])
    centre = dy.String(nullable=False, regex="^[0-9]{1,6}$")
    number = dy.String(nullable=True, regex=NUMBER)
    channel = dy.String(nullable=False)
    category = dy.String(nullable=True, max_length=4)
    started = dy.String(nullable=False)
    answered = dy.String(nullable=True)
    ended = dy.String(nullable=False)
    agent = dy.String(nullable=True, max_length=LONGEST["agent"])
    satisfaction = dy.String(nullable=True)
    resolved = dy.String(nullable=True)
    recording = dy.String(nullable=True, max_length=LONGEST["recording"])
    started_ = dy.Datetime(nullable=True)
    answered_ = dy.Datetime(nullable=True)
    ended_ = dy.Datetime(nullable=True)
    satisfaction_ = dy.Int32(nullable=True, min=1, max=5)
    resolved_ = dy.Bool(nullable=True)

    @dy.rule()
    def unique(cls) -> pl.Expr:
        return c("contact_id").is_null() | c("contact_id").is_first_distinct()

    @dy.rule()
    def sender(cls) -> pl.Expr:
        return c("centre") == CENTRE

    @dy.rule()
    def channels(cls) -> pl.Expr:
        return c("channel").is_in(CHANNELS)

    @dy.rule()
    def categories(cls) -> pl.Expr:
        return c("category").is_in(CATEGORIES)

    @dy.rule()
    def types(cls) -> pl.Expr:
        names = ("started", "answered", "ended", "satisfaction", "resolved")
        return pl.all_horizontal(c(name).is_null() | c(f"{name}_").is_not_null() for name in names)

    @dy.rule()
    def answered_in_time(cls) -> pl.Expr:
        return c("answered_") >= c("started_")

    @dy.rule()
    def ended_after_answer(cls) -> pl.Expr:
        return c("ended_") >= c("answered_")

    @dy.rule()
    def ended_after_start(cls) -> pl.Expr:
        return c("ended_") >= c("started_")


def run(file: Path, folder: Path) -> Done:
    """Filter, with the details of what failed."""
    frame = pl.read_csv(file, infer_schema=False, row_index_name="line", row_index_offset=2)
    good, failed = Contact.filter(frame.with_columns(typed()))
    failed.details().write_parquet(folder / "refused.parquet")
    write_sorted(good.lazy(), folder)
    return Done(failed.invalid()["line"].to_list())
