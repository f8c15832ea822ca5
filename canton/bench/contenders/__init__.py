"""Those that are measured: each takes a file and a folder, and answers the lines it refuses.

A contender is a function (file, folder) → Done in a module of its own, run in a process of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

THREADS = 2


@dataclass(frozen=True, slots=True)
class Done:
    """What a contender did: the lines it refused (None: it refuses none), seconds of its parts."""

    refused: Sequence[int] | None = None
    parts: dict[str, float] = field(default_factory=dict)


Contender = Callable[[Path, Path], Done]
NAMES = {
    "DuckDB copy": ("bare", "copy"),
    "DuckDB copy, sorted": ("bare", "copy_sorted"),
    "Canton": ("house", "run"),
    "Polars": ("polars", "run"),
    "dataframely": ("dataframely", "run"),
    "pandera": ("pandera", "run"),
    "frictionless": ("frictionless", "run"),
}
PEERS = frozenset({"Polars", "dataframely", "pandera", "frictionless"})


def installed(name: str) -> bool:
    """Whether a contender can run here; the peers' packages are installed by `make bench` only."""
    return name not in PEERS or find_spec(NAMES[name][0]) is not None
