"""What is likely in one call: who calls, from where, about what, for how long, how content he is."""

from collections.abc import Mapping
from random import Random

from .cities import City

IVR, VOID = 0.16, 0.006  # of all arrivals: ended in the menu; no real call
TO_AGENTS = 1 - IVR - VOID
TROUBLE = 0.03  # of all days: a fault of the network
WITHHELD = 0.02  # of all customers: no number shown
FOREIGN_NUMBER = 0.4  # of international roamers: visitors from abroad
HELD, SCORED, NOTED = 0.18, 0.3, 0.9  # of answered calls: on hold for a time; scored; noted by the agent
PATIENCE = 95  # seconds, median, before a customer hangs up
LONG_WAIT = 60  # seconds, after which customers judge more harshly

AT_HOME = {
    "0101": 7, "0102": 6, "0103": 11, "0104": 2, "0105": 3, "0106": 9,
    "02": 1, "0201": 9, "0202": 13, "0203": 11, "0204": 7, "0205": 6, "0206": 5, "0207": 6,
    "0501": 5, "0502": 6, "0503": 6, "0504": 3, "0505": 2,
    "0601": 1, "0602": 1, "0603": 2, "0604": 1, "0605": 1, "0606": 1,
    "0701": 1, "0702": 3, "0801": 3, "0802": 2, "0803": 1, "0901": 4,
}  # fmt: skip
ROAMING = {
    "domestic": {"0301": 5, "0302": 4, "0303": 3},
    "international": {"0401": 5, "0402": 3, "0403": 3, "0404": 3, "0405": 4, "0406": 2, "0407": 1},
}
IN_TROUBLE = {"0101": 3, "0102": 4, "0103": 4, "0106": 2}
LONG_TALK = frozenset({"0204", "0301", "0402", "0404", "0407", "0504", "0602", "0606"})
ABROAD = ("8526", "8529", "8536", "6591", "6012", "4477", "1415")


def chance(part: float, random: Random) -> bool:
    """True in `part` of all cases."""
    return random.random() < part


def pick(weights: Mapping[str, float], random: Random) -> str:
    """One of the keys, as often as its weight says."""
    return random.choices(tuple(weights), tuple(weights.values()))[0]


def trouble(random: Random) -> bool:
    """Whether the network fails on this day."""
    return chance(TROUBLE, random)


def fate(random: Random) -> str:
    """Where a call goes: void, ivr or agent."""
    return pick({"void": VOID, "ivr": IVR, "agent": TO_AGENTS}, random)


def roaming(random: Random) -> str:
    """Where the customer is."""
    return pick({"none": 93, "domestic": 5, "international": 2}, random)


def channel(random: Random) -> str:
    """How the customer reached the centre."""
    return pick({"voice": 91, "app": 6, "web": 2, "sms": 1}, random)


def customer(city: City, where: str, random: Random) -> tuple[str, str]:
    """A number that fits, empty when withheld, and a language."""
    if where == "international" and chance(FOREIGN_NUMBER, random):
        number = f"+{random.choice(ABROAD)}{random.randrange(10**7):07d}"
        return number, pick({"en": 6, "zh": 3, "other": 1}, random)
    language = pick({"zh": 985, "en": 12, "other": 3}, random)
    if chance(WITHHELD, random):
        return "", language
    segments = city.elsewhere if where == "domestic" and city.elsewhere else city.prefixes
    return f"{random.choice(segments)}{random.randrange(10**4):04d}", language


def patience(random: Random) -> int:
    """Seconds a customer is ready to wait."""
    return 3 + int(random.lognormvariate(0, 0.8) * PATIENCE)


def category(where: str, in_trouble: bool, random: Random) -> str:
    """A classification code that fits where the customer is and what has failed."""
    return pick(ROAMING.get(where) or (IN_TROUBLE if in_trouble else AT_HOME), random)


def handling(about: str, random: Random) -> tuple[int, int, int]:
    """Seconds of talk, hold and wrap-up."""
    length = 1.5 if about in LONG_TALK else 1.0
    talk = 12 + int(random.lognormvariate(0, 0.6) * 158 * length)
    hold = random.randrange(15, 95) if chance(HELD, random) else 0
    return talk, hold, random.randrange(12, 65)


def verdict(wait: int, random: Random) -> tuple[int | None, bool | None]:
    """What the customer pressed after the call, if anything, and whether the agent noted it as resolved."""
    patient = wait <= LONG_WAIT
    resolved = chance(0.88 if patient else 0.8, random) if chance(NOTED, random) else None
    if not chance(SCORED, random):
        return None, resolved
    weights = (1, 2, 6, 26, 65) if resolved and patient else (9, 10, 21, 32, 28)
    return random.choices((1, 2, 3, 4, 5), weights)[0], resolved
