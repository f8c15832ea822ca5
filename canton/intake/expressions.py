"""The closed language in which a layout says how a value follows from columns: JSON in, DuckDB SQL out.

An expression is an object one of whose keys is its operator, in any order: a database may sort them. Users
edit layouts, so nothing of one reaches SQL but quoted names and literals, and every expression has a kind
(text, number, moment, truth) that is checked when the layout is read.

Values      {"column": name} {"value": name} {"constant": text or number} {"empty": kind}
            {"context": "centre"}
Text        {"concat": [e, ...]} {"codes": table, "of": e}
Numbers     {"number": e} {"sum": [e, ...]} {"seconds_between": [from, to]}
            {"scaled": e, "by": 100} a decimal, so many times, rounded
Moments     {"moment": [e, ...], "forms": [...]} (texts joined by a blank) {"later": [moment, seconds]}
            {"next_day": moment, "after": moment} a clock that wrapped: more than 12 h before `after`
            {"lift": moment, "to": moment, "within": seconds} a clock set back by at most so much
Any kind    {"first": [e, ...]} first that is filled {"when": [[condition, e], ...], "else": e}
Conditions  {"equals": [a, b]} {"in": [e, [text, ...]]} {"filled": e} {"missing": e} {"more": [a, b]}
            {"all": [...]} {"any": [...]} {"not": c} {"wrapped": moment, "after": moment}
            {"set_back": moment, "to": moment, "within": seconds}
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_noop as _

from .spoken import Spoken, quoted
from .sql import literal, one_of

Kind = Literal["text", "number", "moment", "truth"]
Expression = Mapping[str, Any]
TYPES: dict[Kind, str] = {"text": "varchar", "number": "bigint", "moment": "timestamp", "truth": "boolean"}
HALF_A_DAY = 43_200
EXAMPLE = '{"column": "..."}'
DEPTH = 24


KINDS: dict[Kind, Spoken] = {
    "text": Spoken(_("a text")),
    "number": Spoken(_("a number")),
    "moment": Spoken(_("a time")),
    "truth": Spoken(_("a condition")),
}


class BadExpression(ValueError):
    """An expression that is not of the language; `what` says what is wrong, and what to write instead."""

    def __init__(self, text: str, **facts: object) -> None:
        self.what = Spoken(text, **facts)
        super().__init__(self.what)


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL of an expression, its kind, and columns of the file in their order of use.

    sources: what it is made from, shown as its columns. needs: what it depends on: these, and the columns
    that only decide which branch or correction is taken.
    """

    sql: str
    kind: Kind
    sources: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Codes of a file and ours. An unlisted one stays as it is, or becomes empty and counts as a repair."""

    codes: Mapping[str, str]
    unlisted: Literal["keep", "empty"] = "keep"
    repair: str | None = None


@dataclass(slots=True)
class Scope:
    """What an expression may name: columns, values before it, code tables. It collects repairs of tables."""

    columns: Mapping[str, str]
    tables: Mapping[str, CodeTable]
    context: Mapping[str, str]
    values: dict[str, Compiled] = field(default_factory=dict)
    repairs: dict[str, str] = field(default_factory=dict)


def compile_expression(expression: object, scope: Scope, depth: int = 0) -> Compiled:
    """SQL of an expression.

    Raises:
        BadExpression: unknown operator, name or kind, or nested too deep.
    """
    if not isinstance(expression, Mapping) or not expression:
        raise BadExpression(
            _("“%(found)s” is no expression; one looks like %(example)s"),
            found=quoted(expression), example=EXAMPLE,
        )  # fmt: skip
    if depth > DEPTH:
        raise BadExpression(_("the expression is nested too deep; use values between"))
    operator = next((key for key in expression if key in OPERATORS), None)
    if operator is None:
        raise BadExpression(_("the layout language has no “%(name)s”"), name=quoted(next(iter(expression))))
    write = OPERATORS[operator]
    try:
        return write(expression, _Inner(scope, depth))
    except KeyError as error:
        raise BadExpression(
            _("“%(operator)s” wants “%(part)s” beside it"), operator=operator, part=error.args[0]
        ) from error
    except (TypeError, IndexError, ValueError) as error:
        if isinstance(error, BadExpression):
            raise
        raise BadExpression(_("“%(operator)s” is not complete"), operator=operator) from error


def _other(part: object, found: Kind, wanted: Kind) -> BadExpression:
    text = _("“%(part)s” is %(found)s; %(wanted)s is wanted here")
    return BadExpression(text, part=quoted(part), found=KINDS[found], wanted=KINDS[wanted])


class _Inner:
    """Compiles the parts of an expression and insists on their kinds."""

    def __init__(self, scope: Scope, depth: int) -> None:
        self.scope = scope
        self.depth = depth

    def any(self, part: object) -> Compiled:
        return compile_expression(part, self.scope, self.depth + 1)

    def of(self, kind: Kind, part: object) -> Compiled:
        made = self.any(part)
        if made.kind != kind:
            raise _other(part, made.kind, kind)
        return made

    def several(self, parts: object, kind: Kind | None = None) -> list[Compiled]:
        if not isinstance(parts, Sequence) or isinstance(parts, str) or not parts:
            raise BadExpression(
                _("a list of expressions in [ ] is wanted in place of “%(found)s”"), found=quoted(parts)
            )
        made = [self.any(part) for part in parts]
        wanted = kind or made[0].kind
        for each in made:
            if each.kind != wanted:
                raise BadExpression(
                    _("%(one)s and %(other)s do not go together"), one=KINDS[wanted], other=KINDS[each.kind]
                )
        return made

    def pair(self, parts: object, kind: Kind | None = None) -> tuple[Compiled, Compiled]:
        made = self.several(parts, kind)
        if len(made) != 2:  # noqa: PLR2004 - a pair
            raise BadExpression(_("a list of two expressions is wanted, not more and not fewer"))
        return made[0], made[1]


def _join(kind: Kind, sql: str, *parts: Compiled, by: Sequence[Compiled] = ()) -> Compiled:
    """An expression made from `parts`, as `by` decides."""
    sources = dict.fromkeys(name for part in parts for name in part.sources)
    needs = dict.fromkeys(name for part in (*parts, *by) for name in part.needs)
    return Compiled(f"({sql})", kind, tuple(sources), tuple(needs))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadExpression(
            _("a text in quotation marks is wanted in place of “%(found)s”"), found=quoted(value)
        )
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HALF_A_DAY * 2:
        raise BadExpression(
            _("a whole number from 0 to %(most)s is wanted in place of “%(found)s”"),
            most=HALF_A_DAY * 2, found=quoted(value),
        )  # fmt: skip
    return value


def _column(e: Expression, inner: _Inner) -> Compiled:
    column = _text(e["column"])
    if column not in inner.scope.columns:
        raise BadExpression(_("the file has no column “%(name)s” now; choose another"), name=column)
    return Compiled(inner.scope.columns[column], "text", (column,), (column,))


def _value(e: Expression, inner: _Inner) -> Compiled:
    value = _text(e["value"])
    if value not in inner.scope.values:
        raise BadExpression(_("no value “%(name)s” is made before this one"), name=value)
    return inner.scope.values[value]


def _constant(e: Expression, inner: _Inner) -> Compiled:
    value = e["constant"]
    if isinstance(value, str):
        return Compiled(literal(value), "text")
    if isinstance(value, int) and not isinstance(value, bool):
        return Compiled(f"{value}::bigint", "number")
    raise BadExpression(
        _("a constant is a text in quotation marks or a whole number, not “%(found)s”"), found=quoted(value)
    )


def _context(e: Expression, inner: _Inner) -> Compiled:
    fact = _text(e["context"])
    if fact not in inner.scope.context:
        raise BadExpression(_("only “centre” is known of the sender, not “%(name)s”"), name=fact)
    return Compiled(literal(inner.scope.context[fact]), "text")


def _empty(e: Expression, inner: _Inner) -> Compiled:
    if e["empty"] not in TYPES:
        raise BadExpression(
            _("“%(found)s” is no kind of value; the kinds are %(kinds)s"),
            found=quoted(e["empty"]), kinds=", ".join(TYPES),
        )  # fmt: skip
    kind: Kind = e["empty"]
    return Compiled(f"null::{TYPES[kind]}", kind)


def _concat(e: Expression, inner: _Inner) -> Compiled:
    parts = inner.several(e["concat"], "text")
    return _join("text", " || ".join(part.sql for part in parts), *parts)


def _codes(e: Expression, inner: _Inner) -> Compiled:
    of, table = inner.of("text", e["of"]), inner.scope.tables.get(_text(e["codes"]))
    if table is None:
        raise BadExpression(_("the layout has no table “%(name)s”"), name=e["codes"])
    if table.repair:
        listed = one_of(of.sql, table.codes)
        inner.scope.repairs[table.repair] = f"({of.sql} is not null and not {listed})"
    cases = " ".join(
        f"when {literal(code)} then {literal(ours or None)}" for code, ours in table.codes.items()
    )
    rest = of.sql if table.unlisted == "keep" else "null"
    return _join("text", f"case {of.sql} {cases} else {rest} end" if cases else rest, of)


def _number(e: Expression, inner: _Inner) -> Compiled:
    of = inner.of("text", e["number"])
    digits = f"regexp_full_match({of.sql}, '[+-]?[0-9]+')"
    return _join("number", f"case when {digits} then try_cast({of.sql} as bigint) end", of)


def _scaled(e: Expression, inner: _Inner) -> Compiled:
    of, by = inner.of("text", e["scaled"]), _whole(e["by"])
    decimal = f"regexp_full_match({of.sql}, '[+-]?[0-9]{{1,15}}([.][0-9]{{1,20}})?')"
    whole = f"try_cast(round(try_cast({of.sql} as decimal(33, 18)) * {by}::decimal(5, 0)) as bigint)"
    return _join("number", f"case when {decimal} then {whole} end", of)


def _sum(e: Expression, inner: _Inner) -> Compiled:
    parts = inner.several(e["sum"], "number")
    total = " + ".join(f"{part.sql}::hugeint" for part in parts)
    return _join("number", f"try_cast({total} as bigint)", *parts)


def _seconds_between(e: Expression, inner: _Inner) -> Compiled:
    start, end = inner.pair(e["seconds_between"], "moment")
    return _join("number", f"date_diff('second', {start.sql}, {end.sql})", start, end)


def _moment(e: Expression, inner: _Inner) -> Compiled:
    parts = inner.several(e["moment"], "text")
    forms = e["forms"]
    if not isinstance(forms, list) or not forms:
        raise BadExpression(_("how the time is written is not said; choose an example of it"))
    text = " || ' ' || ".join(part.sql for part in parts)
    listed = ", ".join(literal(_text(form)) for form in forms)
    return _join("moment", f"try_strptime({text}, [{listed}])", *parts)


def _later(e: Expression, inner: _Inner) -> Compiled:
    moment, seconds = inner.of("moment", e["later"][0]), inner.of("number", e["later"][1])
    bounded = f"case when {seconds.sql} between -86400 and 86400 then {seconds.sql} end"
    return _join("moment", f"{moment.sql} + to_seconds({bounded})", moment, seconds)


def _next_day(e: Expression, inner: _Inner) -> Compiled:
    moment, after = inner.of("moment", e["next_day"]), inner.of("moment", e["after"])
    sql = f"case when {_is_wrapped(moment, after)} then {moment.sql} + interval 1 day else {moment.sql} end"
    return _join("moment", sql, moment, by=[after])


def _is_wrapped(moment: Compiled, after: Compiled) -> str:
    return f"date_diff('second', {moment.sql}, {after.sql}) > {HALF_A_DAY}"


def _wrapped(e: Expression, inner: _Inner) -> Compiled:
    moment, after = inner.of("moment", e["wrapped"]), inner.of("moment", e["after"])
    return _join("truth", f"coalesce({_is_wrapped(moment, after)}, false)", moment, after)


def _is_set_back(e: Expression, moment: Compiled, to: Compiled) -> str:
    return f"date_diff('second', {moment.sql}, {to.sql}) between 1 and {_whole(e['within'])}"


def _lift(e: Expression, inner: _Inner) -> Compiled:
    moment, to = inner.of("moment", e["lift"]), inner.of("moment", e["to"])
    sql = f"case when {_is_set_back(e, moment, to)} then {to.sql} else {moment.sql} end"
    return _join("moment", sql, moment, by=[to])


def _set_back(e: Expression, inner: _Inner) -> Compiled:
    moment, to = inner.of("moment", e["set_back"]), inner.of("moment", e["to"])
    return _join("truth", f"coalesce({_is_set_back(e, moment, to)}, false)", moment, to)


def _first(e: Expression, inner: _Inner) -> Compiled:
    parts = inner.several(e["first"])
    return _join(parts[0].kind, f"coalesce({', '.join(part.sql for part in parts)})", *parts)


def _when(e: Expression, inner: _Inner) -> Compiled:
    cases = [(inner.of("truth", condition), inner.any(then)) for condition, then in e["when"]]
    results = [then for _, then in cases] + [inner.any(e["else"])]
    if len({each.kind for each in results}) > 1 or not cases:
        raise BadExpression(_("“when” wants at least one case, and values of one kind in all of them"))
    branches = " ".join(f"when {condition.sql} then {then.sql}" for condition, then in cases)
    deciding = [condition for condition, _ in cases]
    return _join(results[0].kind, f"case {branches} else {results[-1].sql} end", *results, by=deciding)


def _equals(e: Expression, inner: _Inner) -> Compiled:
    left, right = inner.pair(e["equals"])
    return _join("truth", f"({left.sql} = {right.sql}) is true", left, right)


def _in(e: Expression, inner: _Inner) -> Compiled:
    of = inner.of("text", e["in"][0])
    return _join("truth", f"{one_of(of.sql, [_text(each) for each in e['in'][1]])} is true", of)


def _filled(e: Expression, inner: _Inner) -> Compiled:
    of = inner.any(e["filled"])
    return _join("truth", f"{of.sql} is not null", of)


def _missing(e: Expression, inner: _Inner) -> Compiled:
    of = inner.any(e["missing"])
    return _join("truth", f"{of.sql} is null", of)


def _more(e: Expression, inner: _Inner) -> Compiled:
    left, right = inner.pair(e["more"], "number")
    return _join("truth", f"({left.sql} > {right.sql}) is true", left, right)


def _all(e: Expression, inner: _Inner) -> Compiled:
    parts = inner.several(e["all"], "truth")
    return _join("truth", " and ".join(part.sql for part in parts), *parts)


def _any(e: Expression, inner: _Inner) -> Compiled:
    parts = inner.several(e["any"], "truth")
    return _join("truth", " or ".join(part.sql for part in parts), *parts)


def _not(e: Expression, inner: _Inner) -> Compiled:
    of = inner.of("truth", e["not"])
    return _join("truth", f"not {of.sql}", of)


OPERATORS: dict[str, Callable[[Expression, _Inner], Compiled]] = {
    "column": _column,
    "value": _value,
    "constant": _constant,
    "context": _context,
    "empty": _empty,
    "concat": _concat,
    "codes": _codes,
    "number": _number,
    "scaled": _scaled,
    "sum": _sum,
    "seconds_between": _seconds_between,
    "moment": _moment,
    "later": _later,
    "next_day": _next_day,
    "wrapped": _wrapped,
    "lift": _lift,
    "set_back": _set_back,
    "first": _first,
    "when": _when,
    "equals": _equals,
    "in": _in,
    "filled": _filled,
    "missing": _missing,
    "more": _more,
    "all": _all,
    "any": _any,
    "not": _not,
}
