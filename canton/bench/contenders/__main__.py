"""One contender in a process of its own: `python -m canton.bench.contenders NAME FILE FOLDER` → JSON."""

import gc
import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

from . import NAMES, Contender


def main(name: str, file: str, folder: str) -> None:
    """Run it; the lines it refused go to FOLDER/lines."""
    module, function = NAMES[name]
    contender: Contender = getattr(import_module(f".{module}", __package__), function)
    gc.freeze()  # as Canton's processes do, for every contender
    began = time.perf_counter()
    done = contender(Path(file), Path(folder))
    seconds = time.perf_counter() - began
    gc.unfreeze()
    if done.refused is not None:
        (Path(folder) / "lines").write_text("\n".join(map(str, sorted(done.refused))))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"seconds": seconds, "peak_mib": peak, "parts": done.parts}, sys.stdout)


main(*sys.argv[1:])
