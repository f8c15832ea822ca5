"""`canton worker`: the process that runs jobs; started by `canton up`."""

import click

from canton.kernel import bootstrap


@click.command(hidden=True)
@click.option(
    "--at-once", type=click.IntRange(1), default=2, show_default=True, envvar="CANTON_JOBS",
    help="Jobs side by side.",
)  # fmt: skip
def worker(at_once: int) -> None:
    """Run jobs until told to stop."""
    with bootstrap.ready(terminal=False):
        from canton.kernel.worker import work

        work(at_once=at_once)
