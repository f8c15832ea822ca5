"""`canton up`: a whole centre in one command, until Ctrl-C."""

import http.client
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import click
import psycopg

from canton.kernel import bootstrap, database, presence
from canton.kernel.configuration import database_url, home
from canton.kernel.embedded.cluster import Cluster
from canton.kernel.usage import WrongUsage

from . import processes
from .errors import AlreadyUp
from .ports import require_free
from .processes import Site
from .supervisor import Supervisor

BEAT = 0.2  # seconds between two looks
HIGHEST = 65_535 - processes.SFTP_ABOVE


def _code(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,6}", value):
        raise click.BadParameter(f"{value!r} is no code of a centre; 0, 44 and 4401 are, for instance.")
    return value


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1024, HIGHEST),
    help="Web; events listen one above, SFTP 22 above.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--centre",
    default=lambda: os.environ.get("CANTON_CENTRE", "44"),
    show_default="44",
    callback=_code,
    help="Code of the centre to be.",
)
@click.option("--demo/--bare", default=False, help="With invented calls coming in, or without (the default).")
def up(port: int, host: str, centre: str, demo: bool) -> None:
    """Run a centre: database, web, events, worker and sftp, watched until Ctrl-C."""
    site = Site(home(), centre, host, port)
    os.environ["CANTON_CENTRE"] = centre
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with presence.claimed(site.home) as ours:
            if not ours:
                other = presence.read(site.home)
                raise AlreadyUp(home=site.home, pid=other.pid if other else "?")
            _run(site, demo=demo)
    except KeyboardInterrupt:
        pass  # while it was starting; later a signal is only noted
    click.echo("stopped", err=True)


def _run(site: Site, *, demo: bool) -> None:
    require_free(site.host, site.ports)
    cluster = Cluster(site.home) if database_url() is None else None
    click.echo("preparing the database", err=True)
    with database.opened(site.home) as addresses:
        bootstrap.prepare(addresses)
        _require_centre(addresses.app, site.centre)
        presence.announce(
            site.home, centre=site.centre, host=site.host, web=site.port, events=site.events, sftp=site.sftp
        )
        with _supervised(
            Supervisor(site.home / "logs", processes.environment(site, addresses.app))
        ) as supervisor:
            for process in processes.serving(site):
                supervisor.add(process)
            for _ in _beats():
                _look_after(supervisor, site, cluster, demo=demo)


def _require_centre(database_url: str, centre: str) -> None:
    """Of a centre that is not in the tree nothing would work."""
    with psycopg.connect(database_url) as session:
        known = [code for (code,) in session.execute("SELECT code FROM centres_centre ORDER BY code")]
    if centre not in known:
        raise WrongUsage(f"No centre has the code {centre}. There are: {', '.join(known)}.")


def _beats() -> Iterator[None]:
    """One after another until a signal to end comes; it is only noted, so it interrupts nothing half-way."""
    told: list[int] = []
    for order in database.ENDS:
        signal.signal(order, lambda number, _: told.append(number))
    while not told:
        yield
        time.sleep(BEAT)


def _look_after(supervisor: Supervisor, site: Site, cluster: Cluster | None, *, demo: bool) -> None:
    if cluster is not None and not cluster.alive():
        click.echo("database | ended, starting it again", err=True)
        with database.gate(site.home):
            cluster.start()
    supervisor.tick()
    if not supervisor.serving and _answers(site.url):
        supervisor.serving = True
        sys.stdout.write(f"ready {site.url}\n")
        sys.stdout.flush()
        if demo:
            supervisor.add(processes.demonstration())


@contextmanager
def _supervised(supervisor: Supervisor) -> Iterator[Supervisor]:
    try:
        yield supervisor
    finally:
        with database.undisturbed():
            click.echo("stopping", err=True)
            supervisor.stop()


def _answers(url: str) -> bool:
    """Whether a web server answers there, whatever it says."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=2)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
