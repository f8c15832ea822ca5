"""A day of one city's exchange, call by call, with real queueing: the longer the wait, the more give up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, sqrt
from random import Random

from . import likely
from .cities import City
from .rhythm import HOURS, arrivals, expected, midnight

PROVINCE_CALLS = 7_400  # contacts of the whole province on an ordinary day
HANDLING = 265.0  # seconds an agent spends on a contact, on average
TROUBLE_HOURS, TROUBLE_RUSH = 3, 2.2  # how long a fault of the network lasts, and how many more then call
FIRST_AGENT = 101


@dataclass(frozen=True, slots=True)
class Call:
    """One contact as the exchange recorded it; times are the city's wall clock, durations whole seconds."""

    number: str
    language: str
    roaming: str
    channel: str
    started: datetime
    ended: datetime
    outcome: str
    category: str = ""
    queued: datetime | None = None
    answered: datetime | None = None
    wait: int = 0
    talk: int = 0
    hold: int = 0
    wrap: int = 0
    agent: str = ""
    satisfaction: int | None = None
    resolved: bool | None = None


@dataclass(slots=True)
class Floor:
    """The agents of a city on one day: how many are on duty in each hour, and when each is free again."""

    duty: list[int]
    free: list[datetime]

    def next_agent(self, at: datetime) -> int:
        """The agent on duty who is, or becomes, free first."""
        return min(range(self.duty[at.hour]), key=self.free.__getitem__)


def calls_of(city: City, day: date) -> list[Call]:
    """All calls that arrived in a city on a day, in order. The same arguments give the same calls."""
    random = Random(f"canton:{city.code}:{day}")
    rush = [1.0] * len(HOURS)
    if likely.trouble(random):
        begins = random.randrange(8, 20)
        rush[begins : begins + TROUBLE_HOURS] = [TROUBLE_RUSH] * TROUBLE_HOURS
    agents = _floor(city, day)
    moments = arrivals(day, city.share * PROVINCE_CALLS, rush, random)
    return [_call(city, at, agents, rush[at.hour] > 1, random) for at in moments]


def _floor(city: City, day: date) -> Floor:
    """Staff planned for what an ordinary day of this weekday brings; a rush finds no more of them."""
    planned = expected(day, city.share * PROVINCE_CALLS) * likely.TO_AGENTS
    duty = []
    for share in HOURS:
        load = planned * share / sum(HOURS) * HANDLING / 3600
        duty.append(max(1, ceil(load + city.margin * sqrt(load))))
    return Floor(duty, [midnight(day)] * max(duty))


def _call(city: City, at: datetime, agents: Floor, trouble: bool, random: Random) -> Call:
    roaming = likely.roaming(random)
    number, language = likely.customer(city, roaming, random)
    who = (number, language, roaming, likely.channel(random))
    menu = timedelta(seconds=random.randrange(8, 55))
    fate = likely.fate(random)
    if fate != "agent":
        return Call(*who, started=at, ended=at + menu if fate == "ivr" else at, outcome=fate)

    queued = at + menu
    agent = agents.next_agent(queued)
    wait = max(0, int((agents.free[agent] - queued).total_seconds())) + random.randrange(1, 6)
    patience = likely.patience(random)
    if wait > patience:
        left = queued + timedelta(seconds=patience)
        return Call(*who, started=at, ended=left, outcome="abandoned", queued=queued, wait=patience)

    category = likely.category(roaming, trouble, random)
    talk, hold, wrap = likely.handling(category, random)
    answered = queued + timedelta(seconds=wait)
    ended = answered + timedelta(seconds=talk + hold)
    agents.free[agent] = ended + timedelta(seconds=wrap)
    satisfaction, resolved = likely.verdict(wait, random)
    return Call(
        *who,
        started=at,
        ended=ended,
        outcome="answered",
        category=category,
        queued=queued,
        answered=answered,
        wait=wait,
        talk=talk,
        hold=hold,
        wrap=wrap,
        agent=f"{city.letters}{FIRST_AGENT + agent}",
        satisfaction=satisfaction,
        resolved=resolved,
    )
