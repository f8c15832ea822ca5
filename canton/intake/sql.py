"""Writing names and values into DuckDB's SQL: the only place where text of a layout or a format is quoted."""

from collections.abc import Iterable


def name(identifier: str) -> str:
    """An identifier, quoted."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: str | int | None) -> str:
    """A constant: text quoted, whole number or null as it is."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(int(value))


def one_of(expression: str, values: Iterable[str]) -> str:
    """Condition that the expression is one of the values; false for none."""
    listed = ", ".join(literal(value) for value in values)
    return f"({expression} in ({listed}))" if listed else "false"


def enumeration(values: Iterable[str]) -> str:
    """Type of the texts in a list, which sorts as they do: far cheaper to write to Parquet than text."""
    return f"enum({', '.join(literal(value) for value in sorted(values))})"


def every(conditions: Iterable[str]) -> str:
    """Condition that all hold."""
    return "(" + (" and ".join(conditions) or "true") + ")"
