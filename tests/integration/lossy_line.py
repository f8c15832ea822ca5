"""A telephone line that goes dead half way, without either end being told."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 1 << 16


class Line(socketserver.ThreadingTCPServer):
    """Leads to a port of this machine.

    carries: bytes of a connection that reach the other end; what is sent beyond is lost.
    carried: how many did, of all connections.
    """

    def __init__(self, to: int, *, carries: int) -> None:
        super().__init__(("127.0.0.1", 0), Crossing)
        self.to, self.carries, self.carried = to, carries, 0

    @property
    def port(self) -> int:
        """Where it begins."""
        return int(self.server_address[1])


class Crossing(socketserver.BaseRequestHandler):
    """One connection; what comes back always arrives."""

    server: Line

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.to)) as beyond:
            back = threading.Thread(target=pour, args=(beyond, self.request))
            back.start()
            with suppress(OSError):
                self._carry(beyond)
            with suppress(OSError):
                beyond.shutdown(socket.SHUT_WR)
            back.join()

    def _carry(self, beyond: socket.socket) -> None:
        left = self.server.carries
        while piece := self.request.recv(PIECE):
            beyond.sendall(piece[:left])
            self.server.carried += len(piece[:left])
            left -= len(piece[:left])


def pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)


@contextmanager
def laid(to: int, *, carries: int) -> Iterator[Line]:
    """A line to the port, as long as the block runs."""
    with Line(to, carries=carries) as line:
        serving = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield line
        finally:
            line.shutdown()
            serving.join()
