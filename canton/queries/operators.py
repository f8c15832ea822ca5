"""The comparisons there are, for which kinds of columns, and the SQL of each; values are parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .catalogue import Column, Kind
from .definition import Condition, Value
from .errors import MissingValue, NumberProtected, UnknownOperator, WrongValue

WHOLE_NUMBERS_ONLY = frozenset({"equals", "not_equals", "one_of", "none_of", "empty", "filled"})
YES = frozenset({"true", "yes", "1", "是"})
NO = frozenset({"false", "no", "0", "否"})
MOST_DAYS = 36_600
MANY = 1000
LARGEST = 2**63 - 1

FORMS = {
    Kind.YES_NO: gettext_lazy("yes or no"),
    Kind.MOMENT: gettext_lazy("a day, as 2026-11-24, or with a time, as 2026-11-24 09:30"),
    Kind.DAY: gettext_lazy("a day, as 2026-11-24"),
}  # what may be written for a column
Given = tuple[Any, ...]
Test = tuple[str, Given]  # SQL with {x} for the column and {0}, {1} for the values; and the values


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison: the kinds of columns it is for, how many values it takes, and its SQL."""

    name: str
    kinds: frozenset[Kind]
    least: int
    most: int
    test: Callable[[Column, Given, date], Test]


def _sql(text: str) -> Callable[[Column, Given, date], Test]:
    def test(column: Column, values: Given, today: date) -> Test:
        return text, values

    return test


def _span(first: date, end: date) -> Test:
    """From the midnight that begins `first` to the one that begins `end`."""
    return "({x} >= {0} and {x} < {1})", (_midnight(first), _midnight(end))


def _on(column: Column, values: Given, today: date) -> Test:
    return _span(_day(values[0]), _next(values[0]))


def _between_days(column: Column, values: Given, today: date) -> Test:
    """Days are whole: the last one is included."""
    first, last = values
    if isinstance(last, datetime):
        return "({x} >= {0} and {x} <= {1})", (_moment(first), last)
    return "({x} >= {0} and {x} < {1})", (_moment(first), _midnight(_next(last)))


def _before(column: Column, values: Given, today: date) -> Test:
    return "{x} < {0}", (_moment(values[0]),)


def _since(column: Column, values: Given, today: date) -> Test:
    return "{x} >= {0}", (_moment(values[0]),)


def _until(column: Column, values: Given, today: date) -> Test:
    last = values[0]
    return ("{x} <= {0}", (last,)) if isinstance(last, datetime) else ("{x} < {0}", (_midnight(_next(last)),))


def _after(column: Column, values: Given, today: date) -> Test:
    first = values[0]
    return (
        ("{x} > {0}", (first,)) if isinstance(first, datetime) else ("{x} >= {0}", (_midnight(_next(first)),))
    )


def _last_days(column: Column, values: Given, today: date) -> Test:
    """Today and the days before it, as many in all as the value says."""
    return _span(today - timedelta(days=values[0] - 1), today + timedelta(days=1))


def _this_month(column: Column, values: Given, today: date) -> Test:
    first = today.replace(day=1)
    return _span(first, (first + timedelta(days=32)).replace(day=1))


def _last_month(column: Column, values: Given, today: date) -> Test:
    end = today.replace(day=1)
    return _span((end - timedelta(days=1)).replace(day=1), end)


WORDS = frozenset({Kind.TEXT})
VALUES = frozenset({Kind.TEXT, Kind.CHOICE, Kind.NUMBER})
NUMBERS = frozenset({Kind.NUMBER})
TIMES = frozenset({Kind.MOMENT, Kind.DAY})
EVERY = frozenset(Kind)
KNOWN = {
    each.name: each
    for each in (
        Operator("equals", VALUES | {Kind.YES_NO}, 1, 1, _sql("{x} = {0}")),
        Operator("not_equals", VALUES | {Kind.YES_NO}, 1, 1, _sql("{x} is distinct from {0}")),
        Operator("one_of", VALUES, 1, MANY, _sql("{x} in {list}")),
        Operator("none_of", VALUES, 1, MANY, _sql("({x} in {list}) is not true")),
        Operator("contains", WORDS, 1, 1, _sql("contains(lower({x}), lower({0}))")),
        Operator("starts", WORDS, 1, 1, _sql("starts_with({x}, {0})")),
        Operator("more", NUMBERS, 1, 1, _sql("{x} > {0}")),
        Operator("at_least", NUMBERS, 1, 1, _sql("{x} >= {0}")),
        Operator("less", NUMBERS, 1, 1, _sql("{x} < {0}")),
        Operator("at_most", NUMBERS, 1, 1, _sql("{x} <= {0}")),
        Operator("between", NUMBERS, 2, 2, _sql("({x} >= {0} and {x} <= {1})")),
        Operator("on", TIMES, 1, 1, _on),
        Operator("during", TIMES, 2, 2, _between_days),
        Operator("since", TIMES, 1, 1, _since),
        Operator("until", TIMES, 1, 1, _until),
        Operator("before", TIMES, 1, 1, _before),
        Operator("after", TIMES, 1, 1, _after),
        Operator("last_days", TIMES, 1, 1, _last_days),
        Operator("this_month", TIMES, 0, 0, _this_month),
        Operator("last_month", TIMES, 0, 0, _last_month),
        Operator("empty", EVERY, 0, 0, _sql("({x} is null)")),
        Operator("filled", EVERY, 0, 0, _sql("({x} is not null)")),
    )
}


def of_kind(column: Column, *, unmasked: bool = False) -> list[Operator]:
    """The comparisons for a column, in the order they are offered."""
    fitting = [each for each in KNOWN.values() if column.kind in each.kinds]
    guarded = column.personal and not unmasked
    return [each for each in fitting if not guarded or each.name in WHOLE_NUMBERS_ONLY]


def test_of(condition: Condition, column: Column, *, today: date, unmasked: bool) -> Test:
    """The SQL of a condition and its values, typed.

    Raises:
        UnknownOperator: there is none of this name for such a column.
        NumberProtected: it would tell parts of a masked number.
        MissingValue, WrongValue: too few or too many values, or of another type.
    """
    operator = KNOWN.get(condition.operator)
    if operator is None or column.kind not in operator.kinds:
        raise UnknownOperator(name=condition.operator, column=column.title, path=condition.path)
    if column.personal and not unmasked and operator.name not in WHOLE_NUMBERS_ONLY:
        raise NumberProtected(column=column.title, path=condition.path)
    given = tuple(value for value in condition.values if value != "")
    if len(given) < operator.least:
        raise MissingValue(column=column.title, path=condition.path)
    if len(given) > operator.most:
        raise _wrong(
            condition, column, given[operator.most], _("at most %(n)s of them") % {"n": operator.most}
        )
    values = tuple(_typed(value, operator, column, condition) for value in given)
    try:
        return operator.test(column, values, today)
    except OverflowError as error:
        raise _wrong(condition, column, given[0]) from error


def _typed(value: Value, operator: Operator, column: Column, condition: Condition) -> Any:
    """The value as the engine compares it."""
    text = str(value).strip()
    try:
        match column.kind:
            case Kind.YES_NO:
                return _yes_or_no(text)
            case Kind.NUMBER:
                return _number(text)
            case Kind.MOMENT | Kind.DAY:
                return _days(text) if operator.name == "last_days" else _date(text)
        if isinstance(value, bool):
            raise ValueError(value)
        return text
    except ValueError as error:
        raise _wrong(condition, column, value) from error


def _yes_or_no(text: str) -> bool:
    word = text.lower()
    if word not in YES | NO:
        raise ValueError(text)
    return word in YES


def _number(text: str) -> int | float:
    try:
        whole = int(text)
    except ValueError:
        number = float(text)
        if number != number or abs(number) > LARGEST:  # noqa: PLR0124 - the one that differs from itself
            raise
        return number
    if abs(whole) > LARGEST:
        raise ValueError(text)
    return whole


def _days(text: str) -> int:
    count = int(text)
    if not 0 < count <= MOST_DAYS:
        raise ValueError(text)
    return count


def _date(text: str) -> date:
    """A day, or a moment when the text has a time; local, as data files are."""
    if len(text) <= len("1999-01-31"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(text)
    return moment


def _wrong(condition: Condition, column: Column, value: Value, wanted: str = "") -> WrongValue:
    """Says also what would be one."""
    form = wanted or (_("a whole number of days, as 7") if condition.operator == "last_days" else "")
    form = form or (_number_form(column) if column.kind is Kind.NUMBER else "")
    form = form or str(FORMS.get(column.kind, _("a text of the column")))
    return WrongValue(value=str(value)[:60], column=column.title, path=condition.path, wanted=form)


def _number_form(column: Column) -> str:
    """An example that the column could hold."""
    if column.scale:
        least, most = column.scale
        return _("a whole number from %(least)s to %(most)s") % {"least": least, "most": most}
    if (column.field or column.name).endswith("_seconds"):
        return _("a number of seconds, as 180 for three minutes")
    return _("a number, as 12")


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _next(value: date) -> date:
    return _day(value) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else _midnight(value)
