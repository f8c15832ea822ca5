"""The processes of a centre, and what each is told."""

import os
import socket
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from .supervisor import Process

EVENTS_ABOVE, SFTP_ABOVE = 1, 22  # their ports, counted from the web's
EVERYWHERE = ("0.0.0.0", "::")
OURS_ALONE = ("CANTON_DATABASE_OWNER_URL",)  # no serving process may change tables


@dataclass(frozen=True, slots=True)
class Site:
    """Where a centre is served."""

    home: Path
    centre: str
    host: str
    port: int

    @property
    def events(self) -> int:
        return self.port + EVENTS_ABOVE

    @property
    def sftp(self) -> int | None:
        """None as long as the room that serves it is not there."""
        return self.port + SFTP_ABOVE if _exists("canton.exchange.sftp") else None

    @property
    def ports(self) -> dict[str, int]:
        """Every port by its purpose."""
        wanted = {"web": self.port, "events": self.events, "sftp": self.sftp}
        return {purpose: port for purpose, port in wanted.items() if port is not None}

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"


def serving(site: Site) -> list[Process]:
    """What a centre needs to serve; a part whose room is not there yet is left out."""
    parts = [
        (
            "canton.wsgi",
            Process(
                "web",
                _granian(
                    site,
                    "wsgi",
                    "canton.wsgi:application",
                    site.port,
                    "--blocking-threads",
                    str(2 * (os.cpu_count() or 2)),
                    "--backlog",
                    "1024",
                ),
            ),
        ),
        (
            "canton.shell.stream",
            Process(
                "events",
                _granian(
                    site,
                    "asginl",
                    "canton.shell.stream:application",
                    site.events,
                    "--backlog",
                    "4096",
                    "--backpressure",
                    "4000",
                ),
            ),
        ),
        ("canton.cli.worker", Process("worker", [sys.executable, "-m", "canton.cli", "worker"])),
        ("canton.exchange.sftp", Process("sftp", [sys.executable, "-m", "canton.exchange.sftp"])),
    ]
    return [process for module, process in parts if _exists(module)]


def demonstration() -> Process:
    """Fills the centre with invented calls, through the front door, and goes on as time does."""
    return Process("demo", [sys.executable, "-m", "canton.cli", "demo", "--live"], once=True, shown=True)


def environment(site: Site, database: str) -> dict[str, str]:
    """What every process is told."""
    told = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
    told |= {
        "CANTON_HOME": str(site.home),
        "CANTON_CENTRE": site.centre,
        "CANTON_DATABASE_URL": database,
        "CANTON_HOST": site.host,
        "CANTON_WEB_PORT": str(site.port),
        "CANTON_EVENTS_PORT": str(site.events),
        "DJANGO_SETTINGS_MODULE": "canton.settings",
        "PYTHONUNBUFFERED": "1",
    }
    if site.sftp is not None:
        told["CANTON_SFTP_PORT"] = str(site.sftp)
    told.setdefault("CANTON_HOSTS", ",".join(_names(site.host)))
    return told


def _names(host: str) -> list[str]:
    """The names and addresses under which browsers may ask for us."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if host in EVERYWHERE:
        addresses = [
            a.address for card in psutil.net_if_addrs().values() for a in card if a.family == socket.AF_INET
        ]
        return [*names, socket.gethostname(), *addresses]
    return [*names, f"[{host}]" if ":" in host else host]


def _granian(site: Site, interface: str, application: str, port: int, *options: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        interface,
        "--host",
        site.host,
        "--port",
        str(port),
        "--workers",
        "1",
        "--no-ws",
        "--log-level",
        "warning",
        "--workers-kill-timeout",
        "5",
        *options,
        application,
    ]


def _exists(module: str) -> bool:
    return find_spec(module) is not None
