"""How long to wait before trying again."""

from datetime import timedelta

LEASE = timedelta(minutes=5)  # a process that took on a package and is silent that long has died
GIVE_UP = timedelta(days=7)
FIRST, LONGEST = timedelta(seconds=2), timedelta(minutes=5)
ASK_FIRST, ASK_LONGEST = timedelta(seconds=1), timedelta(minutes=1)


def until_next_attempt(attempts: int) -> timedelta:
    """Before sending again after so many attempts: 2, 4, 8 … seconds, at most 5 minutes."""
    return min(FIRST * (1 << min(max(attempts - 1, 0), 20)), LONGEST)


def until_next_question(waited: timedelta) -> timedelta:
    """Before asking for a receipt again: a tenth of the time waited so far, between a second and a minute."""
    return min(max(waited / 10, ASK_FIRST), ASK_LONGEST)
