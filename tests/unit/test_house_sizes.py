"""Files and functions keep their size: 400 lines, 50 lines, 7 arguments. Complexity is ruff's to watch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES, FUNCTION_LINES, ARGUMENTS = 400, 50, 7
SOURCES = sorted(
    path
    for folder in ("canton", "tests", "scripts")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_keeps_its_size(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LINES
    assert list(_too_large(ast.parse(source))) == []


def test_it_would_notice() -> None:
    long = "def f(a, b, c, d, e, f, g, h):\n" + "    x = 1\n" * 50
    assert list(_too_large(ast.parse(long))) == ["f: 51 lines", "f: 8 arguments"]
    assert SOURCES


def _too_large(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.name}: {lines} lines"
            given = node.args
            arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            count = sum(argument.arg not in ("self", "cls") for argument in arguments)
            if count > ARGUMENTS:
                yield f"{node.name}: {count} arguments"
