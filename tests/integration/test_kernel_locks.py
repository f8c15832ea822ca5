"""One at a time, across connections; free again when the holder ends, however it ends."""

import os
import signal
import subprocess
import sys

import pytest

from canton.kernel.locks import Busy, only_one

HOLDER = """
import django, sys, time
django.setup()
from canton.kernel.locks import only_one
with only_one("harvest"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.django_db
def test_a_held_lock_is_busy_and_free_afterwards() -> None:
    with only_one("harvest"):
        with pytest.raises(Busy, match="E-BUSY"), only_one("harvest", blocking=False):
            pytest.fail("held twice")
        with only_one("another", blocking=False):
            pass
    with only_one("harvest", blocking=False):
        pass


@pytest.mark.django_db
def test_a_killed_holder_lets_go_at_once() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "canton.settings"}
    with subprocess.Popen([sys.executable, "-c", HOLDER], env=environment, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Busy), only_one("harvest", blocking=False):
            pytest.fail("held twice")
        holder.send_signal(signal.SIGKILL)
    with only_one("harvest"):  # waits, if the server needs a moment to notice
        pass
