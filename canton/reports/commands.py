"""`canton report`: a report's figures on standard output, for people and scripts."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from canton.kernel.usage import NewFile, WrongUsage


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
@click.option("--from", "start", type=Day(), required=True, help="First local day.")
@click.option("--to", "end", type=Day(), required=True, help="Last local day, included.")
@click.option("--by", default="", help="Breakdown a PDF prints whole, as city.")
@click.option(
    "--compare", type=click.Choice(["pop", "yoy", "both"]), default=None,
    help="Hold every figure against the period before (pop), the year before (yoy), or both.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["json", "csv", "xlsx", "pdf"]), default="json", show_default=True
)
@click.option("--out", type=NewFile(), help="File to write instead of stdout.")
def report(name: str, centre: str | None, start: date, end: date, out: Path | None, **how: Any) -> None:
    """Print the report NAME (traffic, categories, agents, surveys, quality)."""
    from canton.kernel.bootstrap import ready

    with ready():
        made = _made(name, centre, start, end, **how)
    if out:
        out.write_bytes(made)
    else:
        sys.stdout.buffer.write(made)
        sys.stdout.flush()


def _made(
    name: str, centre: str | None, start: date, end: date, *, by: str, compare: str | None, form: str
) -> bytes:
    """The report as a file; ends the command with 2 if it was asked something there is no answer to."""
    from django.conf import settings
    from django.utils import timezone, translation

    from canton.centres.models import Centre
    from canton.centres.selectors import Operator, visible_to
    from canton.kernel.usage import wrong_usage

    from . import definition, making
    from .errors import BadQuestion, UnknownCentre, UnknownReport
    from .periods import Period
    from .questions import Asked, compared

    operator, now = Operator(Centre.objects.get(code=settings.CANTON_CENTRE)), timezone.now()
    mistakes = {
        UnknownReport: definition.listed,
        UnknownCentre: lambda: visible_to(operator).values_list("code", flat=True),
        BadQuestion: None,
    }
    with (
        wrong_usage(mistakes),
        translation.override(settings.LANGUAGE_CODE),  # whoever runs it: the file is the centre's
    ):
        known = [each.name for each in definition.load(name).breakdowns]
        if by and by not in known:
            raise WrongUsage(f"--by {by} is no breakdown of it. There are: {', '.join(known)}.")
        asked = Asked(centre or settings.CANTON_CENTRE, Period(start, end), name, compared(compare or ""))
        return making.make(making.screen(operator, asked, by=by, now=now), form, now=now)
