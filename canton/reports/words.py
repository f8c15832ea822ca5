"""How figures and values are said on screen."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from canton.shell import figures
from canton.shell.figures import MISSING

from .definition import Figure
from .periods import Period

WEEKDAYS = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"),
    gettext_lazy("Fri"), gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip
PERIODS: dict[str, str | Promise] = {
    "day": pgettext_lazy("period", "Day"),
    "week": pgettext_lazy("period", "Week"),
    "month": pgettext_lazy("period", "Month"),
    "quarter": pgettext_lazy("period", "Quarter"),
}
TITLES: dict[str, str | Promise] = {
    "day": gettext_lazy("Daily traffic"),
    "week": gettext_lazy("Weekly traffic"),
    "month": gettext_lazy("Monthly traffic"),
    "quarter": gettext_lazy("Quarterly traffic"),
    "custom": gettext_lazy("Traffic"),
}
VALUES: dict[str, dict[str, str | Promise]] = {
    "outcome": {
        "answered": pgettext_lazy("outcome", "answered"),
        "abandoned": pgettext_lazy("outcome", "abandoned"),
        "ivr": pgettext_lazy("outcome", "ended in the IVR"),
        "void": pgettext_lazy("outcome", "void"),
    },
    "channel": {
        "voice": pgettext_lazy("channel", "voice"),
        "web": pgettext_lazy("channel", "web site"),
        "app": pgettext_lazy("channel", "app"),
        "sms": pgettext_lazy("channel", "SMS"),
        "counter": pgettext_lazy("channel", "counter"),
        "email": pgettext_lazy("channel", "e-mail"),
        "letter": pgettext_lazy("channel", "letter"),
    },
    "roaming": {
        "none": pgettext_lazy("roaming", "not roaming"),
        "domestic": pgettext_lazy("roaming", "domestic"),
        "international": pgettext_lazy("roaming", "international"),
    },
}


def written(figure: Figure, value: float | None) -> str:
    """A figure as people read it, without its unit; — when undefined."""
    if figure.format == "percent":
        return figures.percent(value, figure.decimals)
    return figures.number(value, figure.decimals)


def period(chosen: Period) -> str:
    """A range of days in words: a month by its name, else its days."""
    start, end = chosen.start, chosen.end
    match chosen.kind:
        case "day":
            return start.isoformat()
        case "month":
            return _("%(year)s-%(month)s") % {"year": start.year, "month": f"{start:%m}"}
        case "quarter":
            return _("%(year)s Q%(quarter)s") % {"year": start.year, "quarter": (start.month + 2) // 3}
    return span(start, end)


def span(start: date, end: date) -> str:
    """First and last day; the year of the last only when it is another."""
    if start == end:
        return start.isoformat()
    last = f"{end:%m-%d}" if start.year == end.year else end.isoformat()
    return _("%(first)s to %(last)s") % {"first": start.isoformat(), "last": last}


def days(missing: tuple[date, ...], most: int = 3) -> str:
    """How many days and which, a few by date."""
    named = pgettext("list", ", ").join(f"{day:%m-%d}" for day in missing[:most]) + (
        " …" if len(missing) > most else ""
    )
    counted = ngettext("%(count)s day", "%(count)s days", len(missing)) % {"count": len(missing)}
    return _("%(count)s (%(which)s)") % {"count": counted, "which": named}


def value(column: str, what: Any) -> str:
    """A value of a row in words, numbers masked."""
    if what is None or what == "":
        return MISSING
    if column == "number":
        return figures.masked(what)
    if column == "started":
        return figures.moment(what, "full")
    if isinstance(what, bool):
        return _("yes") if what else _("no")
    return str(VALUES.get(column, {}).get(str(what), what))
