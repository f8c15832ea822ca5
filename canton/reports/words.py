"""How figures and values are said on screen."""

from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from canton.exchange import formats
from canton.intake import wording
from canton.kernel.errors import CantonError
from canton.shell import figures
from canton.shell.figures import MISSING

from .comparison import Comparison
from .definition import Definition, Figure
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
TITLES: dict[str, str | Promise] = {  # of the traffic report, by the kind of its period
    "day": gettext_lazy("Daily traffic"),
    "week": gettext_lazy("Weekly traffic"),
    "month": gettext_lazy("Monthly traffic"),
    "quarter": gettext_lazy("Quarterly traffic"),
    "custom": gettext_lazy("Traffic"),
}
AGAINST: dict[str, str | Promise] = {  # what every figure is held against
    "": gettext_lazy("nothing"),
    "pop": gettext_lazy("PoP"),
    "yoy": gettext_lazy("YoY"),
    "both": gettext_lazy("YoY and PoP"),
}
NOTES: dict[str, str | Promise] = {  # what stands under the figures of a file
    "from": pgettext_lazy("days", "From"),
    "to": pgettext_lazy("days", "To"),
    "data_as_of": gettext_lazy("Data as of"),
    "population": gettext_lazy("Population"),
    "short_abandon": gettext_lazy("Short abandons"),
    "pop": gettext_lazy("PoP"),
    "yoy": gettext_lazy("YoY"),
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
    "state": {
        "received": pgettext_lazy("batch", "received"),
        "checking": pgettext_lazy("batch", "checking"),
        "classifying": pgettext_lazy("batch", "classifying"),
        "sorting": pgettext_lazy("batch", "sorting"),
        "loading": pgettext_lazy("batch", "loading"),
        "loaded": pgettext_lazy("batch", "loaded"),
        "refused": pgettext_lazy("batch", "refused"),
        "failed": pgettext_lazy("batch", "failed"),
    },
    "what": {
        "ready": pgettext_lazy("agent", "ready"),
        "ringing": pgettext_lazy("agent", "ringing"),
        "talking": pgettext_lazy("agent", "talking"),
        "hold": pgettext_lazy("agent", "on hold"),
        "wrap": pgettext_lazy("agent", "wrapping up"),
        "busy": pgettext_lazy("agent", "busy"),
        "break": pgettext_lazy("agent", "on a break"),
        "training": pgettext_lazy("agent", "in training"),
        "meeting": pgettext_lazy("agent", "in a meeting"),
        "idle": pgettext_lazy("agent", "idle"),
        "contact": pgettext_lazy("agent", "contact"),
    },
    "kind": {
        "score": pgettext_lazy("question", "score"),
        "choice": pgettext_lazy("question", "choice"),
        "number": pgettext_lazy("question", "number"),
        "text": pgettext_lazy("question", "text"),
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


def title(definition: Definition, chosen: Period) -> str:
    """The report's title; the traffic report is called by its period."""
    return str(TITLES[chosen.kind]) if definition.name == "traffic" else str(definition.title)


def comparison(kind: str) -> str:
    """同比 or 环比."""
    return _("YoY") if kind == "yoy" else _("PoP")


def then(kind: str) -> str:
    """Which figure stands before its change."""
    return _("a year before") if kind == "yoy" else _("period before")


def compared_with(kind: str, against: Comparison) -> str:
    """What changes of a kind are measured against, or why they are not."""
    if kind not in against.periods:
        return _("Nothing to compare: this range has no data.")
    days = against.periods[kind]
    if against.result(kind) is None:
        return uncompared(kind, days)
    text = _("Compared with %(days)s; changes in per cent, of rates in percentage points.")
    return text % {"days": span(days.start, days.end)}


def change_head(kind: str, *, points: bool) -> str:
    """Head of a column of changes."""
    if kind == "yoy":
        return _("YoY, pts") if points else _("YoY, per cent")
    return _("PoP, pts") if points else _("PoP, per cent")


def uncompared(kind: str, days: Period) -> str:
    """Why a comparison cannot be made, in a sentence."""
    if kind == "yoy":
        text = _("No year-on-year change: there are no data of %(days)s, a year before.")
    else:
        text = _("No change against the period before: there are no data of %(days)s.")
    return text % {"days": span(days.start, days.end)}


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
    if isinstance(what, datetime):
        return figures.moment(what, "full")
    if isinstance(what, bool):
        return _("yes") if what else _("no")
    if column == "seconds":
        return figures.number(what)
    return key(column, what) or str(what)


def key(column: str, what: Any) -> str:
    """What a code of a column is called; "" for columns whose values speak for themselves."""
    match column:
        case "dataset":
            return dataset(str(what))
        case "reason" if what and "." in str(what):
            return reason(str(what))
    known = VALUES.get(column, {}).get(str(what))
    return "" if known is None else str(known)


def dataset(name: str) -> str:
    """A data set by its title."""
    format_ = _format(name)
    return str(format_.title) if format_ else name


def reason(text: str) -> str:
    """refuse.contacts.number:pattern or repair.contacts.number:forms, as the intake says them."""
    kind, _dot, place = text.partition(".")
    name, _dot, code = place.partition(".")
    said = wording.repair(code) if kind == "repair" else wording.reason(code, _format(name))
    told = _("Repaired: %(what)s") if kind == "repair" else _("Refused: %(what)s")
    return f"{dataset(name)} · {told % {'what': said}}"


def _format(name: str) -> formats.Format | None:
    """The newest format of a data set; None for one that has none any more."""
    try:
        return formats.get(name)
    except CantonError:
        return None
