"""Parts of the exchange's screens: `{% load exchange %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from canton.shell.templatetags.look import pill

from .. import keys
from ..selectors import Line

register = template.Library()
register.filter("fingerprint", keys.fingerprint)

STATES = {
    "ok": ("ok", _("in use")),
    "idle": ("wait", _("not used yet")),
    "refused": ("warn", _("packages refused")),
    "failing": ("bad", _("sending fails")),
    "off": ("wait", _("ended")),
}


@register.simple_tag
def link_state(line: Line) -> SafeString:
    """How a link fares, as a pill."""
    return pill(*STATES[line.state])
