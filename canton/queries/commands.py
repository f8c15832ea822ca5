"""`canton query`: any question to the data, for scripts; only the answer stands on standard output."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

import click

from canton.kernel.usage import NewFile, WrongUsage

if TYPE_CHECKING:
    from .compiler import Plan
    from .engine import Files, Row, Watch

FORMS = ("csv", "json", "xlsx", "parquet")
INTO_FILES = ("xlsx", "parquet")


@click.command()
@click.option("--dataset", help="What is asked: contacts, cases …")
@click.option(
    "--where", "conditions", multiple=True, help="outcome=answered, started:last_days:7 … All must hold."
)
@click.option(
    "--query", "document", type=click.File("r", encoding="utf-8"), help="A query as JSON; - for stdin."
)
@click.option("--join", "joins", multiple=True, help="A related dataset; its columns are named cases.state.")
@click.option("--columns", default="", help="Names separated by commas; the usual ones unless told.")
@click.option("--by", default="", help="Totals for each of these, as centre,started:day.")
@click.option("--figures", default="", help="Of the totals, as count,avg:wait_seconds.")
@click.option("--sort", default="", help="Names separated by commas; -started is the latest first.")
@click.option("--limit", type=click.IntRange(1), help="Rows at most.")
@click.option("--format", "form", type=click.Choice(FORMS), default="csv", show_default=True)
@click.option("--out", type=NewFile(), help="File instead of stdout.")
@click.option("--count", is_flag=True, help="Print only how many rows there are.")
@click.option("--all", "everything", is_flag=True, help="Also without any condition.")
@click.option("--unmask", "reason", default="", help="Why numbers shall be in full; it is kept in the trail.")
def query(form: str, out: Path | None, count: bool, everything: bool, reason: str, **asked: Any) -> None:
    """Ask the data of this centre and those below it.

    Exit 0 with the answer, 1 when it could not be had, 2 when it was asked wrongly.
    """
    if form in INTO_FILES and out is None and not count:
        raise click.UsageError(f"--format {form} needs --out")
    from canton.kernel.bootstrap import ready

    with ready():
        plan, files = _planned(asked, reason)
        _answer(plan, files, form=form, out=out, count=count, everything=everything)


def _planned(asked: dict[str, Any], reason: str) -> "tuple[Plan, Files]":
    """The compiled query and its files, entered in the trail; ends with 2 if it cannot be asked so."""
    from django.conf import settings
    from django.utils import timezone

    from canton.audit.services import record
    from canton.centres.models import Centre
    from canton.centres.selectors import Operator
    from canton.kernel.usage import wrong_usage

    from . import catalogue, document, selectors
    from .compiler import compile_query
    from .errors import BadQuery, UnknownColumn, UnknownDataset
    from .services import trail

    operator = Operator(Centre.objects.get(code=settings.CANTON_CENTRE))
    with wrong_usage(
        {
            UnknownDataset: catalogue.datasets,
            UnknownColumn: lambda: _columns(asked["dataset"], asked["joins"]),
            BadQuery: None,
        }
    ):
        query = document.read(_document(**asked))
        plan = compile_query(query, today=timezone.localdate(), unmasked=bool(reason.strip()))
    record(
        "queries.run_query", actor="cli", centre=operator.centre.code, now=timezone.now(),
        target=query.dataset, document=trail.without_numbers(query), reason=reason.strip(),
    )  # fmt: skip
    return plan, selectors.files(plan, operator)


def _columns(dataset: str | None, joins: Sequence[str]) -> list[str]:
    """Names of the columns there are to ask for; none when the data set stands in a file."""
    from .catalogue import Catalogue

    return [each.name for each in Catalogue.of(dataset, tuple(joins))] if dataset else []


def _document(
    dataset: str | None,
    conditions: Sequence[str],
    document: IO[str] | None,
    joins: Sequence[str],
    **more: Any,
) -> dict[str, Any]:
    """The document given, with what the flags add to it."""
    from . import flags
    from .catalogue import Catalogue
    from .errors import BadShape

    try:
        found = json.load(document) if document else {}
    except (ValueError, RecursionError) as error:
        raise BadShape(part="JSON") from error
    if not isinstance(found, dict):
        raise BadShape(part="JSON")
    if dataset:
        found["dataset"] = dataset
    if joins:
        found["join"] = [*found.get("join", ()), *joins]
    if "dataset" not in found:
        raise BadShape(part="dataset")
    if conditions:
        catalogue = Catalogue.of(str(found["dataset"]), tuple(found.get("join", ())))
        added = [flags.condition(text, catalogue) for text in conditions]
        found["where"] = {"all": [*([found["where"]] if found.get("where") else []), *added]}
    return found | _rest(**more)


def _rest(columns: str, by: str, figures: str, sort: str, limit: int | None) -> dict[str, Any]:
    def names(text: str) -> list[str]:
        return [name.strip() for name in text.split(",") if name.strip()]

    rest: dict[str, Any] = {}
    if columns:
        rest["columns"] = names(columns)
    if by or figures:
        rest["totals"] = {"by": names(by), "figures": names(figures)}
    if sort:
        rest["sort"] = names(sort)
    return rest | ({"limit": limit} if limit is not None else {})


def _answer(
    plan: "Plan", files: "Files", *, form: str, out: Path | None, count: bool, everything: bool
) -> None:
    from django.conf import settings

    from . import engine, words
    from .errors import NeedsConsentUnbounded

    watch = engine.Watch(settings.CANTON_QUERY_SECONDS)
    if count:
        click.echo(rows := engine.count(plan, files, watch))
        if plan.query.totals is not None:  # on standard error: scripts read one number
            click.echo(words.groups(rows, engine.meeting(plan, files, watch)), err=True)
        return
    if plan.query.unbounded and not everything:
        rows = engine.count(plan, files, watch)
        if rows > settings.CANTON_QUERY_ROWS:
            refused = NeedsConsentUnbounded(rows=f"{rows:,}")
            raise WrongUsage(f"{refused.message} (--all)", refused.code)
    if form in INTO_FILES:
        assert out is not None
        _write_file(plan, files, form, out, watch)
        return
    names = [each.name for each in plan.shown]
    lines = _lines(form, names, engine.stream(plan, files, watch))
    if out:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        return
    for line in lines:
        sys.stdout.buffer.write(line.encode())
    sys.stdout.flush()


def _lines(form: str, names: Sequence[str], rows: "Iterable[Row]") -> Iterator[str]:
    """Values as they are stored, columns by their names: a program reads it."""
    from canton.shell.exports import csv_lines

    cut = ([_plain(value) for value in row[: len(names)]] for row in rows)
    if form == "csv":
        yield from csv_lines(names, cut)
        return
    between = "[\n"
    for row in cut:
        yield between + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def _write_file(plan: "Plan", files: "Files", form: str, out: Path, watch: "Watch") -> None:
    from canton.shell.exports import write_xlsx

    from . import engine

    if form == "xlsx":
        names = [each.name for each in plan.shown]
        write_xlsx(out, names, (row[: len(names)] for row in engine.stream(plan, files, watch)))
        return
    with TemporaryDirectory(dir=out.parent, prefix="canton-query-") as beside:
        held = Path(beside) / "rows.parquet"
        engine.write(plan, files, held, watch)
        engine.Result(held, plan.shown, origin=plan.query.totals is None).copy(out)
