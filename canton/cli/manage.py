"""`canton manage …`: Django's own commands, with the centre's database running, in the role of its owner."""

from dataclasses import replace

import click

from canton.kernel import bootstrap, database
from canton.kernel.configuration import home


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a management command of Django, such as `migrate` or `shell`."""
    with database.opened(home()) as addresses:
        as_owner = replace(addresses, app=addresses.owner)
        with bootstrap.connected(as_owner):
            from django.core.management import execute_from_command_line

            execute_from_command_line(["canton manage", *arguments])
