"""Queries as JSON: kept, shared, given to `canton query`, and drawn by the builder.

    {"dataset": "contacts",
     "where": {"all": [{"column": "outcome", "is": "equals", "value": ["answered"]},
                       {"any": [{"column": "wait_seconds", "is": "more", "value": [60]}, …]}]},
     "join": ["surveys"], "columns": ["started", "number"], "sort": ["-started"],
     "totals": {"by": ["centre", "started:day"], "figures": ["count", "avg:wait_seconds"]}, "limit": 1000}

Only `dataset` is needed. Names and types are held against the formats when the query is compiled, not here.
"""

from collections.abc import Mapping
from typing import Any

from .definition import Condition, Figure, Group, Order, Query, Totals, Value
from .errors import BadShape

DEEPEST = 4  # groups in groups
MOST_CONDITIONS = 50
MOST_VALUES = 1000
MOST_NAMES = 80
MOST_ROWS = 10**9
LONGEST_VALUE = 200
LONGEST_NAME = 80
KEYS = frozenset({"dataset", "where", "join", "columns", "sort", "totals", "limit"})

Document = dict[str, Any]


def write(query: Query) -> Document:
    """The document of a query; `read` gives the same query back."""
    document: Document = {"dataset": query.dataset, "where": _group_out(query.where)}
    if query.joins:
        document["join"] = list(query.joins)
    if query.columns:
        document["columns"] = list(query.columns)
    if query.sort:
        document["sort"] = [f"-{each.column}" if each.descending else each.column for each in query.sort]
    if query.totals:
        figures = [each.name for each in query.totals.figures]
        document["totals"] = {"by": list(query.totals.by), "figures": figures}
    if query.limit is not None:
        document["limit"] = query.limit
    return document


def read(document: object) -> Query:
    """The query a document describes.

    Raises:
        BadShape: a part is missing, unknown, of the wrong kind, or there are too many.
    """
    content = _mapping(document, "query")
    if unknown := sorted(set(content) - KEYS):
        raise BadShape(part=unknown[0])
    where = _group(_mapping(content.get("where") or {"all": []}, "where"), "", 1)
    if len(where.conditions) > MOST_CONDITIONS:
        raise BadShape(part=f"> {MOST_CONDITIONS} conditions")
    return Query(
        dataset=_name(content.get("dataset"), "dataset"),
        where=where,
        joins=_names(content.get("join"), "join"),
        columns=_names(content.get("columns"), "columns"),
        sort=tuple(_order(each) for each in _names(content.get("sort"), "sort")),
        totals=_totals(content["totals"]) if content.get("totals") else None,
        limit=_limit(content.get("limit")),
    )


def _group_out(group: Group) -> Document:
    parts = [_group_out(part) if isinstance(part, Group) else _condition_out(part) for part in group.parts]
    return {"any" if group.any else "all": parts}


def _condition_out(condition: Condition) -> Document:
    written: Document = {"column": condition.column, "is": condition.operator}
    return written | {"value": list(condition.values)} if condition.values else written


def _group(content: Mapping[str, Any], path: str, depth: int) -> Group:
    if depth > DEEPEST:
        raise BadShape(part=f"> {DEEPEST} levels", path=path)
    if len(content) != 1 or not set(content) <= {"all", "any"}:
        raise BadShape(part="all, any", path=path)
    [(word, parts)] = content.items()
    if not isinstance(parts, list):
        raise BadShape(part=word, path=path)
    return Group(
        tuple(_part(part, f"{path}.{at}" if path else str(at), depth) for at, part in enumerate(parts)),
        any=word == "any",
    )


def _part(content: object, path: str, depth: int) -> Condition | Group:
    found = _mapping(content, "where", path)
    if "column" not in found:
        return _group(found, path, depth + 1)
    if unknown := sorted(set(found) - {"column", "is", "value"}):
        raise BadShape(part=unknown[0], path=path)
    return Condition(
        column=_name(found["column"], "column", path),
        operator=_name(found.get("is"), "is", path),
        values=_values(found.get("value"), path),
        path=path,
    )


def _values(content: object, path: str) -> tuple[Value, ...]:
    given = content if isinstance(content, list) else [] if content is None else [content]
    if len(given) > MOST_VALUES:
        raise BadShape(part=f"> {MOST_VALUES} values", path=path)
    for value in given:
        if not isinstance(value, str | int | float | bool):
            raise BadShape(part="value", path=path)
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            raise BadShape(part=f"value > {LONGEST_VALUE}", path=path)
    return tuple(given)


def _order(name: str) -> Order:
    return Order(name.removeprefix("-"), name.startswith("-"))


def _totals(content: object) -> Totals:
    found = _mapping(content, "totals")
    if unknown := sorted(set(found) - {"by", "figures"}):
        raise BadShape(part=unknown[0])
    figures = _names(found.get("figures"), "figures") or ("count",)
    return Totals(
        by=_names(found.get("by"), "by"),
        figures=tuple(
            Figure(function, column) for function, _, column in (n.partition(":") for n in figures)
        ),
    )


def _limit(content: object) -> int | None:
    if content is None:
        return None
    if type(content) is not int or not 0 < content <= MOST_ROWS:
        raise BadShape(part="limit")
    return content


def _mapping(content: object, part: str, path: str = "") -> Mapping[str, Any]:
    if not isinstance(content, dict):
        raise BadShape(part=part, path=path)
    return content


def _names(content: object, part: str) -> tuple[str, ...]:
    if content is None:
        return ()
    if not isinstance(content, list) or len(content) > MOST_NAMES:
        raise BadShape(part=part)
    names = tuple(_name(each, part) for each in content)
    return tuple(dict.fromkeys(names))


def _name(content: object, part: str, path: str = "") -> str:
    if not isinstance(content, str) or not content or len(content) > LONGEST_NAME:
        raise BadShape(part=part, path=path)
    return content
