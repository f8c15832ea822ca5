"""Ports: whether they are free, and who holds them if not."""

import errno
import socket
from collections.abc import Mapping

import psutil

from .errors import PortTaken


def require_free(host: str, wanted: Mapping[str, int]) -> None:
    """Make sure that every port, named by its purpose, can be listened on.

    Raises:
        PortTaken: with the holder's process number and command, where the system tells.
    """
    for purpose, port in wanted.items():
        if not is_free(host, port):
            raise PortTaken(port=port, purpose=purpose, holder=holder(port))


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def holder(port: int) -> str:
    """Who listens on the port: "process 4711 (command line)"."""
    try:
        found = [
            c
            for c in psutil.net_connections("tcp")
            if c.status == psutil.CONN_LISTEN and c.laddr.port == port
        ]
        number = next((c.pid for c in found if c.pid), None)
        if number is None:
            return "a process of another user" if found else "the system"
        return f"process {number} ({' '.join(psutil.Process(number).cmdline())[:200]})"
    except psutil.Error:
        return "a process of another user"
