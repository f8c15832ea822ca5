"""Parts of the exchange's screens: `{% load exchange %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from canton.shell.parts import Text
from canton.shell.templatetags.look import pill

from .. import keys
from ..choices import IncomingState, OutgoingState, Standing, Way
from ..detours import Detour, read
from ..models import Incoming, Outgoing
from ..selectors import Line

register = template.Library()
register.filter("fingerprint", keys.fingerprint)

OUTGOING = {
    OutgoingState.QUEUED: "wait",
    OutgoingState.SENDING: "live",
    OutgoingState.LAID: "wait",
    OutgoingState.SENT: "live",
    OutgoingState.RECEIPTED: "ok",
    OutgoingState.REFUSED: "bad",
    OutgoingState.FAILED: "bad",
    OutgoingState.CANCELLED: "wait",
}
STATES = {
    "ok": ("ok", pgettext_lazy("link", "in use")),
    "idle": ("wait", pgettext_lazy("link", "not used yet")),
    "refused": ("warn", pgettext_lazy("link", "packages refused")),
    "key": ("bad", pgettext_lazy("link", "stopped: another host key")),
    "paused": ("warn", pgettext_lazy("link", "paused")),
    "failing": ("bad", pgettext_lazy("link", "sending fails")),
    "off": ("wait", pgettext_lazy("link", "ended")),
}


@register.simple_tag
def link_state(line: Line) -> SafeString:
    """How a link fares, as a pill."""
    return pill(*STATES[line.state])


@register.simple_tag
def outgoing_state(package: Outgoing) -> SafeString:
    """Where a package of ours stands; one that waits after a failure says so."""
    kind = OUTGOING[OutgoingState(package.state)]
    if package.state == OutgoingState.QUEUED and package.error_code:
        return pill("warn", pgettext_lazy("package", "failed, will be tried again"))
    return pill(kind, package.get_state_display())


@register.simple_tag
def incoming_state(package: Incoming) -> SafeString:
    """Where a package that came stands."""
    if package.state == IncomingState.REFUSED or package.accepted is False:
        return pill("bad", pgettext_lazy("package", "refused"))
    if package.state == IncomingState.RECEIVED:
        return pill("live", pgettext_lazy("package", "received"))
    if package.accepted:
        return pill("ok", pgettext_lazy("package", "accepted"))
    return pill("live", pgettext_lazy("package", "being processed"))


@register.filter
def titled(name: str, titles: dict[str, str]) -> str:
    """A data set as people call it; receipts and notices too."""
    others: dict[str, Text] = {
        "receipt": pgettext_lazy("package", "receipt"),
        "notice": pgettext_lazy("package", "notice"),
    }
    return str(titles.get(name) or others.get(name) or name)


@register.filter
def detours(package: Outgoing | Incoming) -> list[Detour]:
    """The ways that did not work before another was taken, the latest last."""
    return read(package.detours)


@register.filter
def way_name(way: str) -> str:
    """SFTP, HTTPS."""
    return str(Way(way).label)


@register.filter
def share(package: Outgoing) -> float | None:
    """How much of a package that is being sent is there, 0-1."""
    if package.state != OutgoingState.SENDING or not package.bytes:
        return None
    return package.carried / package.bytes


@register.filter
def standing(state: str) -> str:
    """How what is due stands, in words."""
    return str(Standing(state).label)
