"""`canton selfcheck`: is this centre well?"""

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from canton.kernel import bootstrap
from canton.kernel.errors import CantonError

if TYPE_CHECKING:
    from .gauges import Examination


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def selfcheck(as_json: bool) -> None:
    """Look at database, migrations, disk, worker, sftp and clock; exit 1 if one is broken."""
    try:
        with bootstrap.ready():
            from .gauges import examine

            examination = examine()
            click.echo(
                json.dumps(described(examination), ensure_ascii=False) if as_json else _table(examination)
            )
            broken = not examination.ok
    except CantonError as error:
        if not as_json:
            raise
        click.echo(f"{error.code}: {error.message}", err=True)
        click.echo(json.dumps(_without_database(error), ensure_ascii=False))
        broken = True
    sys.exit(int(broken))


def described(examination: "Examination") -> dict[str, object]:
    """{"ok", "centre", "probes": [{"name", "state", "value", "message", "took_ms"}]}."""
    probes = [
        {
            "name": finding.name,
            "state": str(finding.reading.state),
            "value": finding.reading.value,
            "message": finding.reading.message,
            "took_ms": finding.took_ms,
        }
        for finding in examination.findings
    ]
    return {"ok": examination.ok, "centre": examination.centre, "probes": probes}


def _without_database(error: CantonError) -> dict[str, object]:
    """The answer when there is no database to ask anything else."""
    probe = {
        "name": "database",
        "state": "bad",
        "value": error.code,
        "message": error.message,
        "took_ms": 0.0,
    }
    return {"ok": False, "centre": os.environ.get("CANTON_CENTRE", "44"), "probes": [probe]}


def _table(examination: "Examination") -> str:
    rows = [(f.name, f.reading.state, f.reading.value, f.reading.message) for f in examination.findings]
    return "\n".join(f"{name:<11} {state:<5} {value:<18} {message}" for name, state, value, message in rows)
