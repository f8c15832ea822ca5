"""`canton result`: packages of figures for this centre and the one above, for people and scripts."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from .models import Result

JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def result() -> None:
    """Build, send and show packages of result data.

    A PERIOD is 2026-11-22, 2026-W47 or 2026-10, as the package's rhythm has it. Exit 0 when it is done, 1
    when it could not be done, 2 when it was asked wrongly.
    """


@result.command()
@click.argument("name")
@click.argument("period")
@JSON
def build(name: str, period: str, as_json: bool) -> None:
    """Count the figures of NAME over PERIOD and pack them; unchanged ones are the package there is."""
    with _asked():
        from django.utils import timezone

        from . import selectors, services

        built = services.build(name, period, by="cli", now=timezone.now())
        _before, changes = selectors.changes(built.result) if built.new else (None, [])
        answer = _summary(built.result) | {"new": built.new, "changes": len(changes)}
        state = "built" if built.new else "unchanged"
        _say(answer, f"{built.result.number} {state}", as_json)


@result.command()
@click.argument("name")
@click.argument("period")
@click.option("--again", is_flag=True, help="Send the same figures once more after they were refused.")
@JSON
def send(name: str, period: str, again: bool, as_json: bool) -> None:
    """Send the package NAME of PERIOD to the centre above; it waits when that is down."""
    with _asked():
        from django.utils import timezone

        from . import services

        act = services.resend if again else services.send
        sent = act(_found(name, period), by="cli", now=timezone.now())
        _say(_summary(sent), f"{sent.number} {sent.state}", as_json)


@result.command(name="list")
@click.option("--name", default="", help="Only this package.")
@click.option("--centre", default="", help="Only of this centre; a nation has those of its provinces.")
@JSON
def list_(name: str, centre: str, as_json: bool) -> None:
    """The current package of every period, the latest first."""
    with _asked():
        from canton.centres.selectors import Operator, own

        from . import selectors

        found = selectors.visible_to(Operator(own())).filter(current=True)
        found = found.filter(name=name) if name else found
        found = found.filter(centre=centre) if centre else found
        if as_json:
            click.echo(json.dumps([_summary(each) for each in found], ensure_ascii=False))
        else:
            for each in found:
                click.echo(f"{each.number} {each.state if each.own else 'filed'}")


@result.command()
@click.argument("name")
@click.argument("period")
@click.option("--centre", default="", help="Whose figures; this centre's unless told.")
@click.option("--sequence", type=click.IntRange(1), help="Which of the period; the latest unless told.")
@click.option("--csv", "as_csv", is_flag=True, help="The table as it stands in the package.")
@JSON
def show(name: str, period: str, centre: str, sequence: int | None, as_csv: bool, as_json: bool) -> None:
    """Print the package NAME of PERIOD: its figures as JSON, or its table."""
    with _asked():
        from . import files, output, tabled

        found = _found(name, period, centre=centre, sequence=sequence or 0)
        if as_csv:
            sys.stdout.buffer.write(files.write(tabled.of(found), tabled.rows(found)))
            sys.stdout.flush()
        else:
            click.echo(json.dumps(output.as_json(found), ensure_ascii=False, indent=None if as_json else 1))


@result.command()
@click.argument("name")
def describe(name: str) -> None:
    """Print the Table Schema of NAME, as it is to stand in canton/results/tables."""
    with _asked():
        from . import definition, describing

        sys.stdout.buffer.write(describing.describe(definition.load(name)))
        sys.stdout.flush()


@contextmanager
def _asked() -> Iterator[None]:
    """The centre ready; what was asked wrongly ends the command with 2."""
    from canton.kernel.bootstrap import ready

    with ready():
        from canton.kernel.usage import wrong_usage

        from .errors import WrongQuestion

        with wrong_usage({WrongQuestion: None}):
            yield


def _found(name: str, period: str, *, centre: str = "", sequence: int = 0) -> "Result":
    from canton.centres.selectors import Operator, own

    from . import definition, selectors, terms
    from .errors import NotBuilt

    terms.read(period, definition.load(name).rhythm)
    found = selectors.find(Operator(own()), name, period, centre=centre, sequence=sequence)
    if found is None:
        raise NotBuilt(name=name, period=period)
    return found


def _summary(found: "Result") -> dict[str, Any]:
    from . import output

    return output.summary(found)


def _say(answer: dict[str, Any], line: str, as_json: bool) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else line)
