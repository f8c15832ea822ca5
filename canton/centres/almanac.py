"""Published days off and days worked instead (调休), from the tables of chinesecalendar (MIT licence)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from chinese_calendar import constants

CHINESE = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
ENGLISH = {
    "Anti-Fascist 70th Day": "70th anniversary of victory",
    "Mid-autumn Festival": "Mid-Autumn Festival",
}


@dataclass(frozen=True, slots=True)
class Published:
    """A day the State Council arranged; working: a weekend day worked for the festival's sake."""

    day: date
    working: bool
    name: str
    name_en: str


def days() -> Iterator[Published]:
    """Every day of the installed tables, in order."""
    off = ((day, False, name) for day, name in constants.holidays.items())
    on = ((day, True, name) for day, name in constants.workdays.items())
    for day, working, name in sorted([*off, *on]):
        yield Published(day, working, CHINESE.get(name, name), ENGLISH.get(name, name))


def years() -> range:
    """The years the installed tables cover."""
    known = [day.year for day in constants.holidays]
    return range(min(known), max(known) + 1)


def source() -> str:
    """What the days come from, for screens."""
    return f"chinesecalendar {version('chinesecalendar')}"


def fingerprint() -> str:
    """Changes when a day does."""
    listed = [(row.day.isoformat(), row.working, row.name, row.name_en) for row in days()]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()
