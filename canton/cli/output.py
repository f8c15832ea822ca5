"""What the watched processes say: to a log file each, warnings also to whoever runs `canton up`."""

import logging
import re
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

LOG_BYTES = 10 * 2**20
LOGS_KEPT = 3
ALARM = re.compile(r"\b(WARNING|ERROR|CRITICAL|FATAL)\b|^Traceback ")


class Alarms:
    """Tells which lines deserve attention: a warning, and a traceback to its last line."""

    def __init__(self) -> None:
        self.inside = False

    def __call__(self, line: str) -> bool:
        if self.inside and not line.startswith(" "):
            self.inside = line.startswith("Traceback ")
            return True  # the line that names the exception
        if line.startswith("Traceback "):
            self.inside = True
        return self.inside or bool(ALARM.search(line))


def pump(name: str, stream: IO[str], log: Path, *, shown: bool) -> threading.Thread:
    """Copy a process's output to its log until it ends, alarms also to stderr.

    shown: to our stdout instead, and nowhere else: it is for the user's eyes, and may hold passwords.
    """

    def copy() -> None:
        if shown:
            with stream:
                for line in stream:
                    sys.stdout.write(line)
                    sys.stdout.flush()
            return
        alarming = Alarms()
        handler = RotatingFileHandler(log, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8")
        with stream:
            for line in stream:
                text = line.rstrip("\n")
                handler.emit(logging.makeLogRecord({"msg": text}))
                if alarming(text):
                    sys.stderr.write(f"{name:>8} | {text}\n")
        handler.close()

    thread = threading.Thread(target=copy, name=f"log of {name}", daemon=True)
    thread.start()
    return thread
