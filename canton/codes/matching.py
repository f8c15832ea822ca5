"""How well a classification code answers what somebody typed: code, Chinese, English, pinyin, initials."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """What can be typed to find a code. pinyin: syllables in order."""

    code: str
    name: str
    name_en: str
    pinyin: tuple[str, ...]


def rank(text: str, candidate: Candidate) -> int | None:
    """0 is best; None is no match. Case and spaces round the text do not matter.

    Order: the very code or name, beginning of the code, name, initials, pinyin; inside the
    name; pinyin or initials from a later syllable on; beginning of an English word.
    """
    wanted = " ".join(text.lower().split())
    if not wanted:
        return None
    letters = wanted.replace(" ", "").replace("'", "")
    tests = (
        wanted in (candidate.code, candidate.name, candidate.name_en.lower()),
        candidate.code.startswith(wanted),
        candidate.name.startswith(wanted),
        _initials(candidate.pinyin).startswith(letters),
        "".join(candidate.pinyin).startswith(letters),
        wanted in candidate.name,
        _later(letters, candidate.pinyin),
        f" {candidate.name_en.lower()}".find(f" {wanted}") >= 0,
    )
    return next((place for place, passed in enumerate(tests) if passed), None)


def _initials(pinyin: tuple[str, ...]) -> str:
    return "".join(syllable[0] for syllable in pinyin)


def _later(letters: str, pinyin: tuple[str, ...]) -> bool:
    """Whether the pinyin or the initials of some tail of the name begin with the letters."""
    tails = (pinyin[start:] for start in range(1, len(pinyin)))
    return any("".join(tail).startswith(letters) or _initials(tail).startswith(letters) for tail in tails)
