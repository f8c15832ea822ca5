"""`canton report`: a report's figures on standard output, for people and scripts."""

import json
import sys
from datetime import date, datetime
from pathlib import Path

import click


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            self.fail(f"{value!r} is not a date like 1999-01-31", param, ctx)


@click.command()
@click.argument("name")
@click.option("--centre", help="Code of the centre; this centre by default. Covers the centres below it.")
@click.option("--from", "start", type=Day(), required=True, help="First local day of arrival.")
@click.option("--to", "end", type=Day(), required=True, help="Last local day of arrival, included.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write instead of stdout."
)
def report(name: str, centre: str | None, start: date, end: date, form: str, out: Path | None) -> None:
    """Print the report NAME (traffic) of a centre over a range of days."""
    from canton.kernel.bootstrap import ready

    with ready():
        text = _written(name, centre, start, end, form)
    if out:
        out.write_text(text, encoding="utf-8", newline="")
    else:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()


def _written(name: str, centre: str | None, start: date, end: date, form: str) -> str:
    """The report as text; ends the command with 2 if it was asked something there is no answer to."""
    from django.conf import settings
    from django.utils import timezone, translation

    from canton.centres.models import Centre
    from canton.centres.selectors import Operator
    from canton.shell.exports import csv_lines

    from . import definition, files, selectors
    from .errors import BadQuestion, UnknownCentre, UnknownReport
    from .periods import Period

    operator = Operator(Centre.objects.get(code=settings.CANTON_CENTRE))
    try:
        definition.load(name)
        answer = selectors.traffic(
            operator,
            centre=centre or settings.CANTON_CENTRE,
            period=Period(start, end),
            today=timezone.localdate(),
        )
    except (BadQuestion, UnknownCentre, UnknownReport) as error:
        raise click.UsageError(str(error)) from error
    if form == "json":
        return json.dumps(files.as_json(answer), ensure_ascii=False, indent=1) + "\n"
    with translation.override(settings.LANGUAGE_CODE):  # whoever runs it: the file is the centre's
        return "".join(csv_lines(files.csv_header(answer), files.csv_rows(answer)))
