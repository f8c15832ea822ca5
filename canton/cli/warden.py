"""Ends what a killed `canton up` leaves behind: a small process that outlives it by a few seconds.

A child is told of our death by Linux (leash.py), but may take its time, and what it started itself is told
nothing. So a warden knows all groups of processes by a pipe; the pipe ends when we do, however we do.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE = 3.0  # seconds between asking and killing
LOOK_EVERY = 0.05  # seconds


class Warden:
    """Our end of the pipe. Not thread-safe."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._popen = self._start()

    def watch(self, group: int) -> None:
        """Have this group of processes ended when we die."""
        self._groups.add(group)
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """The group is gone; its number may be another's."""
        self._groups.discard(group)
        self._tell(f"-{group}")

    def close(self) -> None:
        """End what is still watched, and the warden."""
        if self._popen.stdin is not None:
            with suppress(BrokenPipeError):
                self._popen.stdin.close()
        self._popen.wait()

    def _tell(self, line: str) -> None:
        try:
            self._write(line)
        except BrokenPipeError:  # somebody killed it
            self.close()
            self._popen = self._start()
            for group in self._groups:
                self._write(f"+{group}")

    def _write(self, line: str) -> None:
        if self._popen.stdin is not None and not self._popen.stdin.closed:
            self._popen.stdin.write(f"{line}\n")
            self._popen.stdin.flush()

    @staticmethod
    def _start() -> subprocess.Popen[str]:
        command = [sys.executable, "-S", __file__]
        return subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)


def main(told: Iterable[str]) -> None:
    """Listen until whoever tells us is gone, then end all groups: asked first, killed after three seconds."""
    groups: set[int] = set()
    for line in told:
        group = int(line[1:])
        (groups.add if line[0] == "+" else groups.discard)(group)
    end = time.monotonic() + GRACE
    left = _send(groups, signal.SIGTERM)
    while left and time.monotonic() < end:
        time.sleep(LOOK_EVERY)
        left = _send(left, 0)
    _send(left, signal.SIGKILL)


def _send(groups: set[int], order: int) -> set[int]:
    """The groups that were there to hear it."""
    there = set()
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, order)
            there.add(group)
    return there


if __name__ == "__main__":
    main(sys.stdin)
