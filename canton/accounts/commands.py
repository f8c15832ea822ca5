"""`canton account`: the first account of a centre, and the way back in when no administrator can help."""

from typing import TYPE_CHECKING

import click

from canton.kernel.bootstrap import ready
from canton.kernel.usage import wrong_usage

if TYPE_CHECKING:
    from .choices import Role
    from .models import Staff
    from .services import Made

ADDRESS = click.option(
    "--site", default="http://127.0.0.1:8000", show_default=True, help="Where browsers reach the pages."
)


@click.group()
def account() -> None:
    """Open an account, make a link for a lost password, take away a lost second factor."""


@account.command("open")
@click.argument("number")
@click.argument("name")
@click.option(
    "--role", "names", multiple=True, default=["administration"], help="A role; more than one may be given."
)
@click.option("--centre", default="", help="Code of the centre; this one unless told.")
@ADDRESS
def open_account(number: str, name: str, names: tuple[str, ...], centre: str, site: str) -> None:
    """Open the account NUMBER for NAME and print the link by which the person sets the first password."""
    with ready():
        from django.utils import timezone

        from canton.centres import selectors as centres

        from . import services
        from .errors import NoSuchCentre

        roles = _roles(names)
        own = centres.own()
        here = centres.visible_to(centres.Operator(own))
        with wrong_usage({NoSuchCentre: lambda: here.values_list("code", flat=True)}):
            place = here.filter(code=centre or own.code).first()
            if place is None:
                raise NoSuchCentre(centre=centre)
        details = services.Details(name=name, centre=place, roles=roles)
        _, made = services.add_person(number, details, by=None, now=timezone.now(), address=None)
        _print(made, site)


def _roles(names: tuple[str, ...]) -> "tuple[Role, ...]":
    from .choices import Role

    for name in names:
        if name not in Role.values:
            raise click.UsageError(f"There is no role {name!r}; there are: {', '.join(Role.values)}.")
    return tuple(Role(name) for name in names)


@account.command()
@click.argument("number")
@ADDRESS
def link(number: str, site: str) -> None:
    """Print a link by which the person of NUMBER sets a new password, once."""
    with ready():
        from django.utils import timezone

        from . import services

        _print(services.make_link(_known(number), by=None, now=timezone.now()), site)


@account.command("reset-factor")
@click.argument("number")
def reset_factor(number: str) -> None:
    """Take away the second factor of NUMBER, whose phone is lost; all sessions of the account end."""
    with ready():
        from django.utils import timezone

        from . import services

        services.reset_factor(_known(number), by=None, now=timezone.now(), address=None)
        click.echo(f"{number}: the second factor is reset")


def _known(number: str) -> "Staff":
    from . import selectors
    from .errors import NoSuchAccount

    with wrong_usage({NoSuchAccount: None}):
        return selectors.known(number)


def _print(made: "Made", site: str) -> None:
    from django.urls import reverse
    from django.utils import timezone

    click.echo(site.rstrip("/") + reverse("accounts:link", args=[made.token]))
    click.echo(f"good once, until {timezone.localtime(made.expires_at):%H:%M}", err=True)
