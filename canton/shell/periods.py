"""A reporting period as people write one; for programs it is a short name: 1999-01, 2026-11-22T16."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as dated
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from .figures import MISSING


def written(name: str) -> str:
    """The period in the reader's language; a name of no known form stands for itself.

    Known are a year, month, quarter (1999-Q1), week (1999-W05) and day; an hour of a day, a night (from the
    evening of that day); and from a day or hour until before another (20261025-1122T18, 98123122-010106).
    """
    return _written(name, get_language(), timezone.localtime().year)


@lru_cache(maxsize=2048)  # lists name the same few again and again
def _written(name: str, _language: str | None, _year: int) -> str:
    for form, write in FORMS:
        found = form.fullmatch(name)
        if found:
            try:
                return write(*found.groups())
            except ValueError:  # there is no such day or hour
                return name
    return name


def period(name: Any) -> str | SafeString:
    """For templates: the period in words, its name as the tooltip; — when there is none."""
    if not name:
        return MISSING
    words = written(str(name))
    return format_html('<span title="{}">{}</span>', name, words) if words != name else words


def _year(year: str) -> str:
    return dated(date(int(year), 1, 1), pgettext("date format", "Y"))


def _month(year: str, month: str) -> str:
    return dated(date(int(year), int(month), 1), pgettext("date format", "M Y"))


def _quarter(year: str, quarter: str) -> str:
    return pgettext("period", "Q%(quarter)s %(year)s") % {"quarter": quarter, "year": year}


def _week(year: str, week: str) -> str:
    date.fromisocalendar(int(year), int(week), 1)
    return pgettext("period", "week %(week)s of %(year)s") % {"week": int(week), "year": year}


def _date(year: str, month: str, day: str) -> str:
    return _day(date(int(year), int(month), int(day)))


def _hour(year: str, month: str, day: str, hour: str) -> str:
    start = datetime(int(year), int(month), int(day), int(hour))  # noqa: DTZ001 - local already
    facts = {"day": _day(start), "start": start.hour, "end": start.hour + 1}
    return _("%(day)s, %(start)s:00–%(end)s:00") % facts


def _night(year: str, month: str, day: str) -> str:
    return _("night of %(day)s") % {"day": _date(year, month, day)}


def _span(year: str, month: str, day: str, *until: str | None) -> str:
    """until: month, day and hour; the end is the first such moment after the start."""
    start = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - local already
    end = _following(start, *until)
    if until[2] is None:
        return _("%(start)s to %(end)s") % {"start": _day(start), "end": _day(end)}
    return _("%(start)s to %(end)s") % {"start": _day(start), "end": _moment(end)}


def _hours(year: str, month: str, day: str, hour: str, *until: str) -> str:
    century = 1900 if int(year) >= FIRST_YEAR else 2000
    start = datetime(century + int(year), int(month), int(day), int(hour))  # noqa: DTZ001 - local already
    return _("%(start)s to %(end)s") % {"start": _moment(start), "end": _moment(_following(start, *until))}


def _following(start: datetime, month: str | None, day: str | None, hour: str | None) -> datetime:
    end = start.replace(month=int(month or 0), day=int(day or 0), hour=int(hour or 0))
    return end if end >= start else end.replace(year=end.year + 1)


def _day(day: date) -> str:
    """Without its year when it is this one."""
    if day.year == timezone.localtime().year:
        return dated(day, pgettext("date format", "j M"))
    return dated(day, pgettext("date format", "j M Y"))


def _moment(moment: datetime) -> str:
    return _("%(day)s, %(hour)s:00") % {"day": _day(moment), "hour": moment.hour}


FIRST_YEAR = 90  # of two digits: 1990 to 2089
DAY = r"(\d{4})-?(\d\d)-?(\d\d)"
FORMS: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (re.compile(r"(\d{4})"), _year),
    (re.compile(r"(\d{4})-(\d\d)"), _month),
    (re.compile(r"(\d{4})-?Q([1-4])"), _quarter),
    (re.compile(r"(\d{4})-?W(\d\d)"), _week),
    (re.compile(DAY), _date),
    (re.compile(rf"{DAY}T(\d\d)"), _hour),
    (re.compile(rf"{DAY}-night"), _night),
    (re.compile(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(?:T(\d\d))?"), _span),
    (re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)"), _hours),
)
