"""Values that follow from others of the same row: when a contact ended, from its answer and its length.

Such a value is a guess: it is put beside what the kept rows of the batch say, and a person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from canton.exchange.formats import Format
from canton.records.engines import duckdb

from ..sql import name as quoted

FORM = "%Y-%m-%d %H:%M:%S"
Rules = tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A moment: `base` and so many seconds; used where `base` is filled."""

    base: str
    seconds: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.base, *self.seconds)


KNOWN: Mapping[tuple[str, str], Rules] = {  # (data set, column) → rules, the first whose base is filled holds
    ("contacts", "ended"): (
        Rule("answered", ("talk_seconds", "hold_seconds")),
        Rule("queued", ("wait_seconds",)),
        Rule("started", ("wait_seconds", "talk_seconds", "hold_seconds")),
    ),
    ("contacts", "answered"): (Rule("queued", ("wait_seconds",)),),
}


def rules_of(format_: Format, column: str) -> Rules:
    """How a column follows from others; none where it does not."""
    return KNOWN.get((format_.name, column), ())


def rule_for(rules: Sequence[Rule], values: Mapping[str, str]) -> Rule | None:
    """The rule that holds for a row: the first whose base is filled."""
    return next((each for each in rules if values.get(each.base, "").strip()), None)


def reckoned(rules: Sequence[Rule], values: Mapping[str, str], formats: Sequence[str]) -> str | None:
    """The value of a row; None where what it follows from is missing or wrong itself.

    values: of the row. formats: forms of its moments, the first is the one written.
    """
    rule = rule_for(rules, values)
    if rule is None:
        return None
    seconds = [values.get(name, "") for name in rule.seconds]
    begun = next((moment for form in formats if (moment := _moment(values[rule.base], form))), None)
    if begun is None or not all(each.isascii() and each.isdecimal() and len(each) < 7 for each in seconds):  # noqa: PLR2004 - a day has five
        return None
    return (begun + timedelta(seconds=sum(map(int, seconds)))).strftime(formats[0] if formats else FORM)


def borne_out(rules: Sequence[Rule], column: str, files: Sequence[Path]) -> tuple[int, int]:
    """(kept rows whose value is just what it would be, kept rows that have one) of loaded files."""
    if not files:
        return 0, 0
    cases = " ".join(
        f"when {quoted(each.base)} is not null then {quoted(each.base)}"
        f" + to_seconds(({' + '.join(quoted(name) for name in each.seconds)})::bigint)"
        for each in rules
    )
    query = (
        f"select count(*) filter ({quoted(column)} = case {cases} end), count({quoted(column)})"
        " from read_parquet(?)"
    )
    with duckdb.connect() as engine:
        [(alike, filled)] = engine.execute(query, [[str(each) for each in files]]).fetchall()
    return int(alike), int(filled)


def _moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), form)  # noqa: DTZ007 - wall clock, as files have it
    except ValueError:
        return None
