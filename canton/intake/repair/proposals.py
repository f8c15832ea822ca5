"""What a refused value was meant to be: certain only where it can be nothing else, otherwise a guess.

Pure: what a column may hold, and what the kept rows of the batch have, comes in.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from canton.exchange.formats.model import Field, FieldType

FULL, SHORT = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"
MOMENTS = (  # forms that can be read in one way only; the day's name is never guessed
    FULL, "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d %H%M%S",
    "%Y%m%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日%H时%M分%S秒", "%d.%m.%Y %H:%M:%S",
)  # fmt: skip
WITHOUT_SECONDS = tuple(each.removesuffix(":%S") for each in MOMENTS if each.endswith(":%S"))
TURNED = ("%d/%m/%Y", "%m/%d/%Y"), ("%d-%m-%Y", "%m-%d-%Y")
LEAST_ALIKE = 0.8
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-–—,.'()·]+(?=\d)")
TRUE = ("true", "yes", "y", "t", "1", "是", "对", "有")
FALSE = ("false", "no", "n", "f", "0", "否", "不", "无")


@dataclass(frozen=True, slots=True)
class Proposal:
    """new: what to write instead. sure: it can be nothing else. why: names the rule; facts: its grounds."""

    new: str
    sure: bool
    why: str
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a column may hold.

    of: its field of the format; None for a column of the file's own layout. allowed: its values where they
    are listed; names: value → what people call it. kept: value → kept rows of the batch that have it.
    """

    of: Field | None = None
    allowed: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)

    def fits(self, value: str) -> bool:
        """Whether the column may hold a value, as far as the value itself tells."""
        if self.allowed:
            return value in self.allowed
        if self.of is None:
            return True
        fits = (value or not self.of.required) and _of_type(self.of, value)
        return bool(fits and (not value or not self.of.pattern or _matches(self.of.pattern, value)))


def propose(old: str, terms: Terms) -> Proposal | None:
    """What the value was meant to be; None when there is nothing to go by."""
    known = terms.of is not None or terms.allowed
    if not old.strip() or not known or (terms.of is not None and terms.fits(old)):
        return None
    return next((each for each in _found(old, terms) if each.new != old and terms.fits(each.new)), None)


def _found(old: str, terms: Terms) -> Iterator[Proposal]:
    plain = unicodedata.normalize("NFKC", old)
    text = plain.strip()
    yield Proposal(text, sure=True, why="width" if plain != old else "blanks")
    if terms.allowed or (terms.of and (terms.of.pattern or terms.of.type is FieldType.INTEGER)):
        yield Proposal("".join(text.split()), sure=True, why="blanks")
    yield from _listed(text, terms)
    if terms.of and terms.of.type is FieldType.DATETIME:
        yield from _moments(text, terms.of.formats[0])
    if not terms.allowed and terms.of and (terms.of.pattern or terms.of.type is FieldType.INTEGER):
        yield Proposal(BETWEEN_DIGITS.sub("", text), sure=False, why="signs")


def _listed(text: str, terms: Terms) -> Iterator[Proposal]:
    folded = text.casefold()
    alike = [each for each in terms.allowed if each.casefold() == folded]
    named = [
        each for each in terms.allowed if folded in (name.casefold() for name in terms.names.get(each, ()))
    ]
    if len(alike) == 1:
        yield Proposal(alike[0], sure=True, why="case")
    elif len(named) == 1:
        yield Proposal(named[0], sure=True, why="name")
    elif named:
        yield _guess("named", named, terms)
    begun = [each for each in terms.allowed if folded and each.casefold().startswith(folded)]
    if len(begun) == 1 or any(terms.kept.get(each) for each in begun):
        yield _guess("begun", begun, terms)
    elif not begun:
        near = difflib.get_close_matches(folded, terms.allowed, n=3, cutoff=LEAST_ALIKE)
        if near:
            yield _guess("near", near, terms)


def _guess(why: str, among: list[str], terms: Terms) -> Proposal:
    """The one of several that most kept rows have; of equals the first."""
    best = max(among, key=lambda each: terms.kept.get(each, 0))
    facts = {"others": len(among) - 1, "rows": terms.kept.get(best, 0), "all": sum(terms.kept.values())}
    return Proposal(best, sure=False, why=why, facts=facts)


def _moments(text: str, form: str) -> Iterator[Proposal]:
    """A time in the agreed form; where day and month may be either, none."""
    for forms, sure in ((MOMENTS, True), (WITHOUT_SECONDS, False)):
        for each in forms:
            if (moment := _moment(text, each)) is not None:
                yield Proposal(moment.strftime(form), sure, "order" if sure else "seconds")
                return
    for clock, sure in (("%H:%M:%S", True), ("%H:%M", False)):
        for pair in TURNED:
            read = {moment for each in pair if (moment := _moment(text, f"{each} {clock}")) is not None}
            if len(read) == 1:
                yield Proposal(read.pop().strftime(form), sure, "order" if sure else "seconds")


def _moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - wall clock, as files have it
    except ValueError:
        return None


def _of_type(of: Field, value: str) -> bool:
    holds: dict[FieldType, Callable[[], bool]] = {
        FieldType.STRING: lambda: of.max_length is None or len(value) <= of.max_length,
        FieldType.INTEGER: lambda: _in_range(of, value),
        FieldType.BOOLEAN: lambda: value in (*of.true_values, *of.false_values),
        FieldType.DATETIME: lambda: any(_moment(value, form) for form in of.formats),
    }
    return not value or holds[of.type]()


def _in_range(of: Field, value: str) -> bool:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        return False
    low, high = of.minimum, of.maximum
    return (low is None or int(value) >= low) and (high is None or int(value) <= high)


def _matches(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value) is not None
