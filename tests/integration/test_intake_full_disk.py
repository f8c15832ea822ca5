"""No space left on the disk: nothing becomes visible or is lost, and it goes on when there is space again."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from contact_files import rows, write
from test_intake_batches import NOW, handed_in, loaded

from canton.intake import services
from canton.intake.choices import State, Step
from canton.kernel.errors import CantonError

pytestmark = pytest.mark.usefixtures("centres")
Shrink = Callable[[str, str], None]


@pytest.fixture
def shrink(home: Path) -> Iterator[Shrink]:
    """Puts a folder of the home on a file system of its own, of a size that mount(8) knows."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount small file systems")

    def mount(folder: str, size: str) -> None:
        place = home / folder
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        undo.callback(subprocess.run, ["umount", "--lazy", str(place)], check=True)

    with ExitStack() as undo:
        yield mount


def enlarge(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)


@pytest.mark.parametrize(
    ("folder", "size", "step", "code"),
    [("store", "4k", Step.LOAD, "E-LOAD-SPACE"), ("work", "8k", Step.CHECK, "E-WORK-SPACE")],
)
def test_a_full_disk_stops_the_step_and_loses_nothing(
    tmp_path: Path, home: Path, shrink: Shrink, folder: str, size: str, step: Step, code: str
) -> None:
    shrink(folder, size)
    batch = handed_in(write(tmp_path / "a.csv", rows(500))).batch
    with pytest.raises(CantonError) as caught:
        services.run(batch.number, clock=lambda: NOW)
    batch.refresh_from_db()

    assert (caught.value.code, caught.value.transient) == (code, True)
    assert (batch.state, batch.step, batch.error_code) == (State.FAILED, step, code)
    assert loaded() == []

    enlarge(home / folder)
    batch = services.run(batch.number, clock=lambda: NOW).batch
    assert (batch.state, batch.error_code, batch.kept) == (State.LOADED, "", 500)
    assert len(loaded()) == len(set(loaded())) == 500
