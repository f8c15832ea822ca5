"""The running server of a cluster: found, stopped, and cleared away after it was killed."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

from .errors import CannotStop

FAST = 30.0  # seconds given to a stop that cuts sessions and writes a checkpoint
IMMEDIATE = 10.0  # then to one that leaves the checkpoint to recovery
NAMES = ("postgres",)


def find(folder: Path) -> psutil.Process | None:
    """The cluster's postmaster, if it runs; the number in postmaster.pid may be another's by now."""
    number = _number(folder)
    if number is None:
        return None
    try:
        process = psutil.Process(number)
        ours = process.name() in NAMES and process.status() != psutil.STATUS_ZOMBIE
        return process if ours and Path(process.cwd()) == folder.resolve() else None
    except psutil.Error:
        return None


def stop(folder: Path) -> None:
    """End the cluster's server, fast, then immediately.

    Raises:
        CannotStop: it survived both.
    """
    process = find(folder)
    if process is None:
        return
    for order, patience in ((signal.SIGINT, FAST), (signal.SIGQUIT, IMMEDIATE)):
        try:
            process.send_signal(order)
        except psutil.NoSuchProcess:
            return
        if _gone(process, patience):
            return
    raise CannotStop(pid=process.pid)


def clear_stale(folder: Path) -> None:
    """After a server was killed: end the children it left and remove its lock file. Not while it runs."""
    if find(folder) is not None:
        return
    real = str(folder.resolve())
    orphans = [process for process in psutil.process_iter(["name"]) if _is_child(process, real)]
    for process in orphans:
        process.kill()
    psutil.wait_procs(orphans, timeout=IMMEDIATE)
    (folder / "postmaster.pid").unlink(missing_ok=True)


def _is_child(process: psutil.Process, folder: str) -> bool:
    try:
        return process.info["name"] in NAMES and process.cwd() == folder
    except psutil.Error:
        return False


def _number(folder: Path) -> int | None:
    try:
        return int((folder / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _gone(process: psutil.Process, patience: float) -> bool:
    """Wait for the end, also of one whose body nobody has collected yet."""
    for _ in range(int(patience / 0.05)):
        with suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)  # ours: collect it
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            process.wait(timeout=0.05)
            return True
        except psutil.TimeoutExpired:
            continue
        except psutil.NoSuchProcess:
            return True
    return False
