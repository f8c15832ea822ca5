"""Whether the two files of a definition fit together; the SQL itself is tried by the engine."""

import re

from .anatomy import Definition

KINDS = ("timestamp", "integer", "text", "texts")
BETTER = ("up", "down", "neutral")
FORMATS = ("count", "percent", "seconds", "decimal")
AXES = ("", "hours", "days", "marks")


def faults(definition: Definition) -> list[str]:
    """Everything the files promise each other and do not keep, in words for who writes definitions."""
    return [*_wrong_values(definition), *_wrong_names(definition), *_wrong_parts(definition)]


def _wrong_values(definition: Definition) -> list[str]:
    wrong = [
        f"parameter {each.name}: type {each.kind!r} is not one of {', '.join(KINDS)}"
        for each in definition.parameters
        if each.kind not in KINDS
    ]
    wrong += [
        f"breakdown {each.name}: axis {each.axis!r} is not one of hours, days, marks"
        for each in definition.breakdowns
        if each.axis not in AXES
    ]
    for figure in definition.figures:
        if figure.better not in BETTER:
            wrong.append(f"figure {figure.name}: better {figure.better!r} is not one of {', '.join(BETTER)}")
        if figure.format not in FORMATS:
            wrong.append(f"figure {figure.name}: format {figure.format!r} is not one of {', '.join(FORMATS)}")
        if len(figure.columns) > 2:  # noqa: PLR2004
            wrong.append(f"figure {figure.name}: a ratio has two columns")
    return wrong


def _wrong_names(definition: Definition) -> list[str]:
    """Names that one file uses and the other does not know, or that come twice."""
    wrong = []
    used = set(re.findall(r"\$(\w+)", definition.query))
    known = {each.name for each in definition.parameters}
    wrong += [f"parameter ${name} is not described" for name in sorted(used - known)]
    wrong += [f"parameter {name} is not in the query" for name in sorted(known - used)]
    for breakdown in definition.breakdowns:
        wrong += [
            f"breakdown {breakdown.name}: the query does not group by {column}"
            for column in breakdown.columns
            if column not in definition.grouping
        ]
    figures = [figure.name for figure in definition.figures]
    wrong += [f"figure {name} comes twice" for name in sorted(set(figures)) if figures.count(name) > 1]
    for column in definition.counts:
        if not re.search(rf"\bas {column}\b", definition.figures_sql):
            wrong.append(f"the query has no column {column}")
    wrong += [
        f"the rows have no column is_{figure.counted}"
        for figure in definition.figures
        if not re.search(rf"\bas is_{figure.counted}\b", definition.rows_sql)
    ]
    return wrong


def _wrong_parts(definition: Definition) -> list[str]:
    """Figures and breakdowns that the screen, the matrix or a figure names, and that there are none of."""
    figures = {figure.name for figure in definition.figures}
    breakdowns = {each.name for each in definition.breakdowns}
    view, matrix = definition.view, definition.matrix
    named = [
        ("view", name) for name in (*view.tiles, *view.columns, view.sort.lstrip("-"), view.rate) if name
    ]
    named += [(f"breakdown {each.name}", name) for each in definition.breakdowns for name in each.figures]
    if definition.short_abandon:
        named.append(("short_abandon", definition.short_abandoned))
    split = [("view", view.opens), ("every report", "day")]
    split += [(f"figure {each.name}", each.only) for each in definition.figures if each.only]
    if matrix:
        named.append(("matrix", matrix.figure))
        split += [("matrix", name) for name in (matrix.cells, matrix.lines, matrix.columns)]
    return [f"{where}: there is no figure {name}" for where, name in named if name not in figures] + [
        f"{where}: there is no breakdown {name}" for where, name in split if name not in breakdowns
    ]
