"""Keeps one worker of a centre alive: says its process number, and starts the next when it has died.

Workers are forked from a process that has read all code already, so that a test can kill many of them. Ends
with its worker when its standard input is closed.
"""

import os
import select
import signal
import sys

import django

django.setup()

from canton.cli.worker import worker  # noqa: E402
from canton.intake import services  # noqa: E402, F401 - read before the first is born
from canton.kernel import worker as working  # noqa: E402

working.HEARTBEAT, working.SILENCE = 0.25, 1  # seconds; the dead are found sooner, by one who is alone


def born() -> int:
    child = os.fork()
    if child:
        return child
    worker.main(args=[], standalone_mode=True)
    os._exit(0)


def main() -> None:
    while True:
        child = born()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        ended = os.pidfd_open(child)
        ready, _, _ = select.select([ended, sys.stdin], [], [])
        if sys.stdin in ready:
            os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        os.close(ended)
        if sys.stdin in ready:
            return


if __name__ == "__main__":
    main()
