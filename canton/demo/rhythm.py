"""When people call: the hours of a day, the days of a week, the days after the bill."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

HOUR = 3600.0
# Calls of each hour for 1,000 calls of an ordinary day: two peaks in office hours, a small one after supper.
HOURS = (8, 5, 3, 2, 2, 5, 12, 27, 56, 84, 93, 82, 55, 52, 66, 78, 74, 62, 49, 55, 54, 42, 22, 12)
WEEKDAYS = (1.14, 1.05, 1.01, 0.99, 1.02, 0.86, 0.79)
BILL_DAYS = frozenset(range(1, 6))  # bills go out on the first
BILL_RUSH = 1.12


def midnight(day: date) -> datetime:
    """The first moment of a day on the city's wall clock, which its exchange writes without a zone."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001


def expected(day: date, volume: float) -> float:
    """Calls to expect on a day, for a city that has `volume` on an ordinary one."""
    return volume * WEEKDAYS[day.weekday()] * (BILL_RUSH if day.day in BILL_DAYS else 1.0)


def arrivals(day: date, volume: float, rush: Sequence[float], random: Random) -> list[datetime]:
    """The moments at which calls arrive on a day, in order.

    volume: calls of an ordinary day; rush: for each of the 24 hours, how much busier it is than usual.
    """
    total = expected(day, volume) * random.lognormvariate(0, 0.06)
    moments = []
    for hour, share in enumerate(HOURS):
        rate = total * share / sum(HOURS) * rush[hour]
        second = random.expovariate(rate) * HOUR if rate else HOUR
        while second < HOUR:
            moments.append(midnight(day) + timedelta(hours=hour, seconds=int(second)))
            second += random.expovariate(rate) * HOUR
    return moments
