"""Measuring the processing of one file by every contender, with the same set of refused lines asserted."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .calls import write_file
from .contenders import NAMES, THREADS, installed

ONCE = {"frictionless": 1_000_000}  # too slow to repeat; and above so many rows to wait for at all
SMALL_ONLY = {"dataframely", "pandera"}
LARGE = 1_000_000
STEPS = ("check", "classify", "sort", "load", "receipt")
BASE = "DuckDB copy"
Say = Callable[[str], None]


class Disagreement(AssertionError):
    """Two contenders refuse other lines: the figures would compare different work."""


@dataclass(frozen=True, slots=True)
class Run:
    """Median seconds of a contender (or a part of one), ratio to the bare copy, peak memory, rows refused."""

    name: str
    seconds: float
    ratio: float
    peak_mib: float
    refused: int | None


@dataclass(frozen=True, slots=True)
class Lap:
    """One run of one contender."""

    seconds: float
    peak_mib: float
    parts: dict[str, float]
    refused: frozenset[int] | None


def measure(
    rows: int, *, repeats: int, names: Sequence[str] | None, folder: Path | None, say: Say
) -> list[Run]:
    """Run every contender `repeats` times, the order turned each time.

    Raises:
        Disagreement: they do not refuse the same lines.
    """
    chosen = _chosen(rows, names, say)
    laps: dict[str, list[Lap]] = {name: [] for name in chosen}
    with tempfile.TemporaryDirectory(dir=folder, prefix="canton-bench-") as work:
        file = Path(work, "contacts.csv")
        say(f"writing {rows:,} rows")
        write_file(file, rows)
        for turn in range(repeats):
            for name in (*chosen[turn:], *chosen[:turn]):
                if turn and name in ONCE:
                    continue
                laps[name].append(_lap(name, file, Path(work, "out")))
                say(f"{turn + 1}/{repeats} {name}: {laps[name][-1].seconds:.2f} s")
    _require_agreement(laps)
    return _runs(laps)


def _chosen(rows: int, names: Sequence[str] | None, say: Say) -> list[str]:
    """The contenders that can run here; of those left out it is said why."""
    fitting = [name for name in names or NAMES if _fits(name, rows)]
    for name in fitting:
        if not installed(name):
            say(f"{name} is not installed and left out; `make bench` installs it")
    return [name for name in fitting if installed(name)]


def _fits(name: str, rows: int) -> bool:
    if name in ONCE:
        return rows <= ONCE[name]
    return rows <= LARGE or name not in SMALL_ONLY


def _lap(name: str, file: Path, folder: Path) -> Lap:
    folder.mkdir()
    try:
        command = [sys.executable, "-m", "canton.bench.contenders", name, str(file), str(folder)]
        home = {
            "DJANGO_SETTINGS_MODULE": "canton.settings",
            "CANTON_HOME": str(folder.parent / "home"),
            "POLARS_MAX_THREADS": str(THREADS),
        }
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ | home)
        answer = json.loads(done.stdout)
        lines = folder / "lines"
        refused = frozenset(map(int, lines.read_text().split())) if lines.exists() else None
    finally:
        shutil.rmtree(folder)
    return Lap(answer["seconds"], answer["peak_mib"], answer["parts"], refused)


def _require_agreement(laps: dict[str, list[Lap]]) -> None:
    found = {name: each[0].refused for name, each in laps.items() if each and each[0].refused is not None}
    for name, refused in found.items():
        for other, same in found.items():
            if refused != same and refused is not None and same is not None:
                only = sorted(refused ^ same)[:5]
                raise Disagreement(
                    f"{name} refuses {len(refused)} lines, {other} {len(same)}; they differ in {only}"
                )


def _runs(laps: dict[str, list[Lap]]) -> list[Run]:
    base = median(lap.seconds for lap in laps[BASE]) if laps.get(BASE) else float("nan")
    runs = []
    for name, each in laps.items():
        refused = None if each[0].refused is None else len(each[0].refused)
        peak = max(lap.peak_mib for lap in each)

        def run(
            label: str, seconds: Iterable[float], peak: float = peak, refused: int | None = refused
        ) -> Run:
            middle = median(seconds)
            return Run(label, round(middle, 3), round(middle / base, 3), round(peak, 1), refused)

        if each[0].parts:
            whole = ("check", "classify", "sort")
            runs.append(
                run(f"{name}: check + reasons + sorted", [sum(lap.parts[p] for p in whole) for lap in each])
            )
            runs += [run(f"{name}: {part}", [lap.parts[part] for lap in each]) for part in STEPS]
        else:
            runs.append(run(name, [lap.seconds for lap in each]))
    return runs
