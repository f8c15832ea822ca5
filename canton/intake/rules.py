"""A format's constraints as conditions in DuckDB SQL over typed columns, each with its stable reason code.

Two spellings of the same constraints: `Check.good` is exact and decides; `quick` holds only of rows that
break nothing (it may miss some such rows) and is what most rows are asked, at a fraction of the cost.
A condition that answers NULL is not met: DuckDB's `not (NULL)` would keep the row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from canton.exchange.formats import Field, FieldType, FilledWhen, Format, NotBefore, Rule

from .expressions import Compiled
from .layout import Column, Layout, cell_text
from .sql import every, literal, name, one_of

WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
EARLIEST, LATEST = "timestamp '1900-01-01'", "timestamp '2200-01-01'"
INT32 = 2**31 - 1
MAX_TEXT = 2**31 - 1
PLAIN_INTEGER = "[+-]?[0-9]{1,18}"
COMMON_MOMENT = "%Y-%m-%d %H:%M:%S"  # read by whole columns before the rows come to the engine


@dataclass(frozen=True, slots=True)
class Check:
    """One condition on a row: reason code if it fails, the file's columns to show, the exact SQL.

    unless: columns of the file whose own failure explains this one; it is not reported beside theirs.
    plain: `quick` of its field says it too.
    """

    code: str
    columns: tuple[str, ...]
    good: str
    unless: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the format while it is checked: SQL of its text and typed value, and where it is from.

    text is None when the layout computes the value and there is no text to check. sources: columns to show.
    needs: all columns it depends on; none unless it is derived. sent: SQL of whether any of them was filled,
    where the layout computes the value. ahead: the column whose moments are read ahead, in `moment_of` it.
    """

    field: Field
    text: str | None
    typed: str
    sources: tuple[str, ...]
    derived: bool
    needs: tuple[str, ...] = ()
    sent: str = ""
    ahead: str = ""

    @property
    def value(self) -> str:
        """Column of the typed value once it is computed."""
        return name(f"t:{self.field.name}")

    @property
    def given(self) -> str:
        """Column that is not null when the sender gave a value."""
        return name(f"x:{self.field.name}") if self.text is not None else self.value


def cells(layout: Layout, fields: Mapping[str, Compiled]) -> tuple[Cell, ...]:
    """The format's fields as this layout fills them; one it does not name is empty."""
    return tuple(_cell(field, layout, fields.get(field.name)) for field in layout.format.fields)


def _cell(field: Field, layout: Layout, made: Compiled | None) -> Cell:
    if layout.own:
        ahead = field.name if _may_be_ahead(field) else ""
        typed = _typed(field, ahead)
        return Cell(field, name(field.name), typed, (field.name,), derived=False, ahead=ahead)
    if made is None:
        return Cell(field, None, f"null::{sql_type(field)}", (), derived=True)
    if made.kind == "text":
        ahead = _column_of(made, layout) if _may_be_ahead(field) else ""
        typed = _typed(field, ahead)
        return Cell(field, made.sql, typed, made.sources, derived=True, needs=made.needs, ahead=ahead)
    typed = f"try_cast({made.sql} as {sql_type(field)})"
    sent = " or ".join(f"{cell_text(layout, source)} is not null" for source in made.sources)
    return Cell(
        field, None, typed, made.sources, derived=True, needs=made.needs, sent=f"({sent})" if sent else ""
    )


def moment_of(column: str) -> str:
    """The column that holds the moments read ahead of a column's texts; null where that could not be."""
    return f"at:{column}"


def _may_be_ahead(field: Field) -> bool:
    return field.type is FieldType.DATETIME and COMMON_MOMENT in field.formats


def _column_of(made: Compiled, layout: Layout) -> str:
    """The column whose text a field is, as it stands; "" when it is another."""
    alone = len(made.sources) == 1 and made.sql == cell_text(layout, made.sources[0])
    return made.sources[0] if alone else ""


def sql_type(field: Field) -> str:
    """Type a field has in Parquet."""
    if field.type is FieldType.INTEGER:
        bounded = field.maximum is not None and field.maximum <= INT32 and (field.minimum or 0) >= -INT32
        return "integer" if bounded else "bigint"
    return {"string": "varchar", "boolean": "boolean", "datetime": "timestamp"}[field.type]


def _typed(field: Field, ahead: str = "") -> str:
    text = name(f"x:{field.name}")
    if field.type is FieldType.INTEGER:
        return f"try_cast({text} as bigint)"
    if field.type is FieldType.BOOLEAN:
        known = one_of(text, (*field.true_values, *field.false_values))
        return f"case when {known} then {one_of(text, field.true_values)} end"
    if field.type is FieldType.DATETIME:
        forms = [literal(form) for form in field.formats]
        read = f"try_strptime({text}, {forms[0] if len(forms) == 1 else '[' + ', '.join(forms) + ']'})"
        return f"coalesce({name(moment_of(ahead))}, {read})" if ahead else read
    return text


def source_checks(layout: Layout, texts: Mapping[str, str]) -> Iterator[Check]:
    """What the layout says of the file's own columns. texts: column → SQL of its text."""
    for column in layout.columns:
        text = texts[column.name]
        for kind, good in _source_conditions(column, text):
            filled = good if kind == "required" else f"({text} is null or {good})"
            yield Check(f"{column.name}:{kind}", (column.name,), filled)


def _source_conditions(column: Column, text: str) -> Iterator[tuple[str, str]]:
    if column.required:
        yield "required", f"{text} is not null"
    if column.type == "integer":
        yield "type", f"regexp_full_match({text}, {literal(PLAIN_INTEGER)})"
    if column.form:
        width = f" and length({text}) = {int(column.width)}" if column.width else ""
        yield "type", f"(try_strptime({text}, {literal(column.form)}) is not null{width})"
    if column.pattern:
        yield "pattern", f"regexp_full_match({text}, {literal(column.pattern)})"
    if column.codes:
        yield "code", one_of(text, column.codes)


def field_checks(cell: Cell, codes: Mapping[str, Iterable[str]]) -> Iterator[Check]:
    """The format's constraints on one field. codes: code table → codes it holds."""
    columns = cell.sources or (cell.field.name,)
    for kind, good in _field_conditions(cell, codes):
        condition = good if kind in ("required", "unread") else f"({cell.given} is null or {good})"
        code = "type" if kind == "unread" else kind
        yield Check(f"{cell.field.name}:{code}", columns, condition, cell.needs, plain=True)


def _field_conditions(cell: Cell, codes: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    field, given, value = cell.field, cell.given, cell.value
    if field.required:
        yield from _presence(cell)
    if cell.text is not None and field.type is not FieldType.STRING:
        yield "type", _is_of_type(field, given, value)
    if field.pattern:
        yield "pattern", f"regexp_full_match({given}, {literal(field.pattern)})"
    if field.enum:
        yield "code", one_of(given, field.enum)
    if field.codes:
        yield "reference" if field.codes == "sender" else "code", one_of(given, sorted(codes[field.codes]))
    if field.minimum is not None or field.maximum is not None:
        # a value that is no number has been reported as such; length guards what is beyond 18 digits
        yield "range", f"({value} is null or {_in_range(field, value)})"
    if field.max_length is not None:
        yield "length", f"length({given}) <= {field.max_length}"


def _presence(cell: Cell) -> Iterator[tuple[str, str]]:
    """That a required value is there; what was sent and cannot be read is of the wrong type, not missing."""
    there = f"{cell.given} is not null"
    if not cell.sent:
        yield "required", there
        return
    yield "required", f"({there} or {cell.sent})"
    yield "unread", f"({there} or not {cell.sent})"


def _is_of_type(field: Field, text: str, value: str) -> str:
    if field.type is FieldType.INTEGER:
        return f"regexp_full_match({text}, {literal(PLAIN_INTEGER)})"
    if field.type is FieldType.DATETIME:
        width = _width(field.formats)
        wide = f" and strlen({text}) = {width}" if width else ""
        return f"({value} >= {EARLIEST} and {value} < {LATEST}{wide})"
    return f"{value} is not null"


def _in_range(field: Field, value: str) -> str:
    bounds = [f"{value} >= {field.minimum}"] if field.minimum is not None else []
    if field.maximum is not None:
        bounds.append(f"{value} <= {field.maximum}")
    return every(bounds)


def _width(forms: tuple[str, ...]) -> int | None:
    """Characters every text of these strptime forms has; None when that is not one number."""
    found = {_width_of(form) for form in forms}
    return found.pop() if len(found) == 1 else None


def _width_of(form: str) -> int | None:
    width, letters = 0, iter(form)
    for letter in letters:
        if letter != "%":
            width += 1
        elif (directive := next(letters, "")) in WIDTHS:
            width += WIDTHS[directive]
        else:
            return None
    return width


def quick(cell: Cell, codes: Mapping[str, Iterable[str]]) -> str:
    """Cheap condition of which all the field's checks follow."""
    field, given, value = cell.field, cell.given, cell.value
    if cell.text is not None and field.type is FieldType.INTEGER:
        # written back as it was sent: then it is a plain number
        parts = [f"{value}::varchar = {given}", _in_range(field, value)]
        met = every(parts)
    else:
        met = every(_quick_conditions(cell, codes))
    if field.required:
        return every([f"{given} is not null", met])
    return met if met == "(true)" else f"({given} is null or {met})"


def _quick_conditions(cell: Cell, codes: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Codes that are themselves of the right form speak for their form; bytes stand in for characters."""
    field = cell.field
    listed = field.enum or (tuple(codes[field.codes]) if field.codes else ())
    longest = field.max_length or MAX_TEXT
    known = bool(listed) and all(
        len(code) <= longest and re.fullmatch(field.pattern or ".*", code) is not None for code in listed
    )
    for kind, good in _field_conditions(cell, codes):
        if kind == "length" and not known:
            yield f"strlen({cell.given}) <= {field.max_length}"
        elif (
            (kind == "range" and cell.text is None)
            or kind in ("type", "code", "reference")
            or (kind == "pattern" and not known)
        ):
            yield good


def cross_checks(format_: Format, by_name: Mapping[str, Cell]) -> Iterator[Check]:
    """The format's rules between fields."""
    for rule in format_.rules:
        first, second, good = _cross_condition(rule, by_name)
        unless = tuple(dict.fromkeys((*first.needs, *second.needs)))
        yield Check(rule.name, first.sources or (first.field.name,), good, unless)


def _cross_condition(rule: Rule, by_name: Mapping[str, Cell]) -> tuple[Cell, Cell, str]:
    if isinstance(rule, NotBefore):
        later, earlier = by_name[rule.later], by_name[rule.earlier]
        either = f"({later.value} is null or {earlier.value} is null)"
        return later, earlier, f"({either} or {later.value} >= {earlier.value})"
    cell, when = by_name[rule.column], by_name[rule.when]
    wanted = "is not null" if isinstance(rule, FilledWhen) else "is null"
    applies = f"{when.value} is distinct from {literal(rule.value)}"
    return cell, when, f"({applies} or {cell.given} {wanted})"
