"""Rules that read a classification code from a text; pure, so that they can be tried on any text.

Three kinds of rule. Words: `信号 差|没信号 -漫游`, alternatives by |, each of words that must all
occur, in any order; a word with - must not. Pinyin: `xin hao`, read the same however it is written, also
in letters. Pattern: `扣了*元`, where * is up to GAP characters, # a digit and (a|b) one of several. There
are no regular expressions for people to write: one that backtracks for ever would stop a batch.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from ..choices import TextRuleKind
from ..errors import WrongPattern

GAP = 10  # characters a * stands for at most
STARS = 3  # in a pattern at most, so that matching stays linear in the text
LONGEST = 2000  # characters of a text that are read
_PARTS = re.compile(r"\*|#|\([^()*#|]+(?:\|[^()*#|]+)+\)|[^()*#|]+")

_ONE_BY_ONE: Any = list  # what is not Chinese comes back character by character

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as rules compare it: its characters, one for one, and its pinyin with their places."""

    plain: str
    letters: str
    bounds: tuple[int, ...]  # where in `letters` each character begins, and the end


@dataclass(frozen=True, slots=True)
class RuleOfText:
    """One rule. confidence: 0-1, how far its author trusts it; key: names it in what was classified."""

    key: str
    code: str
    kind: str
    pattern: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds, and the spans of the text that made it hold."""

    rule: RuleOfText
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Classified:
    """A code, how sure (0-1), and by what: "rule:12", "model:…"; no code at all is "", 0 and ""."""

    code: str
    confidence: float
    by: str


NONE = Classified("", 0.0, "")


def read(text: str, *, sounds: bool = True) -> Reading:
    """A text made ready for rules: full width and capitals levelled, every place kept.

    sounds: whether rules in pinyin are to be asked; it costs most of the reading.
    """
    plain = "".join(map(_level, text[:LONGEST]))
    return _sounded(plain) if sounds else Reading(plain, "", ())


def _sounded(plain: str) -> Reading:
    sounds = _sounds(plain)
    if len(sounds) != len(plain):
        sounds = [_sounds(each)[0] for each in plain]
    return Reading(plain, "".join(sounds), tuple(accumulate(map(len, sounds), initial=0)))


def matches(reading: Reading, rules: Iterable[RuleOfText]) -> list[Match]:
    """Every rule that holds for a text, in the order given."""
    found = ((rule, spans(reading, rule.kind, rule.pattern)) for rule in rules)
    return [Match(rule, places) for rule, places in found if places]


def decide(held: Sequence[Match]) -> Classified:
    """The code with most behind it.

    Rules for one code support each other: 1 - (1-a)(1-b). Where another code has rules too, the best is worth
    only its share, best x best / (best + second): two equal ones leave half, which is for a person to settle.
    """
    likely = ranked(held)
    if not likely or not likely[0][1]:
        return NONE
    code = likely[0][0]
    own = [match.rule for match in held if match.rule.code == code]
    strongest = max(own, key=lambda rule: rule.confidence)
    return Classified(code, shares(likely)[code], f"rule:{strongest.key}")


def shares(likely: Sequence[tuple[str, float]]) -> dict[str, float]:
    """What each of several codes is worth beside the strongest of the others; 0-1."""
    found: dict[str, float] = {}
    for code, behind in likely:
        other = next((rest for each, rest in likely if each != code), 0.0)
        found[code] = round(behind * behind / (behind + other), 4) if behind else 0.0
    return found


def ranked(held: Sequence[Match]) -> list[tuple[str, float]]:
    """Codes with what is behind each (0-1), the most first."""
    doubts: dict[str, float] = {}
    for match in held:
        code = match.rule.code
        doubts[code] = doubts.get(code, 1.0) * (1 - match.rule.confidence)
    behind = [(code, 1 - doubt) for code, doubt in doubts.items()]
    return sorted(behind, key=lambda pair: (-pair[1], pair[0]))


def spans(reading: Reading, kind: str, pattern: str) -> tuple[Span, ...]:
    """Where a rule holds in a text; empty when it does not.

    Raises:
        WrongPattern: it can never hold, or is not written as its kind asks.
    """
    if kind == TextRuleKind.WORDS:
        return _words(reading, pattern)
    if kind == TextRuleKind.PINYIN:
        return _pinyin(reading, pattern)
    found = compiled(pattern).search(reading.plain)
    return (found.span(),) if found else ()


def require(kind: str, pattern: str) -> None:
    """Raise WrongPattern unless the pattern is written as its kind asks."""
    spans(read("空"), kind, pattern)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of people (*, #, (a|b)) as a regular expression that cannot run away."""
    levelled = "".join(_level(character) for character in pattern.strip())
    parts = _PARTS.findall(levelled)
    solid = any(part not in "*#" for part in parts)
    if "".join(parts) != levelled or not solid or parts.count("*") > STARS:
        raise WrongPattern(pattern=pattern)
    return re.compile("".join(map(_part, parts)), re.DOTALL)


def pieces(text: str, held: Iterable[Match]) -> list[tuple[str, bool]]:
    """The text cut where rules hold: (piece, whether a rule holds there), to be marked on screen."""
    marked = [False] * len(text)
    for start, end in (span for match in held for span in match.spans):
        marked[start:end] = [True] * (min(end, len(text)) - start)
    cut: list[tuple[str, bool]] = []
    for character, mark in zip(text, marked, strict=True):
        if cut and cut[-1][1] == mark:
            cut[-1] = (cut[-1][0] + character, mark)
        else:
            cut.append((character, mark))
    return cut


def _sounds(text: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin  # half a second that no other command should wait

    return lazy_pinyin(text, style=Style.NORMAL, errors=_ONE_BY_ONE, v_to_u=False)


@lru_cache(maxsize=16_384)
def _level(character: str) -> str:
    """One character as compared; what would become several stays, so that places stay."""
    levelled = unicodedata.normalize("NFKC", character).lower()
    return levelled if len(levelled) == 1 else character


def _part(part: str) -> str:
    if part == "*":
        return f".{{0,{GAP}}}?"
    if part == "#":
        return "[0-9]"
    if part.startswith("("):
        return "(?:" + "|".join(map(re.escape, part[1:-1].split("|"))) + ")"
    return re.escape(part)


def _words(reading: Reading, pattern: str) -> tuple[Span, ...]:
    for wanted, barred in _choices(pattern):
        places = [reading.plain.find(word) for word in wanted]
        if min(places) >= 0 and not any(word in reading.plain for word in barred):
            return tuple((place, place + len(word)) for place, word in zip(places, wanted, strict=True))
    return ()


@lru_cache(maxsize=4096)
def _choices(pattern: str) -> list[tuple[list[str], list[str]]]:
    levelled = "".join(map(_level, pattern))
    choices = [_choice(choice) for choice in levelled.split("|")]
    if any(not wanted or "" in barred for wanted, barred in choices):
        raise WrongPattern(pattern=pattern)
    return choices


def _choice(choice: str) -> tuple[list[str], list[str]]:
    """(words that must occur, words that must not)."""
    words = choice.split()
    barred = [word[1:] for word in words if word.startswith("-")]
    return [word for word in words if not word.startswith("-")], barred


def _pinyin(reading: Reading, pattern: str) -> tuple[Span, ...]:
    wanted = "".join(pattern.lower().split())
    if not re.fullmatch("[a-z]{3,}", wanted):
        raise WrongPattern(pattern=pattern)
    place = reading.letters.find(wanted)
    while place >= 0:
        if place in reading.bounds and place + len(wanted) in reading.bounds:
            return ((reading.bounds.index(place), reading.bounds.index(place + len(wanted))),)
        place = reading.letters.find(wanted, place + 1)
    return ()
