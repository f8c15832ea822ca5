"""Parts of the screens of result data: `{% load results %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from canton.centres.choices import Tier
from canton.exchange.choices import OutgoingState
from canton.shell import figures
from canton.shell.templatetags.look import pill

from .. import definition as definitions
from ..choices import Standing, State
from ..models import Result
from ..table import Column, Value
from ..terms import Moment

register = template.Library()

RHYTHMS = {
    "day": pgettext_lazy("rhythm", "daily"),
    "week": pgettext_lazy("rhythm", "weekly"),
    "month": pgettext_lazy("rhythm", "monthly"),
    "quarter": pgettext_lazy("rhythm", "quarterly"),
}
PILLS = {
    State.KEPT: "ok",
    State.BUILT: "wait",
    State.WAITING: "wait",
    State.SENT: "live",
    State.RECEIVED: "ok",
    State.REFUSED: "bad",
    State.FAILED: "bad",
}


@register.simple_tag
def result_state(result: Result) -> SafeString:
    """Where it stands; one that waits after a failure says so."""
    if not result.own:
        return pill("ok", pgettext_lazy("result", "filed"))
    went = result.outgoing
    if went is not None and went.state == OutgoingState.QUEUED and went.error_code:
        return pill("warn", pgettext_lazy("result", "waiting, tried in vain so far"))
    return pill(PILLS[result.state], result.state.label)


def written(column: Column, value: Value) -> str:
    """A figure as people read it, without its unit; — when undefined."""
    if column.form == "percent":
        return figures.percent(value, column.decimals)
    return figures.number(value, column.decimals)


def missed(column: Column, value: Value) -> bool:
    """Whether a figure misses its target."""
    if column.target is None or value is None or column.better == "neutral":
        return False
    return value < column.target if column.better == "up" else value > column.target


@register.filter
def package_title(name: str) -> str:
    """A package by its title."""
    return str(definitions.load(name).title) if name in definitions.names() else name


@register.filter
def rhythm(name: str) -> str:
    """How often, in words."""
    return str(RHYTHMS[name])


@register.filter
def addressed(definition: definitions.Definition) -> str:
    """For whom it is made."""
    if definition.stays:
        return _("the centre itself")
    return str(Tier(definition.addressed).label)


@register.filter
def after_period(moment: Moment | None) -> str:
    """When, counted from the end of a period; — for never."""
    if moment is None:
        return figures.MISSING
    days = ngettext("%(count)s day after", "%(count)s days after", moment.days) % {"count": moment.days}
    return f"{days} {moment.at:%H:%M}"


@register.filter
def result_standing(state: str) -> str:
    """How what is due stands, in words."""
    return str(Standing(state).label)
