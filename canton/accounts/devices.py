"""What a browser calls itself, in words a person knows."""

from django.utils.translation import gettext as _

# the first that is found counts: most browsers also name those they descend from
BROWSERS = (
    ("MicroMessenger/", "微信 WeChat"),
    ("QQBrowser/", "QQ Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
AGENT_LENGTH = 240


def in_words(agent: str) -> str:
    """Browser and system of a User-Agent header: "Chrome · Windows"."""
    known = [_named(agent, BROWSERS), _named(agent, SYSTEMS)]
    return " · ".join(name for name in known if name) or _("unknown device")


def _named(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in agent), "")
