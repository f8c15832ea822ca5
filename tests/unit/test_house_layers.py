"""No room looks up, and no two modules import each other in a circle."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]


def test_no_room_looks_up() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("canton", cache_dir=None)
    imports = {
        module: {
            other
            for other in graph.find_modules_directly_imported_by(module)
            if _at_once(graph, module, other)
        }
        for module in graph.modules
    }
    assert len(imports) > 50
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_it_would_notice() -> None:
    with pytest.raises(CycleError, match="'a', 'b', 'a'"):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


def _at_once(graph: grimp.ImportGraph, module: str, other: str) -> bool:
    """Whether the import runs when the module is imported; one inside a function does not."""
    path = ROOT / Path(*module.split("."))
    lines = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text().splitlines()
    details = graph.get_import_details(importer=module, imported=other)
    return any(not lines[detail["line_number"] - 1].startswith(" ") for detail in details)
