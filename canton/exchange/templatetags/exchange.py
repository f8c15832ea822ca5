"""Parts of the exchange's screens: `{% load exchange %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from canton.shell.templatetags.look import pill

from .. import keys
from ..selectors import Line

register = template.Library()
register.filter("fingerprint", keys.fingerprint)

STATES = {
    "ok": ("ok", pgettext_lazy("link", "in use")),
    "idle": ("wait", pgettext_lazy("link", "not used yet")),
    "refused": ("warn", pgettext_lazy("link", "packages refused")),
    "failing": ("bad", pgettext_lazy("link", "sending fails")),
    "off": ("wait", pgettext_lazy("link", "ended")),
}


@register.simple_tag
def link_state(line: Line) -> SafeString:
    """How a link fares, as a pill."""
    return pill(*STATES[line.state])
