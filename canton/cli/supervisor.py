"""Starts the processes of a centre, starts again one that dies, and ends them all."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from . import leash
from .errors import KeepsDying
from .output import pump
from .warden import Warden

GRACE = 10.0  # seconds between asking and killing
STEADY = 20.0  # seconds a process must live for its earlier deaths to be forgotten
LONGEST_PAUSE = 15.0
PATIENCE = 6  # deaths in a row before the centre ever served


@dataclass(frozen=True, slots=True)
class Process:
    """What to run. `once`: ending with 0 is being done. `shown`: its stdout is for the user, not the log."""

    name: str
    command: Sequence[str]
    once: bool = False
    shown: bool = False


@dataclass(slots=True)
class Child:
    """A process under watch: its present life, and how often it failed lately."""

    process: Process
    popen: subprocess.Popen[str] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0
    done: bool = False
    pumps: list[threading.Thread] = field(default_factory=list)


class Supervisor:
    """All children of one centre. Not thread-safe: start, tick and stop belong to one thread."""

    def __init__(self, logs: Path, environment: dict[str, str]) -> None:
        self.logs = logs
        self.environment = environment
        self.children: list[Child] = []
        self.serving = False
        self.warden = Warden()
        logs.mkdir(parents=True, exist_ok=True)

    def add(self, process: Process) -> None:
        """Take a process under watch and start it."""
        child = Child(process)
        self.children.append(child)
        self._start(child)

    def tick(self) -> None:
        """Look after everybody once.

        Raises:
            KeepsDying: before the centre ever served.
        """
        now = time.monotonic()
        for child in self.children:
            if child.popen is not None and child.popen.poll() is not None:
                self._ended(child, child.popen.returncode, now)
            if child.popen is None and not child.done and now >= child.due:
                self._start(child)

    def stop(self) -> None:
        """End everybody: asked first, killed after ten seconds, with all they started."""
        for child in reversed(self.children):
            if child.popen is not None and child.popen.poll() is None:
                with suppress(ProcessLookupError):
                    child.popen.terminate()
        end = time.monotonic() + GRACE
        for child in self.children:
            if child.popen is not None:
                with suppress(subprocess.TimeoutExpired):
                    child.popen.wait(timeout=max(0.0, end - time.monotonic()))
                self._sweep(child)
        self.warden.close()

    def _start(self, child: Child) -> None:
        command = [sys.executable, "-S", leash.__file__, str(os.getpid()), *child.process.command]
        child.popen = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if child.process.shown else subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.warden.watch(child.popen.pid)
        child.started = time.monotonic()
        name, log = child.process.name, self.logs / f"{child.process.name}.log"
        streams = [(child.popen.stdout, child.process.shown), (child.popen.stderr, False)]
        child.pumps = [
            pump(name, stream, log, shown=shown) for stream, shown in streams if stream is not None
        ]

    def _ended(self, child: Child, status: int, now: float) -> None:
        self._sweep(child)
        child.popen = None
        if child.process.once and status == 0:
            child.done = True
            return
        child.failures = 1 if now - child.started > STEADY else child.failures + 1
        if child.failures >= PATIENCE and (child.process.once or not self.serving):
            child.done = child.process.once
            if not child.done:
                raise KeepsDying(name=child.process.name, log=self.logs / f"{child.process.name}.log")
        pause = min(0.25 * 2**child.failures, LONGEST_PAUSE)
        child.due = now + pause
        sys.stderr.write(f"{child.process.name:>8} | ended ({_reason(status)}), again in {pause:g} s\n")

    def _sweep(self, child: Child) -> None:
        """Kill what is left of the child's group, itself included, and let its last words be written."""
        if child.popen is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.popen.pid, signal.SIGKILL)
        child.popen.wait()
        self.warden.forget(child.popen.pid)
        for thread in child.pumps:
            thread.join(timeout=1.0)


def _reason(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit {status}"
