"""`canton bench`: how fast the processing and the report are, beside bare engines and other systems."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .processing import Run


def _say(line: str) -> None:
    click.echo(line, err=True)


@click.group()
def bench() -> None:
    """Measure the processing and the report on this machine."""


@bench.command()
@click.option(
    "--rows", type=click.IntRange(1_000), default=1_000_000, show_default=True, help="Rows of the file."
)
@click.option(
    "--repeats", type=click.IntRange(1, 9), default=3, show_default=True, help="Runs; the median counts."
)
@click.option("--only", multiple=True, help="Contenders to run; all by default.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to work; needs space."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def processing(rows: int, repeats: int, only: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Check, classify and sort a file of 12 columns with 1 % of dirt, against others that do the same."""
    from .processing import measure

    runs = measure(rows, repeats=repeats, names=only or None, folder=folder, say=_say)
    _show(rows, runs, as_json=as_json)


@bench.command()
@click.option("--rows", type=click.IntRange(1_000), default=10_000_000, show_default=True, help="Contacts.")
@click.option(
    "--repeats", type=click.IntRange(1, 9), default=3, show_default=True, help="Runs; the median counts."
)
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to work; needs space."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def traffic(rows: int, repeats: int, folder: Path | None, as_json: bool) -> None:
    """Run the traffic report over a month of contacts, against the same SQL in bare DuckDB."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
    from .traffic import measure

    _show(rows, measure(rows, repeats=repeats, folder=folder, say=_say), as_json=as_json)


@bench.command()
@click.option("--rows", type=click.IntRange(1_000), default=10_000_000, show_default=True, help="Contacts.")
@click.option(
    "--repeats", type=click.IntRange(1, 9), default=3, show_default=True, help="Runs; the median counts."
)
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to work; needs space."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def query(rows: int, repeats: int, folder: Path | None, as_json: bool) -> None:
    """Ask a month of contacts with three conditions, against bare DuckDB; write workbooks up to 1 M rows."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
    import django

    django.setup()
    from .queries import measure

    _show(rows, measure(rows, repeats=repeats, folder=folder, say=_say), as_json=as_json)


def _show(rows: int, runs: "list[Run]", *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"rows": rows, "runs": [asdict(run) for run in runs]}))
        return
    click.echo(f"{'':44}{'seconds':>10}{'ratio':>9}{'peak MiB':>10}{'refused':>10}")
    for run in runs:
        refused = "" if run.refused is None else f"{run.refused:,}"
        click.echo(f"{run.name:44}{run.seconds:>10.2f}{run.ratio:>9.2f}{run.peak_mib:>10.0f}{refused:>10}")


bench.add_command(traffic, "report")
