"""What files of reports are called where they are taken to."""

import re
from datetime import date

UNFIT = re.compile(r'[\\/:*?"<>|\s]+')  # in the name of a file


def filename(title: str, centre: object, days: tuple[date, date], ending: str, *more: str) -> str:
    """话务日报-广东-1999-01-01.csv: called as people call what is in it. more: what tells it apart."""
    start, end = (day.isoformat() for day in days)
    named = "-".join([title, str(centre), start if start == end else f"{start}_{end}", *more])
    return f"{UNFIT.sub('_', named)}.{ending}"
