"""What goes wrong in real files, one kind at a time: each takes the fields of a good row and spoils them.

A row keeps its place. Only `repeat` and `late` are rows that come twice; generator.py writes them.
"""

from collections.abc import Callable
from random import Random

Fields = dict[str, str]
Spoil = Callable[[Fields, Random], list[str]]

TOO_LONG = "86401"  # seconds: more than a day


def _with(fields: Fields, **changed: str) -> list[str]:
    return list((fields | changed).values())


def _missing(fields: Fields, random: Random) -> list[str]:
    return _with(fields, **{random.choice(("contact_id", "started", "ended", "outcome", "language")): ""})


def _not_a_number(fields: Fields, random: Random) -> list[str]:
    column = random.choice(("wait_seconds", "talk_seconds", "wrap_seconds"))
    return _with(fields, **{column: random.choice(("12.5s", "00:00:31", "三十", "NaN", "--"))})


def _date_form(fields: Fields, random: Random) -> list[str]:
    day, _, clock = fields["started"].partition(" ")
    year, month, of_month = day.split("-")
    forms = (
        f"{of_month}/{month}/{year} {clock}",
        f"{year}年{int(month)}月{int(of_month)}日 {clock}",
        f"{month}-{of_month}-{year[2:]} {clock}",
        f"{year}-02-30 {clock}",
        f"{day} 24:61:00",
        day.replace("-", ""),
    )
    return _with(fields, started=random.choice(forms))


def _pattern(fields: Fields, random: Random) -> list[str]:
    wrong = ("1380O138000", "138-0013-8000", "#10086", "13", "转接", "1.38E+10")
    return _with(fields, number=random.choice(wrong))


def _code(fields: Fields, random: Random) -> list[str]:
    return _with(fields, category=random.choice(("0199", "9901", "1", "漫游", "020")))


def _choice(fields: Fields, random: Random) -> list[str]:
    wrong = (("channel", "fax"), ("roaming", "maybe"), ("outcome", "HANGUP"), ("language", "yue"))
    column, value = random.choice(wrong)
    return _with(fields, **{column: value})


def _range(fields: Fields, random: Random) -> list[str]:
    wrong = (("satisfaction", "9"), ("satisfaction", "0"), ("hold_seconds", "-5"), ("talk_seconds", TOO_LONG))
    column, value = random.choice(wrong)
    return _with(fields, **{column: value})


def _length(fields: Fields, random: Random) -> list[str]:
    return _with(fields, agent="9" * random.randrange(41, 80))


def _centre(fields: Fields, random: Random) -> list[str]:
    return _with(fields, centre=random.choice(("4499", "020", "3301")))


def _unanswered(fields: Fields, _: Random) -> list[str]:
    """Answered by its outcome, but at no time."""
    return _with(fields, outcome="answered", answered="")


def _backwards(fields: Fields, _: Random) -> list[str]:
    """Ended on the day before it started."""
    return _with(fields, ended="2000" + fields["ended"][4:])


def _short(fields: Fields, random: Random) -> list[str]:
    return list(fields.values())[: -random.randrange(1, 8)]


def _long(fields: Fields, random: Random) -> list[str]:
    return [*fields.values(), *("" for _ in range(random.randrange(1, 3))), "备注"]


# Kind -> (how often against the others, how).
KINDS: dict[str, tuple[int, Spoil]] = {
    "missing": (9, _missing),
    "type": (7, _not_a_number),
    "date form": (9, _date_form),
    "pattern": (8, _pattern),
    "code": (10, _code),
    "choice": (4, _choice),
    "range": (5, _range),
    "length": (2, _length),
    "centre": (2, _centre),
    "unanswered": (5, _unanswered),
    "backwards": (4, _backwards),
    "too few fields": (3, _short),
    "too many fields": (4, _long),
}
REPEAT = "repeat"  # the row comes twice in one file
LATE = "late"  # the row came with an earlier file already
ALL_KINDS = (*KINDS, REPEAT, LATE)


def spoil(fields: Fields, kind: str, random: Random) -> list[str]:
    """The fields of a row after one kind of dirt has happened to it; there may be fewer or more of them."""
    return KINDS[kind][1](fields, random)


def pick(city: str, random: Random) -> str:
    """A kind of dirt; cities have different bad habits, so each leans to three kinds of its own."""
    habits = Random(f"habits:{city}").sample(tuple(KINDS), 3)
    weights = [weight * (6 if kind in habits else 1) for kind, (weight, _) in KINDS.items()]
    return random.choices((*KINDS, REPEAT), (*weights, 8))[0]
